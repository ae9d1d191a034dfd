"""Analyses for `/api/v1/`, over the same services as the pages.

`ROUTES` are viewsets for the API's router, `VIEWS` the resources below one session.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analysis import api_clips
from analysis.document import build
from analysis.forms import LANGUAGES, TRANSCRIBERS
from analysis.given import MAX_BYTES, TranscriptError
from analysis.models import AnalysisRun, StageRun, Transcript
from analysis.selectors.runs import (
    current_run,
    metric_history,
    metric_paths,
    own_run,
    run_for,
    runs_seen,
)
from analysis.selectors.transcripts import latest_version, text_of, words_of
from analysis.services.again import reanalyse, try_again
from analysis.services.runs import NothingToAnalyse, cancel_run
from analysis.services.transcripts import (
    EditConflict,
    attach_text,
    attach_transcript,
    edit_transcript,
)
from analysis.services.trimming import change_trim
from analysis.sharing import for_viewer, mask
from billing.services import QuotaExceeded
from config.problems import Problem, checked
from sessions.models import Grant, Recording, Session
from sessions.selectors import (
    main_recording,
    own_session,
    record_uses,
    sees_swearing,
    session_for,
)


class StageSerializer(serializers.ModelSerializer):
    class Meta:
        model = StageRun
        fields = (
            "name", "state", "progress", "message", "engine", "model", "started_at",
            "finished_at", "elapsed_s", "error_code", "error_message",
        )  # fmt: skip


class RunSerializer(serializers.ModelSerializer):
    stages = StageSerializer(many=True, read_only=True)
    transcript_version = serializers.IntegerField(
        source="transcript.version", read_only=True, allow_null=True, default=None
    )

    class Meta:
        model = AnalysisRun
        fields = (
            "id", "session", "profile", "state", "revision", "is_current", "created",
            "started_at", "finished_at", "error_code", "error_message", "transcript_version",
            "stages",
        )  # fmt: skip


class StartSerializer(serializers.Serializer):
    """Settings of an analysis; what is left out stays as the session says."""

    transcriber = serializers.ChoiceField(TRANSCRIBERS, required=False)
    language = serializers.ChoiceField(LANGUAGES, required=False)
    scenario = serializers.ChoiceField(Session.Kind.choices, required=False)
    speaker = serializers.CharField(max_length=40, required=False)

    def settings(self) -> dict[str, Any]:
        chosen = dict(self.validated_data)
        engines = {"transcriber": chosen.pop("transcriber")} if "transcriber" in chosen else {}
        return chosen | ({"engines": engines} if engines else {})


class TrimSerializer(serializers.Serializer):
    """What of the recording counts, in seconds of the whole."""

    start = serializers.FloatField(
        allow_null=True, default=None, help_text="Null or left out: from the beginning."
    )
    end = serializers.FloatField(
        allow_null=True, default=None, help_text="Null or left out: to the end."
    )


class WordSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=200)
    start = serializers.FloatField(allow_null=True, required=False, min_value=0)
    end = serializers.FloatField(allow_null=True, required=False, min_value=0)
    confidence = serializers.FloatField(allow_null=True, required=False)
    speaker = serializers.CharField(allow_null=True, required=False, max_length=40)


class TranscriptSerializer(serializers.ModelSerializer):
    text = serializers.SerializerMethodField()
    words = serializers.SerializerMethodField()

    class Meta:
        model = Transcript
        fields = (
            "version", "kind", "origin", "consented_at", "engine", "model", "language",
            "reliability", "timing", "created", "text", "words",
        )  # fmt: skip

    def get_text(self, transcript: Transcript) -> str:
        return text_of(transcript)

    @extend_schema_field(WordSerializer(many=True))
    def get_words(self, transcript: Transcript) -> list[Any]:
        return list(words_of(transcript))


class GivenTranscriptSerializer(serializers.Serializer):
    """A whole new transcript (`text`, with `filename` for its format), or, with `base_version`, a
    correction of that version (`text`, or `words` where speakers changed too)."""

    text = serializers.CharField(required=False, trim_whitespace=False, max_length=MAX_BYTES)
    filename = serializers.CharField(required=False, max_length=255)
    words = WordSerializer(many=True, required=False)
    base_version = serializers.IntegerField(required=False, min_value=1)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "text" not in attrs and "words" not in attrs:
            raise serializers.ValidationError(_("Give the text, or the words."))
        if "words" in attrs and "base_version" not in attrs:
            raise serializers.ValidationError(
                {"base_version": _("Say which version these words correct.")}
            )
        return attrs


class PointSerializer(serializers.Serializer):
    session = serializers.UUIDField(source="session.pk")
    title = serializers.CharField(source="session.title")
    kind = serializers.CharField(source="session.kind")
    at = serializers.DateTimeField()
    value = serializers.FloatField()


class HistorySerializer(serializers.Serializer):
    path = serializers.CharField()
    points = PointSerializer(many=True)


class RunViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet):
    """Runs of the sessions you own, or may see through a grant."""

    queryset = AnalysisRun.objects.none()
    serializer_class = RunSerializer

    def get_queryset(self) -> Any:
        return runs_seen(self.request.user)

    def get_object(self) -> AnalysisRun:
        return run_for(self.request.user, self.kwargs["pk"])

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        shown = {run.session for run in page or ()}
        record_uses(self.request.user, shown, what="listed the analyses")
        return page

    def own_run(self) -> AnalysisRun:
        return own_run(self.request.user, self.kwargs["pk"])

    @extend_schema(request=None, responses=RunSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Stop it. A run that has ended stays as it is."""
        return self.answer(cancel_run(run=self.own_run()))

    @extend_schema(request=None, responses={202: RunSerializer})
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """Work what failed through again, in this run or in a new one. So many times a day."""
        run = _begun(try_again, run=self.own_run())
        return self.answer(run, status.HTTP_202_ACCEPTED)

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True)
    def analysis(self, request: Request, pk: str) -> Response:
        """The result document of this run, at any moment of its life."""
        run = self.get_object()
        return Response(for_viewer(build(run), run.session, request.user))

    def answer(self, run: AnalysisRun, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.get_serializer(run_for(self.request.user, run.pk)).data, code)


class SessionRunsView(APIView):
    @extend_schema(responses=RunSerializer(many=True))
    def get(self, request: Request, session_id: UUID) -> Response:
        """Runs of a session, newest first."""
        session = session_for(request.user, session_id)
        return Response(
            RunSerializer(runs_seen(request.user).filter(session=session), many=True).data
        )

    @extend_schema(request=StartSerializer, responses={202: RunSerializer})
    def post(self, request: Request, session_id: UUID) -> Response:
        """Analyse again, with other settings, so many times a day (429 after that). A run that has
        not ended is stopped."""
        session = own_session(request.user, session_id)
        given = StartSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        run = _begun(reanalyse, session=session, settings=given.settings())
        shown = RunSerializer(run_for(request.user, run.pk)).data
        return Response(shown, status.HTTP_202_ACCEPTED)


def _begun(start: Callable[..., AnalysisRun], /, **given: Any) -> AnalysisRun:
    try:
        return checked(start, **given)
    except NothingToAnalyse as error:
        raise Problem(409, "nothing_to_analyse", error.message) from error
    except QuotaExceeded as error:
        raise Problem(429, "too_many_analyses", error.message) from error


class SessionTrimView(APIView):
    @extend_schema(responses=TrimSerializer)
    def get(self, request: Request, session_id: UUID) -> Response:
        """What of the recording counts; both null: all of it."""
        _session, recording, _shown = _trimmable(request, session_id)
        return Response({"start": recording.trim_start, "end": recording.trim_end})

    @extend_schema(request=TrimSerializer, responses={200: RunSerializer, 202: RunSerializer})
    def put(self, request: Request, session_id: UUID) -> Response:
        """Change what counts and analyse it again (202), so many times a day (429 after that); the
        trim that counts already starts nothing (200). The file is never cut."""
        session, _recording, shown = _trimmable(request, session_id)
        given = TrimSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        before = set(session.runs.values_list("pk", flat=True))
        run = _begun(change_trim, session=session, run=shown, **given.validated_data)
        code = status.HTTP_200_OK if run.pk in before else status.HTTP_202_ACCEPTED
        return Response(RunSerializer(run_for(request.user, run.pk)).data, code)


def _trimmable(request: Request, session_id: UUID) -> tuple[Session, Recording, AnalysisRun]:
    session = own_session(request.user, session_id)
    shown, recording = current_run(session), main_recording(session)
    if shown is None or recording is None:
        raise Http404(_("There is no analysed recording here."))
    return session, recording, shown


class SessionAnalysisView(APIView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, session_id: UUID) -> Response:
        """The result document (`rostrum.analysis/1`) that the session shows."""
        session = session_for(request.user, session_id, what="read the result")
        run = current_run(session)
        if run is None:
            raise Http404(_("There is no result yet."))
        return Response(for_viewer(build(run), session, request.user))


class SessionTranscriptView(APIView):
    @extend_schema(responses=TranscriptSerializer)
    def get(self, request: Request, session_id: UUID) -> Response:
        """The newest version of what was said."""
        session = session_for(request.user, session_id, Grant.Scope.TRANSCRIPT)
        version = latest_version(session)
        if version is None:
            raise Http404(_("There is no transcript yet."))
        found = TranscriptSerializer(version).data
        return Response(found if sees_swearing(request.user, session) else mask(dict(found)))

    @extend_schema(request=GivenTranscriptSerializer, responses={202: TranscriptSerializer})
    def put(self, request: Request, session_id: UUID) -> Response:
        """Give or correct a transcript; what depends on it is worked out again. A correction of a
        version that is not the newest is refused (409) with the difference."""
        session = own_session(request.user, session_id)
        given = GivenTranscriptSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            version = _keep(session, **given.validated_data)
        except TranscriptError as error:
            raise Problem(422, error.code, error.message) from error
        except NothingToAnalyse as error:
            raise Problem(409, "nothing_to_analyse", error.message) from error
        except EditConflict as error:
            raise Problem(
                409,
                "newer_version",
                str(error),
                latest_version=error.latest.version,
                changes=[
                    {"kind": change.kind, "latest": change.before, "yours": change.after}
                    for change in error.changes
                ],
            ) from error
        return Response(TranscriptSerializer(version).data, status.HTTP_202_ACCEPTED)


def _keep(
    session: Session,
    text: str | None = None,
    filename: str | None = None,
    words: list[dict[str, Any]] | None = None,
    base_version: int | None = None,
) -> Transcript:
    if base_version is not None:
        bare = {"start": None, "end": None, "confidence": None, "speaker": None}
        spoken: Any = [bare | word for word in words] if words is not None else None
        return edit_transcript(session=session, base_version=base_version, text=text, words=spoken)
    if filename:
        return attach_transcript(session=session, filename=filename, data=(text or "").encode())
    return attach_text(session=session, text=text or "")


class MetricsView(APIView):
    @extend_schema(
        parameters=[OpenApiParameter("path", str, required=True, description=(
            "Path in the result document with dots, e.g. fluency.words_per_minute"))],
        responses=HistorySerializer,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """One metric over your sessions, oldest first; each counts with the result it shows."""
        wanted = request.query_params.get("path", "")
        known = metric_paths(request.user)
        if wanted not in known:
            raise Problem(
                404, "unknown_metric", _("None of your sessions has this metric."), known=known
            )
        history = {"path": wanted, "points": metric_history(request.user, wanted)}
        return Response(HistorySerializer(history).data)


ROUTES = (("runs", RunViewSet, "run"), *api_clips.ROUTES)
VIEWS = (
    path("sessions/<uuid:session_id>/runs/", SessionRunsView.as_view(), name="session-runs"),
    path("sessions/<uuid:session_id>/analysis/", SessionAnalysisView.as_view(), name="analysis"),
    path(
        "sessions/<uuid:session_id>/transcript/",
        SessionTranscriptView.as_view(),
        name="transcript",
    ),
    path("sessions/<uuid:session_id>/trim/", SessionTrimView.as_view(), name="trim"),
    path("metrics/", MetricsView.as_view(), name="metrics"),
    *api_clips.VIEWS,
)
