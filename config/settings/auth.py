"""Accounts: e-mail sign-in by django-allauth, Argon2, TOTP, passkeys, lock-out by django-axes."""

from __future__ import annotations

from datetime import timedelta

from config.settings.base import DEBUG, env

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "sessions:list"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_UNIQUE_EMAIL = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
ACCOUNT_ADAPTER = "coaching.accounts.adapter.AccountAdapter"
MFA_FORMS = {"add_webauthn": "coaching.accounts.forms.AddKeyForm"}
MFA_ADAPTER = "coaching.accounts.adapter.MFAAdapter"
ACCOUNT_FORMS = {
    "login": "coaching.accounts.forms.LoginForm",
    "signup": "coaching.accounts.forms.SignupForm",
    "reauthenticate": "coaching.accounts.forms.ReauthenticateForm",
    "change_password": "coaching.accounts.forms.ChangePasswordForm",
    "set_password": "coaching.accounts.forms.SetPasswordForm",
    "reset_password_from_key": "coaching.accounts.forms.ResetPasswordKeyForm",
}
ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD = "website"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip"}
"""allauth's limits, but guessing one account's password is axes' matter: its lock holds for one
address from one network, so nobody can lock a stranger out."""
MFA_TOTP_ISSUER = "Rostrum"

TRUSTED_PROXIES: int = env.int("ROSTRUM_TRUSTED_PROXIES", default=0)
"""How many proxies in front may be believed about the client's address."""
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
AXES_IPWARE_PROXY_COUNT = TRUSTED_PROXIES
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "coaching.accounts.adapter.sign_in_name"
AXES_LOCKOUT_CALLABLE = "coaching.accounts.adapter.locked_out"
AXES_HTTP_RESPONSE_CODE = 429
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # unique by Lower(email); a plain unique would add nothing
