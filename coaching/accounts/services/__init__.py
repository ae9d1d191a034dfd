"""Everything that changes an account."""

from coaching.accounts.services.erasure import (
    erase_due,
    erase_stale_guests,
    erase_user,
    forget_in_admin_log,
    keep_account,
    request_erasure,
    sweep,
)
from coaching.accounts.services.people import (
    GUEST_DOMAIN,
    claim_guest,
    create_guest,
    known_zone,
    remember_theme,
    reseal_second_factors,
    update_profile,
)
from coaching.accounts.services.tokens import make_token, revoke_token, use_token

__all__ = [
    "GUEST_DOMAIN",
    "claim_guest",
    "create_guest",
    "erase_due",
    "erase_stale_guests",
    "erase_user",
    "forget_in_admin_log",
    "keep_account",
    "known_zone",
    "make_token",
    "remember_theme",
    "request_erasure",
    "reseal_second_factors",
    "revoke_token",
    "sweep",
    "update_profile",
    "use_token",
]
