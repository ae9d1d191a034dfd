"""Pages below /interview/ and /drills/."""

from django.urls import path

from drills.views import drills, interviews

app_name = "drills"
urlpatterns = [
    path("interview/", interviews.interview, name="interview"),
    path("interview/<uuid:session_id>/follow-up/", interviews.follow_up, name="follow-up"),
    path("drills/", drills.listing, name="list"),
    path("drills/attempts/<uuid:session_id>/", drills.attempt, name="attempt"),
    path("drills/<slug:slug>/", drills.drill, name="drill"),
    path("drills/<slug:slug>/begin/", drills.begin, name="begin"),
]
