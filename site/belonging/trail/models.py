"""Who did what when. Rows are only ever added: a trigger refuses UPDATE and DELETE, and each row seals the one before."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class EntryQuerySet(models.QuerySet["Entry"]):
    def about(self, target_type: str, target_id: str) -> Self:
        return self.filter(target_type=target_type, target_id=target_id)


class Entry(models.Model):
    """One thing done. Names and addresses never stand here: ids only, so that erasing a person leaves the chain whole."""

    at = models.DateTimeField(_("when"), db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    action = models.CharField(_("what"), max_length=80)
    target_type = models.CharField(max_length=80, blank=True)
    target_id = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("trail entry")
        verbose_name_plural = _("trail entries")
        ordering = ["pk"]
        indexes = [models.Index(fields=["target_type", "target_id", "at"], name="trail_by_target")]

    def __str__(self) -> str:
        return f"{self.action} {self.target_type} {self.target_id}"
