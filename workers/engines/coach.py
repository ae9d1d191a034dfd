"""One call of a language model, through its maker's own client. Knows nothing of what it says.

Whatever happens on the wire is a result, since the caller has to pay for it and keep count:
{outcome, text, tokens: [in, out] | None, latency_s, wait_s, detail}. The clients never try again by
themselves: the stage does, and each of its tries is one row of what was spent.
"""

from __future__ import annotations

import importlib
import operator
import time
from typing import Any
from urllib.parse import urlsplit

from workers.engines.types import Report, StageJob, StageOutput

CONNECT_S = 10.0
_CLIENTS = {
    "openai": ("OpenAI", "chat.completions"),
    "anthropic": ("Anthropic", "messages"),
}
_OWN_HOSTS = (".openai.com", ".azure.com")
"""Where the limit of an answer is called max_completion_tokens; everybody else knows max_tokens."""

_NOT_IT = (AttributeError, IndexError, TypeError, ValueError)
"""What the clients raise, or their records, for an answer that is none of the agreed form."""


def run(job: StageJob, report: Report) -> StageOutput:
    """Make the call that `upstream.request` describes."""
    request = job["upstream"]["request"]
    began = time.monotonic()
    reply = _PROVIDERS[request["provider"]](request)
    reply["latency_s"] = round(time.monotonic() - began, 3)
    return StageOutput(
        section=reply, withheld=[], artifacts=[], engine=request["provider"], model=request["model"]
    )


def load(job: StageJob, report: Report) -> StageOutput:
    """Import the client that `upstream.request` names and read the certificates it trusts, so that
    the first call need not."""
    request = job["upstream"]["request"]
    provider = request["provider"]
    sdk = importlib.import_module(provider)
    made, used = _CLIENTS[provider]
    with getattr(sdk, made)(**_access(request, sdk)) as client:
        operator.attrgetter(used)(client)  # imported when it is first asked for
    return StageOutput(section={}, withheld=[], artifacts=[], engine=provider, model="")


def _openai(request: dict[str, Any]) -> dict[str, Any]:
    import openai

    client = openai.OpenAI(**_access(request, openai))
    host = urlsplit(request["base_url"]).hostname or "api.openai.com"
    limit = "max_completion_tokens" if host.endswith(_OWN_HOSTS) else "max_tokens"
    try:
        done = client.chat.completions.create(
            model=request["model"],
            messages=[
                {"role": "system", "content": request["system"]},
                {"role": "user", "content": request["user"]},
            ],
            response_format={
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": request["schema"]},
            },
            **{limit: request["max_tokens"]},
        )
        choice, usage = done.choices[0], done.usage
        tokens = [usage.prompt_tokens, usage.completion_tokens] if usage else None
        text, ended = choice.message.content or "", choice.finish_reason
        declined = choice.message.refusal or ended == "content_filter"
    except openai.APIError as error:
        return _failed(error, openai)
    except _NOT_IT as error:
        return _reply("unusable", detail=type(error).__name__)
    outcome = "declined" if declined else "cut" if ended == "length" else "answered"
    return _reply(outcome, text=text, tokens=tokens)


def _anthropic(request: dict[str, Any]) -> dict[str, Any]:
    import anthropic

    client = anthropic.Anthropic(**_access(request, anthropic))
    try:
        done = client.messages.create(
            model=request["model"],
            max_tokens=request["max_tokens"],
            system=request["system"],
            messages=[{"role": "user", "content": request["user"]}],
            output_config={"format": {"type": "json_schema", "schema": request["schema"]}},
        )
        usage = done.usage
        cached = (usage.cache_creation_input_tokens or 0) + (usage.cache_read_input_tokens or 0)
        tokens = [usage.input_tokens + cached, usage.output_tokens]
        text = "".join(block.text for block in done.content if block.type == "text")
        outcome = _ENDED.get(done.stop_reason or "", "answered")
    except anthropic.APIError as error:
        return _failed(error, anthropic)
    except _NOT_IT as error:
        return _reply("unusable", detail=type(error).__name__)
    return _reply(outcome, text=text, tokens=tokens)


_ENDED = {"refusal": "declined", "max_tokens": "cut", "model_context_window_exceeded": "cut"}
_PROVIDERS = {"openai": _openai, "anthropic": _anthropic}


def _access(request: dict[str, Any], sdk: Any) -> dict[str, Any]:
    timeout_s = request["timeout_s"]
    return {
        "api_key": request["key"] or "none",  # a server of one's own asks for none
        "base_url": request["base_url"] or None,
        "timeout": sdk.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s)),
        "max_retries": 0,
    }


def _failed(error: Any, sdk: Any) -> dict[str, Any]:
    """What an error of either client means. Its body is left out: it may repeat what was sent."""
    if isinstance(error, sdk.APITimeoutError):
        return _reply("timeout", detail="no answer in time")
    if isinstance(error, sdk.APIConnectionError):
        return _reply("unreachable", detail=type(error.__cause__ or error).__name__)
    if not isinstance(error, sdk.APIStatusError):
        return _reply("unusable", detail=type(error).__name__)
    status = error.status_code
    wait_s = _seconds(error.response.headers.get("retry-after"))
    outcome = "busy" if status == 429 else "broken" if _may_pass(status) else "rejected"
    return _reply(outcome, detail=f"HTTP {status}", wait_s=wait_s)


def _may_pass(status: int) -> bool:
    return status in {408, 409} or status >= 500


def _seconds(given: str | None) -> float | None:
    try:
        return max(0.0, float(given)) if given else None
    except ValueError:
        return None  # a date: the stage's own wait does


def _reply(
    outcome: str,
    *,
    text: str = "",
    tokens: list[int] | None = None,
    wait_s: float | None = None,
    detail: str = "",
) -> dict[str, Any]:
    return {
        "outcome": outcome, "text": text, "tokens": tokens, "wait_s": wait_s, "detail": detail,
    }  # fmt: skip
