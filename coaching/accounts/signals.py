"""What accounts tells the layers above it. Sent inside the transaction that changes the account."""

from django.dispatch import Signal

user_erased = Signal()
"""`sender=User, user: User`: the person goes for good. Receivers delete what the database does not
cascade (files, caches, entries elsewhere) on commit; rows follow their model's `privacy`."""

guest_claimed = Signal()
"""`sender=User, user: User`: a guest became a full account and kept everything."""
