"""The design system's tags."""

from __future__ import annotations

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from config.context import destinations
from config.templatetags.ui import ICONS, SKILLS, STATES, clock, icon_svg


def render(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def test_an_icon_is_drawn_inline_and_hidden_from_readers():
    drawn = render('{% icon "play" %}')
    assert drawn.startswith("<svg") and 'aria-hidden="true"' in drawn and "<path" in drawn


def test_an_icon_with_a_label_has_a_name():
    drawn = render("{% icon name label=label %}", name="play", label='Play "it"')
    assert 'role="img"' in drawn and "Play &quot;it&quot;" in drawn


@pytest.mark.parametrize("name", ["no-such-icon", "../fonts/x"])
def test_an_unknown_icon_fails_when_the_template_is_compiled(name: str):
    with pytest.raises(TemplateSyntaxError, match="No icon"):
        Template("{% load ui %}{% icon '" + name + "' %}")


def test_every_icon_of_a_skill_or_state_is_vendored():
    for _label, name in [*SKILLS.values(), *STATES.values()]:
        assert icon_svg(name)
    assert (ICONS / "LICENSE").is_file()


def test_every_state_of_the_models_has_a_badge():
    from analysis.models import AnalysisRun, StageRun
    from sessions.models import Session

    for model in (Session, AnalysisRun, StageRun):
        choices = {value for value, _label in model._meta.get_field("state").choices or []}
        assert choices <= set(STATES), model


@given(st.floats(min_value=0, max_value=200_000))
def test_a_clock_reads_back_as_its_seconds(seconds: float):
    parts = [int(part) for part in clock(seconds).split(":")]
    assert sum(part * 60**power for power, part in enumerate(reversed(parts))) == int(seconds)
    assert all(part < 60 for part in parts[1:])


def test_a_clock_without_a_time_shows_a_dash():
    assert clock(None) == "–"


def test_a_score_that_was_not_measured_is_no_zero():
    shown = render('{% score_ring None "Presence" %}')
    assert "not measured" in shown and "score-ring__value" not in shown


def test_evidence_carries_the_moment_it_plays():
    chip = render("{% evidence 12.345 15 text %}", text="<um>")
    assert 'data-play-start="12.35"' in chip or 'data-play-start="12.34"' in chip
    assert 'data-play-end="15.00"' in chip and "0:12" in chip and "&lt;um&gt;" in chip


def test_pages_keep_the_other_parameters():
    request = RequestFactory().get("/sessions/?q=pitch&page=2")
    shown = render("{% pagination page %}", page=Paginator(range(100), 10).page(2), request=request)
    assert "?q=pitch&amp;page=3" in shown and 'aria-current="page"' in shown


def test_a_single_page_has_no_pagination():
    request = RequestFactory().get("/")
    shown = render("{% pagination page %}", page=Paginator([1], 10).page(1), request=request)
    assert shown.strip() == ""


def test_only_destinations_that_exist_are_shown():
    urls = [item["url"] for item in destinations("/")]
    assert all(url.startswith("/") for url in urls)
    assert [item for item in destinations("/") if item["current"]] == []
