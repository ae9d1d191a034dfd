"""Pages below /interview/."""

from django.urls import path

from drills import views

app_name = "drills"
urlpatterns = [
    path("", views.interview, name="interview"),
    path("<uuid:session_id>/follow-up/", views.follow_up, name="follow-up"),
]
