"""Pages below /prepare/."""

from django.urls import path

from drills.views import actual, answers, asking, preparation

app_name = "prepare"
_ONE = "<uuid:preparation_id>/actual/<uuid:comparison_id>"
urlpatterns = [
    path("", preparation.listing, name="list"),
    path("new/", preparation.new, name="new"),
    path("<uuid:preparation_id>/", preparation.detail, name="detail"),
    path("<uuid:preparation_id>/edit/", preparation.edit, name="edit"),
    path("<uuid:preparation_id>/change/", preparation.change, name="change"),
    path("<uuid:preparation_id>/add/", preparation.add, name="add"),
    path("<uuid:preparation_id>/held/", preparation.held, name="held"),
    path("<uuid:preparation_id>/delete/", preparation.delete, name="delete"),
    path("<uuid:preparation_id>/restore/", preparation.restore, name="restore"),
    path("<uuid:preparation_id>/crib/", preparation.crib, name="crib"),
    path("<uuid:preparation_id>/crib.pdf", preparation.crib_pdf, name="crib-pdf"),
    path("<uuid:preparation_id>/actual/", actual.listing, name="actuals"),
    path("<uuid:preparation_id>/actual/link/", actual.link, name="actual-link"),
    path(f"{_ONE}/", actual.actual, name="actual"),
    path(f"{_ONE}/turns/", actual.turns, name="actual-turns"),
    path(f"{_ONE}/correct/", actual.correct, name="actual-correct"),
    path(f"{_ONE}/again/", actual.again, name="actual-again"),
    path(f"{_ONE}/unlink/", actual.unlink, name="actual-unlink"),
    path(f"{_ONE}/prepare/", actual.prepare, name="actual-prepare"),
    path("interview/<uuid:session_id>/", actual.for_session, name="for-session"),
    path("<uuid:preparation_id>/model/", asking.sent, name="model"),
    path("<uuid:preparation_id>/model/ask/", asking.ask, name="model-ask"),
    path("<uuid:preparation_id>/model/stop/", asking.stop, name="model-stop"),
    path("<uuid:preparation_id>/model/forget/", asking.forget, name="model-forget"),
    path("questions/<uuid:question_id>/", answers.question, name="question"),
    path("questions/<uuid:question_id>/points/", answers.points, name="points"),
    path("questions/<uuid:question_id>/answer/", answers.answer, name="answer"),
    path("questions/<uuid:question_id>/record/", answers.record, name="record"),
    path("questions/<uuid:question_id>/next/", answers.ask_next, name="ask-next"),
]
