"""What happens to a resource that was made from an answer: where it stands is told to the room it came from."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete
from wagtail.signals import page_published, page_unpublished

from resources import crediting
from resources.models import CreditRole, ResourcePage


def connect() -> None:
    page_published.connect(_published, sender=ResourcePage, dispatch_uid="resources.published")
    page_unpublished.connect(_unpublished, sender=ResourcePage, dispatch_uid="resources.unpublished")
    post_delete.connect(_deleted, sender=ResourcePage, dispatch_uid="resources.deleted")


def _published(instance: ResourcePage, **_kwargs: Any) -> None:
    if not instance.source_url:
        return
    if instance.credits.refused().filter(role=CreditRole.ANSWERED).exists():
        instance.unpublish()  # the person who wrote it does not want it here, whoever pressed the button
        return
    crediting.tell_of_publication(instance, crediting.address_of(instance))
    crediting.thank_credited(instance)


def _unpublished(instance: ResourcePage, **_kwargs: Any) -> None:
    crediting.tell_of_publication(instance, crediting.address_of(instance))


def _deleted(instance: ResourcePage, **_kwargs: Any) -> None:
    crediting.tell_of_publication(instance, "")
