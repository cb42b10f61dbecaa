"""The clock's own table."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """When a named piece of work was last really done. /readyz reads it."""

    name = models.CharField(max_length=60, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
