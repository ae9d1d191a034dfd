from django.urls import path

from coaching.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.settings, name="settings"),
    path("more/", views.more, name="more"),
    path("theme/", views.theme, name="theme"),
    path("api/", views.tokens, name="tokens"),
    path("api/new/", views.new_token, name="new-token"),
    path("api/<uuid:token_id>/revoke/", views.revoke_token, name="revoke-token"),
    path("leave/", views.leave, name="leave"),
    path("leave/stay/", views.stay, name="stay"),
    path("keep/", views.claim, name="claim"),
]
