"""Files that people uploaded. Private ones are handed out by a view that asks first; they have no public address."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models


def private_storage() -> Storage:
    return storages["private"]


def _generated_name(instance: StoredImage | StoredFile, filename: str) -> str:
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


class StoredFile(models.Model):
    """A file that members hand on as it is: kept privately under a name that says nothing, always a download."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="stored_files")
    purpose = models.CharField(max_length=20)
    extension = models.CharField(max_length=5)
    file = models.FileField(upload_to=_generated_name, storage=private_storage)
    name = models.CharField(max_length=150)
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"
