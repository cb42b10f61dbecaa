from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from resources.views import credits

app_name = "resources"
urlpatterns: list[URLPattern | URLResolver] = [
    path("credits/<int:credit_id>/", credits.credit, name="credit"),
]
