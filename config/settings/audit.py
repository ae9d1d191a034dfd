"""What is written down when it changes: who may do what, who sees what, and what goes.

Only these fields: no secret, no name, no word that somebody said or wrote. That somebody *looked*
at another's session is a GrantUse (sessions.selectors). Services change these models by `save` and
`delete`; what goes through `QuerySet.update` is not seen.
"""

from __future__ import annotations

AUDITLOG_INCLUDE_TRACKING_MODELS = (
    {
        "model": "accounts.User",
        "include_fields": ["is_active", "is_staff", "is_superuser", "erase_at"],
        "m2m_fields": ["groups", "user_permissions"],
    },
    {"model": "accounts.ApiToken", "include_fields": ["user", "expires_at"]},
    {"model": "auth.Group", "m2m_fields": ["permissions"]},
    {"model": "billing.Plan"},
    {"model": "billing.Subscription", "include_fields": ["user", "plan"]},
    {"model": "practice.Session", "include_fields": ["owner", "deleted_at"]},
    {
        "model": "practice.Grant",
        "include_fields": [
            "owner", "session", "to_user", "to_group", "scope", "expires_at", "revoked_at",
        ],
    },
)  # fmt: skip
AUDITLOG_CID_GETTER = "coaching.accounts.middleware.request_id"
AUDITLOG_DISABLE_REMOTE_ADDR = True
"""It would believe any X-Forwarded-For; the request's log line has the request's id."""
