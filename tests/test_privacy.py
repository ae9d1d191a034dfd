"""Every model says how its rows are exported and erased."""

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models.constants import LOOKUP_SEP

from config.privacy import Privacy

OURS = [
    model
    for model in apps.get_models()
    if model.__module__.split(".")[0]
    in {"coaching", "billing", "sessions", "analysis", "drills", "community", "workers"}
]


def follow(model: type[models.Model], lookup: str) -> models.Field | models.ForeignObjectRel:
    for name in lookup.split(LOOKUP_SEP):
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        model = field.related_model or model
    return field


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_it_declares_its_privacy(model: type[models.Model]) -> None:
    assert isinstance(getattr(model, "privacy", None), Privacy)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_its_owner_lookup_leads_to_a_person(model: type[models.Model]) -> None:
    privacy: Privacy = model.privacy  # type: ignore[attr-defined]
    if privacy.owner is None:
        people = [f.name for f in model._meta.fields if f.related_model is not None
                  and f.related_model._meta.label == settings.AUTH_USER_MODEL]  # fmt: skip
        assert not people, f"{model._meta.label} points at people but says it is about nobody"
        return
    try:
        field = follow(model, privacy.owner)
    except FieldDoesNotExist as error:
        pytest.fail(str(error))
    person = field.model if privacy.owner == "pk" else field.related_model
    assert person is not None
    assert person._meta.label == settings.AUTH_USER_MODEL


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_what_is_kept_says_why(model: type[models.Model]) -> None:
    privacy: Privacy = model.privacy  # type: ignore[attr-defined]
    assert privacy.erase != "keep" or privacy.why
