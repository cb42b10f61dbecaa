from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from belonging.moderation import views

app_name = "moderation"
urlpatterns: list[URLPattern | URLResolver] = [
    path("moderation/", views.queue, name="queue"),
    path("moderation/report/<slug:kind>/<int:object_id>/", views.report, name="report"),
    path("moderation/cases/<int:case_id>/decide/", views.decide, name="decide"),
    path("transparency/", views.transparency, name="transparency"),
]
