"""The API's errors as problem details (RFC 9457, application/problem+json)."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

T = TypeVar("T")
CONTENT_TYPE = "application/problem+json"
_SCHEMA = {
    "type": "object",
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
    "required": ["type", "title", "status", "detail"],
}


class Problem(exceptions.APIException):
    """A refusal with a status, a code and whatever else (`extra`) helps to mend it."""

    def __init__(self, status: int, code: str, detail: str, **extra: Any) -> None:
        super().__init__(detail, code)
        self.status_code, self.extra = status, extra


def checked(service: Callable[..., T], /, **given: Any) -> T:
    """Call it; what the model refuses is the API's 400 with a text a field."""
    try:
        return service(**given)
    except ValidationError as error:
        fields = hasattr(error, "error_dict")
        raise exceptions.ValidationError(
            error.message_dict if fields else error.messages
        ) from error


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's answer to an error, told as a problem: a sentence, and a text a field where there is
    one. `detail` is meant for people, `code` for programs."""
    if isinstance(error, RequestDataTooBig):
        detail = _("This request is too large. Recordings go to /sessions/uploads/.")
        error = Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", detail)
    answer = exception_handler(error, context)
    if answer is None:
        return None
    if isinstance(error, Http404 | PermissionDenied):
        code = "not_found" if isinstance(error, Http404) else "permission_denied"
    else:
        codes = getattr(error, "default_code", "error")
        code = str(getattr(getattr(error, "detail", None), "code", codes))
    fields = _fields(answer.data)
    answer.data = {
        "type": "about:blank",
        "title": HTTPStatus(answer.status_code).phrase,
        "status": answer.status_code,
        "detail": _detail(error, answer.data, fields),
        "code": code,
        **({"errors": fields} if fields else {}),
        **getattr(error, "extra", {}),
    }
    answer.content_type = CONTENT_TYPE
    return answer


def _detail(error: Exception, data: Any, fields: dict[str, list[str]]) -> str:
    if isinstance(data, dict) and isinstance(data.get("detail"), str):
        # Django's own text for a missing object is for developers
        return str(error) if isinstance(error, Http404) and str(error) else str(data["detail"])
    return " ".join(text for texts in fields.values() for text in texts)


def _fields(data: Any, name: str = "") -> dict[str, list[str]]:
    """Texts by dotted field; those of the whole input under `non_field_errors`."""
    if isinstance(data, dict):
        if set(data) == {"detail"} and isinstance(data["detail"], str):
            return {}
        found: dict[str, list[str]] = {}
        for key, value in data.items():
            found |= _fields(value, f"{name}.{key}" if name else str(key))
        return found
    items = data if isinstance(data, list) else [data]
    texts = [str(item) for item in items if not isinstance(item, dict | list)]
    nested = [item for item in items if isinstance(item, dict | list)]
    found = {name or "non_field_errors": texts} if texts else {}
    for index, item in enumerate(nested):
        found |= _fields(item, f"{name}.{index}" if name else str(index))
    return found


def describe_problems(result: dict[str, Any], **_given: Any) -> dict[str, Any]:
    """drf-spectacular hook: every operation may answer with a problem."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = _SCHEMA
    problem = {
        "description": "What went wrong, as problem details (RFC 9457).",
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for operations in result.get("paths", {}).values():
        for operation in operations.values():
            operation.setdefault("responses", {})["default"] = problem
    return result
