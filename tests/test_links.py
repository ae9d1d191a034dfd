"""Every link of the product leads somewhere."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from coaching.accounts.models import User
from sessions.services import create_session, delete_session
from tests.analysis import results

START = ["/", "/accounts/login/", "/settings/", "/accounts/email/", "/accounts/2fa/"]


@pytest.mark.django_db
@pytest.mark.parametrize("signed_in", [True, False])
def test_no_page_has_a_link_that_is_refused(client: Client, user: User, signed_in: bool):
    results.finished(results.make_session(user))
    create_session(owner=user, kind="pitch", title="No recording yet")
    delete_session(session=create_session(owner=user, kind="pitch", title="Deleted"))
    if signed_in:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    seen, left = set(), list(START)
    while left:
        path = left.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        assert answer.status_code in {200, 302}, path
        assert client.head(path).status_code == answer.status_code, "as link checkers ask"
        if answer.status_code == 302:
            left.append(answer["Location"])
        elif answer["Content-Type"].startswith("text/html"):
            found = re.findall(r'<a\s[^>]*href="(/[^"#]*)', answer.content.decode())
            left += [unescape(link) for link in found]
    assert len(seen) > (20 if signed_in else 6)
