from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from belonging.notifications import views

app_name = "notifications"
urlpatterns: list[URLPattern | URLResolver] = [
    path("me/notifications/", views.index, name="index"),
    path("me/notifications/settings/", views.settings, name="settings"),
    path("me/notifications/read/", views.mark_all_read, name="mark_all_read"),
    path("me/notifications/<int:notification_id>/", views.open_one, name="open"),
]
