"""Pages below /interview/."""

from django.urls import path

from drills.views import interviews

app_name = "drills"
urlpatterns = [
    path("interview/", interviews.interview, name="interview"),
    path("interview/<uuid:session_id>/follow-up/", interviews.follow_up, name="follow-up"),
]
