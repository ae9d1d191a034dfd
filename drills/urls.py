"""Pages below /interview/, /plan/, /drills/ and /skills/."""

from django.urls import path

from drills.views import drills, interviews, plan, recommendations, skills

app_name = "drills"
urlpatterns = [
    path("interview/", interviews.interview, name="interview"),
    path("interview/<uuid:session_id>/follow-up/", interviews.follow_up, name="follow-up"),
    path("plan/", plan.today, name="plan"),
    path("plan/goal/", plan.goal, name="plan-goal"),
    path("plan/skills/<slug:skill>/", plan.wish, name="plan-wish"),
    path("drills/", drills.listing, name="list"),
    path("drills/attempts/<uuid:session_id>/", drills.attempt, name="attempt"),
    path("drills/<slug:slug>/", drills.drill, name="drill"),
    path("drills/<slug:slug>/begin/", drills.begin, name="begin"),
    path("questions/<int:question_id>/ask/", skills.ask, name="ask"),
    path("skills/", skills.overview, name="skills"),
    path("skills/<slug:skill>/", skills.skill, name="skill"),
    path(
        "recommendations/<uuid:recommendation_id>/",
        recommendations.recommendation,
        name="recommendation",
    ),
]
