"""The Celery application. Rooms put their tasks into ``tasks.py``; each is a bell that calls one service."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "belonging.settings.production")

app = Celery("belonging")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
