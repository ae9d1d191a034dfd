"""Practice sessions and their uploads for `/api/v1/`, over the same services as the pages.

`ROUTES` is what the API's router registers: (prefix, viewset, basename).
"""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.problems import checked
from sessions import services
from sessions.listing import SEARCH_VECTOR, SORTS, prefix_query
from sessions.models import Recording, Session, Upload
from sessions.selectors import own_session, record_uses, recording_url, session_for, visible_to
from sessions.services.practices import EDITABLE


class RecordingSerializer(serializers.ModelSerializer):
    url = serializers.SerializerMethodField(help_text="Signed and short-lived; null until checked.")

    class Meta:
        model = Recording
        fields = (
            "id",
            "role",
            "filename",
            "content_type",
            "size_bytes",
            "sha256",
            "created",
            "url",
        )

    def get_url(self, recording: Recording) -> str | None:
        request: Request = self.context["request"]
        mine = recording.session.owner_id == request.user.pk
        return recording_url(request.user, recording) if mine and recording.checked_at else None


class SessionSerializer(serializers.ModelSerializer):
    recordings = RecordingSerializer(many=True, read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Session
        fields = (
            "id", "url", "kind", "title", "question", "company", "job_title", "interview_type",
            "notes", "job_description", "language", "state", "score", "duration_s", "created",
            "updated", "is_sample", "is_drill", "recordings",
        )  # fmt: skip
        read_only_fields = (
            "state", "score", "duration_s", "created", "updated", "is_sample", "is_drill",
        )  # fmt: skip

    def to_representation(self, instance: Session) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if instance.owner_id != self.context["request"].user.pk:
            # what else a grant opens, the result document says by its scope
            shown |= dict.fromkeys(_OWNERS_WORDS, "") | {"recordings": []}
        return shown


_OWNERS_WORDS = ("question", "company", "job_title", "notes", "job_description")


class TextSerializer(serializers.Serializer):
    text = serializers.CharField()


class UploadSerializer(serializers.ModelSerializer):
    """Read only: uploads are made and fed by tus at /sessions/uploads/."""

    filename = serializers.CharField(source="__str__", read_only=True)

    class Meta:
        model = Upload
        fields = ("id", "session", "state", "filename", "length", "offset", "refusal", "expires_at")


class SessionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        method="search", label="Words of the title, as beginnings", max_length=200
    )
    sort = django_filters.ChoiceFilter(
        method="order", choices=[(name, sort.label) for name, sort in SORTS.items()]
    )
    created_after = django_filters.IsoDateTimeFilter(field_name="created", lookup_expr="gte")
    created_before = django_filters.IsoDateTimeFilter(field_name="created", lookup_expr="lt")

    class Meta:
        model = Session
        fields = ("kind", "state", "is_sample", "is_drill")

    def search(self, found: QuerySet[Session], _name: str, text: str) -> QuerySet[Session]:
        query = prefix_query(text)
        return found.annotate(words=SEARCH_VECTOR).filter(words=query) if query else found

    def order(self, found: QuerySet[Session], _name: str, sort: str) -> QuerySet[Session]:
        return found.order_by(*SORTS[sort].order)


class SessionViewSet(
    mixins.CreateModelMixin,
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    mixins.DestroyModelMixin,
    mixins.ListModelMixin,
    viewsets.GenericViewSet,
):
    """Practice sessions you own, or may see through a grant."""

    queryset = Session.objects.none()
    serializer_class = SessionSerializer
    filter_backends = (DjangoFilterBackend,)
    filterset_class = SessionFilter
    http_method_names = ("get", "post", "patch", "delete", "head", "options")

    def get_queryset(self) -> QuerySet[Session]:
        return (
            visible_to(self.request.user)
            .prefetch_related("recordings__session")
            .order_by("-created", "id")
        )

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        record_uses(self.request.user, page or (), what="listed")
        return page

    def get_object(self) -> Session:
        read = self.request.method in {"GET", "HEAD", "OPTIONS"}
        find = session_for if read else own_session
        return find(self.request.user, self.kwargs["pk"])

    def perform_create(self, serializer: Any) -> None:
        serializer.instance = checked(
            services.create_session,
            owner=self.request.user,
            **{name: v for name, v in serializer.validated_data.items() if name in EDITABLE},
        )

    def perform_update(self, serializer: Any) -> None:
        serializer.instance = checked(
            services.update_session, session=serializer.instance, **serializer.validated_data
        )

    def perform_destroy(self, instance: Session) -> None:
        services.delete_session(session=instance)

    @extend_schema(request=None, responses=SessionSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Take a deletion back, within ten minutes of it."""
        session = Session.objects.filter(pk=pk, owner=request.user.pk).first()
        if session is None:
            raise Http404(_("There is no such session."))
        session = checked(services.restore_session, session=session)
        return Response(self.get_serializer(session).data)

    @extend_schema(request=TextSerializer, responses={202: SessionSerializer})
    @action(detail=True, methods=["post"])
    def text(self, request: Request, pk: str) -> Response:
        """Analyse a text instead of a recording."""
        given = TextSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        session = own_session(request.user, pk)
        session = checked(services.add_text, session=session, text=given.validated_data["text"])
        return Response(self.get_serializer(session).data, status.HTTP_202_ACCEPTED)


class UploadViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet):
    """Your uploads and how far they are. They are made and fed by tus at /sessions/uploads/."""

    queryset = Upload.objects.none()
    serializer_class = UploadSerializer

    def get_queryset(self) -> QuerySet[Upload]:
        return Upload.objects.filter(owner=self.request.user.pk).order_by("-created", "id")


ROUTES = (("sessions", SessionViewSet, "session"), ("uploads", UploadViewSet, "upload"))
