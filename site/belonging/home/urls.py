from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from belonging.home import health, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("search/", views.search, name="search"),
    path("language/", views.language, name="language"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("robots.txt", views.robots, name="robots"),
]
