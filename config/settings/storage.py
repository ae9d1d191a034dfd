"""Files: var/media, or S3 by django-storages."""

from __future__ import annotations

from config.settings.base import ENVIRONMENT, VAR_DIR, env

MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = "/media/"
_S3_BUCKET: str = env.str("S3_BUCKET", default="")

STORAGES = {
    "default": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": _S3_BUCKET,
            "endpoint_url": env.str("S3_ENDPOINT_URL", default=None),
            "region_name": env.str("S3_REGION", default=None),
            "access_key": env.str("S3_ACCESS_KEY_ID", default=None),
            "secret_key": env.str("S3_SECRET_ACCESS_KEY", default=None),
            "file_overwrite": True,
            "querystring_expire": 900,
        },
    }
    if _S3_BUCKET
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "config.staticfiles.HashedStaticFiles"
        if ENVIRONMENT == "production"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_URL_SECONDS: int = env.int("ROSTRUM_MEDIA_URL_SECONDS", default=6 * 3600)
"""A signed media address works this long."""
