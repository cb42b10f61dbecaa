"""Addresses. Others rely on them; each room holds its own below the prefix it is given here."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("belonging.core.urls")),
    path("", include("belonging.work.urls")),
    path("", include("belonging.outbox.urls")),
    path("", include("belonging.trail.urls")),
    path("", include("belonging.files.urls")),
    path("", include("belonging.framework.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("belonging.accounts.urls")),
    path("", include("belonging.notifications.urls")),
    path("", include("belonging.moderation.urls")),
    path("", include("community.urls")),
    path("", include("resources.urls")),
    path("", include("events.urls")),
    path("", include("training.urls")),
    path("", include("questionnaire.urls")),
    path("", include("audit.urls")),
    path("", include("belonging.schools.urls")),
    path("", include("belonging.home.urls")),
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("sitemap.xml", sitemap, name="sitemap"),
]

if settings.STYLEGUIDE:
    urlpatterns += [path("styleguide/", include("belonging.core.styleguide_urls"))]

urlpatterns += [path("", include(wagtail_urls))]
