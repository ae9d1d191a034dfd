"""Who sees what: the owner, and who holds a grant of the scope; nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone

from sessions import selectors, services
from sessions.models import Grant, GrantUse
from tests.sessions.samples import user as person

pytestmark = pytest.mark.django_db
SCOPES = ["metrics", "transcript", "media"]


@pytest.fixture
def session(user):
    return services.create_session(owner=user, kind="pitch", title="Seed")


def give(session, scope="metrics", **to):
    return services.grant_access(
        owner=session.owner, session=session, scope=scope, reason="review", **to
    )


def test_it_works(session, user):
    for scope in SCOPES:
        assert selectors.session_for(user, session.pk, scope) == session
    assert not GrantUse.objects.exists()


@pytest.mark.parametrize("viewer", ["other", "nobody"])
def test_it_hides_a_session_from_everybody_else(session, other_user, viewer):
    looking = other_user if viewer == "other" else AnonymousUser()
    assert not selectors.visible_to(looking).exists()
    for wrong in (session.pk, "not-an-id", ""):
        with pytest.raises(Http404):
            selectors.session_for(looking, wrong)


@pytest.mark.parametrize("given", SCOPES)
def test_it_opens_the_scope_given_and_the_ones_below(session, other_user, given):
    give(session, given, to_user=other_user)
    seen = [scope for scope in SCOPES if selectors.visible_to(other_user, scope).exists()]
    assert seen == SCOPES[: SCOPES.index(given) + 1]


def test_it_opens_to_a_group_and_to_a_link(session, other_user):
    group = Group.objects.create(name="Coaches")
    give(session, to_group=group)
    assert not selectors.visible_to(other_user).exists()
    other_user.groups.add(group)
    assert selectors.visible_to(other_user).get() == session
    link = give(session, link=True)
    assert selectors.visible_to(AnonymousUser(), link=link.to_link).get() == session
    assert not selectors.visible_to(AnonymousUser(), link="guess").exists()


def test_it_opens_all_of_an_owners_sessions_and_no_others(session, user, other_user):
    second = services.create_session(owner=user, kind="pitch", title="Two")
    services.create_session(owner=person(), kind="pitch", title="Someone else's")
    services.grant_access(owner=user, scope="metrics", reason="coach", to_user=other_user)
    assert set(selectors.visible_to(other_user)) == {session, second}


def test_it_counts_a_session_once_however_many_grants_there_are(session, other_user):
    give(session, to_user=other_user)
    give(session, "media", to_user=other_user)
    assert selectors.visible_to(other_user).count() == 1


def test_it_ends_with_expiry_revocation_and_deletion(session, other_user):
    grant = give(session, to_user=other_user, expires_at=timezone.now() + timedelta(hours=1))
    assert selectors.visible_to(other_user).exists()
    Grant.objects.update(expires_at=timezone.now())
    assert not selectors.visible_to(other_user).exists()
    Grant.objects.update(expires_at=None)
    services.delete_session(session=session)
    assert not selectors.visible_to(other_user).exists()
    services.restore_session(session=session)
    services.revoke(grant=grant)
    assert not selectors.visible_to(other_user).exists()


def test_it_audits_who_looked(session, other_user):
    grant = give(session, "media", to_user=other_user)
    selectors.session_for(other_user, session.pk, "transcript", what="read the words")
    use = GrantUse.objects.get()
    assert (use.grant, use.user, use.owner, use.what) == (
        grant, other_user, session.owner, "read the words",
    )  # fmt: skip


def test_it_lets_no_holder_change_it(session, other_user):
    give(session, "media", to_user=other_user)
    with pytest.raises(Http404):
        selectors.own_session(other_user, session.pk)


def test_it_refuses_grants_that_make_no_sense(session, user, other_user):
    group = Group.objects.create(name="Coaches")
    wrong = [
        {},
        {"to_user": other_user, "link": True},
        {"to_user": other_user, "to_group": group},
        {"to_user": user},
        {"to_user": other_user, "scope": "everything"},
        {"to_user": other_user, "expires_at": timezone.now() - timedelta(1)},
        {"to_user": other_user, "reason": "  "},
        {"link": True, "session": None},
        {"to_user": person(), "owner": other_user},
    ]
    for given in wrong:
        with pytest.raises(ValidationError):
            services.grant_access(
                **{"owner": user, "session": session, "scope": "metrics", "reason": "x", **given}
            )
    assert not Grant.objects.exists()


def test_a_grant_of_everything_opens_what_is_listed(session, user, other_user):
    """No drills and no answers that are being written; each may be shared by itself."""
    drill = services.create_session(owner=user, kind="pitch", title="Drill", is_listed=False)
    services.grant_access(owner=user, scope="media", reason="coach", to_user=other_user)
    assert set(selectors.visible_to(other_user)) == {session}
    give(drill, to_user=other_user)
    assert set(selectors.visible_to(other_user)) == {session, drill}
