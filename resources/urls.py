from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from resources import views

app_name = "resources"
urlpatterns: list[URLPattern | URLResolver] = [
    path("credits/<int:credit_id>/", views.credit, name="credit"),
]
