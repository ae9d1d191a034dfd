from django.urls import path

from coaching.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.settings, name="settings"),
    path("more/", views.more, name="more"),
    path("theme/", views.theme, name="theme"),
    path("keep/", views.claim, name="claim"),
]
