"""The start page, outside the `accounts` namespace."""

from django.urls import path

from coaching.accounts import views

urlpatterns = [path("", views.home, name="home")]
