from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from belonging.schools import views

app_name = "schools"
urlpatterns: list[URLPattern | URLResolver] = [
    path("schools/", views.index, name="index"),
    path("schools/mine/", views.mine, name="mine"),
    path("schools/<int:school_id>/", views.workspace, name="workspace"),
    path("schools/<int:school_id>/join/", views.join, name="join"),
    path("schools/<int:school_id>/team/", views.team, name="team"),
    path("schools/memberships/<int:membership_id>/decide/", views.decide, name="decide"),
    path("schools/memberships/<int:membership_id>/change/", views.change, name="change"),
    path("schools/invitations/<str:token>/", views.invitation, name="invitation"),
    path("programmes/<slug:slug>/", views.programme, name="programme"),
]
