from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from belonging.framework import views

app_name = "framework"
urlpatterns: list[URLPattern | URLResolver] = [
    path("framework/", views.index, name="index"),
    path("framework/<str:code>/", views.strand, name="strand"),
]
