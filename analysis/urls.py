from __future__ import annotations

from django.urls import path

from analysis.views import actions, coach, pages, stream, transcripts

app_name = "analysis"
urlpatterns = [
    path("sessions/<uuid:session_id>/", pages.session, name="session"),
    path("sessions/<uuid:session_id>/progress", stream.progress, name="progress"),
    path("sessions/<uuid:session_id>/events", stream.events, name="events"),
    path("sessions/<uuid:session_id>/analysis.json", pages.document, name="document"),
    path("sessions/<uuid:session_id>/retry/", actions.retry, name="retry"),
    path("sessions/<uuid:session_id>/cancel/", actions.cancel, name="cancel"),
    path("sessions/<uuid:session_id>/reanalyse/", actions.analyse_again, name="reanalyse"),
    path("sessions/<uuid:session_id>/speaker/", actions.speaker, name="speaker"),
    path("sessions/<uuid:session_id>/coach/", coach.notes, name="coach"),
    path("sessions/<uuid:session_id>/coach/panel/", coach.panel, name="coach-panel"),
    path("sessions/<uuid:session_id>/coach/ask/", coach.ask, name="coach-ask"),
    path("sessions/<uuid:session_id>/coach/refuse/", coach.refuse, name="coach-refuse"),
    path("settings/coach/", coach.settings, name="coach-settings"),
    path("sessions/<uuid:session_id>/transcript/", transcripts.edit, name="transcript"),
    path("sessions/<uuid:session_id>/transcript/attach/", transcripts.attach, name="attach"),
]
