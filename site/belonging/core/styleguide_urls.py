from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from belonging.core import styleguide

app_name = "styleguide"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", styleguide.index, name="index"),
    path("mail/", styleguide.mail, name="mail"),
    path("mail/<str:name>/", styleguide.message, name="message"),
    path("mail/<str:name>/html/", styleguide.message_html, name="message_html"),
]
