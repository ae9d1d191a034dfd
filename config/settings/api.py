"""The REST API and its OpenAPI document."""

from __future__ import annotations

from config.settings.auth import TRUSTED_PROXIES

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # first the one that names a way to sign in, so that who has not is answered 401
        "coaching.accounts.api.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PARSER_CLASSES": ["config.parsers.JSONParser"],
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 25,
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "600/min", "schema": "30/min"},
    "NUM_PROXIES": TRUSTED_PROXIES,
    "EXCEPTION_HANDLER": "config.problems.handler",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Rostrum",
    "DESCRIPTION": (
        "Practice sessions, recordings and their analyses. Make a token in your settings and send "
        "it as `Authorization: Token KEY`. Errors are problem details (RFC 9457). Recordings are "
        "uploaded by tus at `/sessions/uploads/`."
    ),
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "SessionKind": "sessions.models.Session.Kind",
        "SessionState": "sessions.models.Session.State",
        "UploadState": "sessions.models.Upload.State",
        "RunState": "analysis.models.AnalysisRun.State",
        "StageState": "analysis.models.StageRun.State",
        "DrillSkill": "drills.models.Drill.Skill",
        "DrillLevel": "drills.models.Drill.Level",
        "DrillKind": "drills.models.Drill.Kind",
        "AttemptState": "drills.models.Attempt.State",
        "TranscriptKind": "analysis.models.Transcript.Kind",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.problems.describe_problems",
    ],
}
