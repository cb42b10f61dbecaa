from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from belonging.accounts import views

app_name = "accounts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("me/", views.me, name="me"),
    path("me/profile/", views.edit_profile, name="edit_profile"),
    path("me/data/", views.data, name="data"),
    path("me/data/export/", views.export, name="export"),
    path("me/data/leave/", views.leave, name="leave"),
    path("members/", views.members, name="members"),
    path("members/<slug:handle>/", views.member, name="member"),
    path("members/<slug:handle>/photo/", views.photo, name="photo"),
]
