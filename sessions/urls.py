"""Pages below /sessions/; a session's own page, /sessions/<id>/, is the analysis'."""

from django.urls import path

from sessions.views import intake, pages, studio

app_name = "sessions"
urlpatterns = [
    path("", pages.listing, name="list"),
    path("new/", pages.new, name="new"),
    path("deleted/", pages.deleted, name="deleted"),
    path("sample/", intake.sample, name="sample"),
    path("first/", intake.first, name="first"),
    path("<uuid:session_id>/edit/", pages.edit, name="edit"),
    path("<uuid:session_id>/rename/", pages.rename, name="rename"),
    path("<uuid:session_id>/delete/", pages.delete, name="delete"),
    path("<uuid:session_id>/restore/", pages.restore, name="restore"),
    path("<uuid:session_id>/upload/", intake.upload, name="upload"),
    path("<uuid:session_id>/text/", intake.text, name="text"),
    path("<uuid:session_id>/studio/", studio.studio, name="studio"),
    path("<uuid:session_id>/studio/open/", studio.open_take, name="studio-open"),
    path("<uuid:session_id>/studio/send/", studio.send, name="studio-send"),
    path("<uuid:session_id>/studio/discard/", studio.discard, name="studio-discard"),
]
