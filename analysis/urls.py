from __future__ import annotations

from django.urls import path

from analysis.views import actions, clips, coach, pages, stream, transcripts, trimming

app_name = "analysis"
urlpatterns = [
    path("sessions/<uuid:session_id>/", pages.session, name="session"),
    path("sessions/<uuid:session_id>/progress", stream.progress, name="progress"),
    path("sessions/<uuid:session_id>/events", stream.events, name="events"),
    path("sessions/<uuid:session_id>/analysis.json", pages.document, name="document"),
    path("sessions/<uuid:session_id>/retry/", actions.retry, name="retry"),
    path("sessions/<uuid:session_id>/cancel/", actions.cancel, name="cancel"),
    path("sessions/<uuid:session_id>/reanalyse/", actions.analyse_again, name="reanalyse"),
    path("sessions/<uuid:session_id>/trim/", trimming.trim, name="trim"),
    path("sessions/<uuid:session_id>/speaker/", actions.speaker, name="speaker"),
    path("sessions/<uuid:session_id>/coach/", coach.notes, name="coach"),
    path("sessions/<uuid:session_id>/coach/panel/", coach.panel, name="coach-panel"),
    path("sessions/<uuid:session_id>/coach/ask/", coach.ask, name="coach-ask"),
    path("sessions/<uuid:session_id>/coach/refuse/", coach.refuse, name="coach-refuse"),
    path("sessions/<uuid:session_id>/clips/", clips.clips, name="clips"),
    path("sessions/<uuid:session_id>/clips/crop.json", clips.crop, name="clip-crop"),
    path("clips/<uuid:clip_id>/cancel/", clips.cancel, name="clip-cancel"),
    path("clips/<uuid:clip_id>/retry/", clips.retry, name="clip-retry"),
    path("clips/<uuid:clip_id>/delete/", clips.delete, name="clip-delete"),
    path("clips/<uuid:clip_id>/deleted/", clips.deleted, name="clip-deleted"),
    path("clips/<uuid:clip_id>/restore/", clips.restore, name="clip-restore"),
    path("clips/<uuid:clip_id>/captions.vtt", clips.captions, name="clip-captions"),
    path("settings/coach/", coach.settings, name="coach-settings"),
    path("sessions/<uuid:session_id>/transcript/", transcripts.edit, name="transcript"),
    path("sessions/<uuid:session_id>/transcript/attach/", transcripts.attach, name="attach"),
]
