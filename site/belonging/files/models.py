"""Files that people uploaded. Private ones are handed out by a view that asks first; they have no public address."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models


def private_storage() -> Storage:
    return storages["private"]


def _generated_name(instance: StoredImage, filename: str) -> str:
    """The name says nothing: neither who uploaded it nor what it was called."""
    made = uuid.uuid4().hex
    return f"{instance.purpose}/{made[:2]}/{made}.{instance.extension}"


class StoredImage(models.Model):
    """A picture made anew from an upload."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="stored_images")
    purpose = models.CharField(max_length=20)
    extension = models.CharField(max_length=4)
    file = models.FileField(upload_to=_generated_name, storage=private_storage)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"
