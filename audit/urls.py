from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from audit import views

app_name = "audit"
urlpatterns: list[URLPattern | URLResolver] = [
    path("schools/<int:school_id>/audit/", views.overview, name="overview"),
    path("schools/<int:school_id>/audit/<int:round_id>/lock/", views.lock, name="lock"),
    path("schools/<int:school_id>/audit/<int:round_id>/<str:code>/", views.indicator, name="indicator"),
    path("schools/<int:school_id>/audit/<int:round_id>/<str:code>/agree/", views.agree, name="agree"),
    path("schools/<int:school_id>/plan/", views.plan, name="plan"),
    path("schools/<int:school_id>/plan/<int:action_id>/", views.action, name="action"),
    path("schools/<int:school_id>/data/", views.data, name="data"),
]
