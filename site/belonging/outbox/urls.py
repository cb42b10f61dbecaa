from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from belonging.outbox import views

app_name = "outbox"
urlpatterns: list[URLPattern | URLResolver] = [
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
