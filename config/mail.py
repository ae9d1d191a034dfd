"""Mail in Rostrum's voice: written once as plain text, sent as text and as HTML made from it.

A line that is only an address becomes a button; the line above it (ending in a colon) its label.
"""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def blocks(text: str) -> list[dict[str, str]]:
    """The paragraphs of a text: `{"kind": "text" | "link", "text": …, "label": …}`."""
    found: list[dict[str, str]] = []
    for paragraph in text.strip().split("\n\n"):
        lines = [line.strip() for line in paragraph.splitlines() if line.strip()]
        words: list[str] = []
        for line in lines:
            if not line.startswith(("https://", "http://")) or " " in line:
                words.append(line)
                continue
            label = words.pop().rstrip(":") if words and words[-1].endswith(":") else ""
            if words:
                found.append({"kind": "text", "text": "\n".join(words), "label": ""})
                words = []
            found.append({"kind": "link", "text": line, "label": label})
        if words:
            found.append({"kind": "text", "text": "\n".join(words), "label": ""})
    return found


def message(
    *,
    to: list[str],
    subject: str,
    text: str,
    sender: str | None = None,
    headers: dict[str, str] | None = None,
) -> EmailMultiAlternatives:
    """A mail ready to `.send()`; `text` is plain text in paragraphs."""
    subject = " ".join(subject.split())
    mail = EmailMultiAlternatives(
        subject, text.strip() + "\n", sender or settings.DEFAULT_FROM_EMAIL, to, headers=headers
    )
    html = render_to_string("mail.html", {"subject": subject, "blocks": blocks(text)})
    mail.attach_alternative(html, "text/html")
    return mail
