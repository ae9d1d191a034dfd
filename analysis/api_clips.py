"""Clips for `/api/v1/`, over the same services as the page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analysis.models import Clip
from analysis.selectors.clips import ShownClip, captions_of, clip_for, clips_seen, own_clip, shown
from analysis.services.clips.asking import (
    LONGEST_S,
    SHORTEST_S,
    ClipRefused,
    Cut,
    cancel_clip,
    cut_clip,
    delete_clip,
    restore_clip,
    retry_clip,
)
from billing.services import QuotaExceeded
from config.problems import Problem, checked
from sessions.models import Grant
from sessions.selectors import own_session, record_uses, sees_swearing, session_for


class CutSerializer(serializers.Serializer):
    start = serializers.FloatField(min_value=0, help_text="Seconds on the recording's clock.")
    end = serializers.FloatField(help_text=f"{SHORTEST_S:g} to {LONGEST_S:g} s after the start.")
    format = serializers.ChoiceField(Clip.Format.choices, default=Clip.Format.WIDE)
    captions = serializers.ChoiceField(Clip.Captions.choices, default=Clip.Captions.BURNT)
    profanity = serializers.ChoiceField(Clip.Profanity.choices, default=Clip.Profanity.KEEP)
    card = serializers.BooleanField(default=False, help_text="A title card comes first.")
    title = serializers.CharField(max_length=120, default="", allow_blank=True)


class ClipSerializer(serializers.ModelSerializer):
    url = serializers.SerializerMethodField(help_text="Plays it, for you alone, for a while.")
    download = serializers.SerializerMethodField()
    captions_text = serializers.SerializerMethodField(help_text="WebVTT, where asked for.")
    duration_s = serializers.FloatField(source="result.duration_s", default=None, read_only=True)
    crop = serializers.JSONField(source="result.crop", default=None, read_only=True)
    title = serializers.SerializerMethodField()

    class Meta:
        model = Clip
        fields = (
            "id", "session", "title", "start", "end", "format", "captions", "profanity", "card",
            "state", "progress", "error_code", "error_message", "created", "finished_at",
            "size_bytes", "content_type", "duration_s", "crop", "url", "download",
            "captions_text",
        )  # fmt: skip

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._known: dict[UUID, bool] = {}

    def get_title(self, clip: Clip) -> str:
        return self._shown(clip).title

    def get_url(self, clip: Clip) -> str:
        return self._shown(clip).url

    def get_download(self, clip: Clip) -> str:
        return self._shown(clip).download

    def get_captions_text(self, clip: Clip) -> str:
        return captions_of(clip, unmasked=self._unmasked(clip))

    def _shown(self, clip: Clip) -> ShownClip:
        return shown(self.context["user"], clip, unmasked=self._unmasked(clip))

    def _unmasked(self, clip: Clip) -> bool:
        """Asked once a session, however many clips are listed."""
        known = self._known.get(clip.session_id)
        if known is None:
            known = sees_swearing(self.context["user"], clip.session)
            self._known[clip.session_id] = known
        return known


def _told(request: Request, clip: Clip) -> dict[str, Any]:
    return ClipSerializer(clip, context={"user": request.user}).data


class SessionClipsView(APIView):
    @extend_schema(responses=ClipSerializer(many=True))
    def get(self, request: Request, session_id: UUID) -> Response:
        """Clips of a session, newest first; of somebody else's, those that are ready."""
        session = session_for(request.user, session_id, Grant.Scope.MEDIA, what="saw the clips")
        clips = clips_seen(request.user).filter(session=session)
        return Response(ClipSerializer(clips, many=True, context={"user": request.user}).data)

    @extend_schema(request=CutSerializer, responses={200: ClipSerializer, 202: ClipSerializer})
    def post(self, request: Request, session_id: UUID) -> Response:
        """Cut a clip (202). The same cut is made once: asked for again, it is 200."""
        session = own_session(request.user, session_id)
        given = CutSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        clip, new = _done(cut_clip, session=session, cut=Cut(**given.validated_data))
        code = status.HTTP_202_ACCEPTED if new else status.HTTP_200_OK
        return Response(_told(request, clip_for(request.user, clip.pk)), code)


class ClipViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet):
    """Clips of your sessions, and of those whose recording is shared with you."""

    queryset = Clip.objects.none()
    serializer_class = ClipSerializer

    def get_queryset(self) -> Any:
        return clips_seen(self.request.user)

    def get_object(self) -> Clip:
        return clip_for(self.request.user, self.kwargs["pk"])

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "user": self.request.user}

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        sessions = {clip.session for clip in page or ()}
        record_uses(self.request.user, sessions, Grant.Scope.MEDIA, what="listed the clips")
        return page

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete it; `restore` takes that back for ten minutes."""
        delete_clip(clip=own_clip(request.user, pk))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=ClipSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Stop making it. One that is made stays as it is."""
        return Response(_told(request, _done(cancel_clip, clip=own_clip(request.user, pk))))

    @extend_schema(request=None, responses={202: ClipSerializer})
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """Make one that failed, or was stopped, after all."""
        clip = _done(retry_clip, clip=own_clip(request.user, pk))
        return Response(_told(request, clip), status.HTTP_202_ACCEPTED)

    @extend_schema(request=None, responses=ClipSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Take a deletion back."""
        clip = _done(restore_clip, clip=own_clip(request.user, pk, deleted=True))
        return Response(_told(request, clip))


def _done(service: Any, **given: Any) -> Any:
    try:
        return checked(service, **given)
    except ClipRefused as error:
        raise Problem(error.status, error.code, error.message) from error
    except QuotaExceeded as error:
        raise Problem(413, "quota_exceeded", error.message) from error


ROUTES = (("clips", ClipViewSet, "clip"),)
VIEWS = (
    path("sessions/<uuid:session_id>/clips/", SessionClipsView.as_view(), name="session-clips"),
)
