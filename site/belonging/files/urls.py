from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from belonging.files import serving

app_name = "files"
urlpatterns: list[URLPattern | URLResolver] = [path("media/<path:path>", serving.media, name="media")]
