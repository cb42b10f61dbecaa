"""What editors and the people who look after a space do with a collection.

Whoever changes the items locks the collection's row first, so that two who work on it at once leave no two in one place.
"""

from __future__ import annotations

from typing import Any, Literal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from belonging.core.errors import BelongingError
from belonging.moderation.limits import check_may_write
from resources.models import Collection, CollectionItem, ResourcePage, spaces

MOST_ITEMS = 100


class CollectionIsFull(BelongingError):
    """A collection is something to read through; one page shows all of it."""


@transaction.atomic
def make_collection(*, title: str = "", description: str = "", space: Any = None) -> Collection:
    """A new collection; for a space the one that it has, or else a new one with the space's name."""
    if space is None:
        return Collection.objects.create(title=title, slug=_free_slug(title), description=description)
    spaces().select_for_update(no_key=True).get(pk=space.pk)
    there = Collection.objects.filter(space=space).first()
    values = {"title": title or space.title, "slug": _free_slug(space.slug), "description": description}
    return there or Collection.objects.create(space=space, **values)


def _free_slug(words: str) -> str:
    base = slugify(words)[:70].strip("-") or "collection"
    taken = set(Collection.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{number}" for number in range(2, 10_000))) if slug not in taken)


def _locked(collection_id: int) -> Collection:
    return Collection.objects.select_for_update(no_key=True).get(pk=collection_id)


def _touch(collection: Collection) -> None:
    Collection.objects.filter(pk=collection.pk).update(updated_at=timezone.now())


@transaction.atomic
def add_resource(
    resource: ResourcePage, *, by: Any, collection: Collection | None = None, space: Any = None, note: str = ""
) -> tuple[CollectionItem, bool]:
    """Put a resource at the end of a collection, or of a space's, which is made at its first use.

    Gives the item and whether it is new: what is there already stays as it is, with its note and in its place.
    Raises ``Silenced`` and ``CollectionIsFull``.
    """
    check_may_write(by)
    collection = _locked((collection or make_collection(space=space)).pk)
    there = CollectionItem.objects.filter(collection=collection, resource=resource).first()
    if there is not None:
        return there, False
    items = CollectionItem.objects.filter(collection=collection)
    if items.count() >= MOST_ITEMS:
        raise CollectionIsFull(_("This collection has %(most)s resources. Take one out first.") % {"most": MOST_ITEMS})
    last = items.aggregate(last=Max("position"))["last"]
    made = CollectionItem.objects.create(
        collection=collection,
        resource=resource,
        position=0 if last is None else last + 1,
        note=note,
        added_by=by,
    )
    _touch(collection)
    return made, True


@transaction.atomic
def remove_item(item_id: int) -> None:
    """Take a resource out. One that is gone already changes nothing; the resource itself stays in the library."""
    item = CollectionItem.objects.filter(pk=item_id).first()
    if item is None:
        return
    collection = _locked(item.collection_id)
    item.delete()
    _touch(collection)


@transaction.atomic
def move_item(item_id: int, *, by: Any, direction: Literal["up", "down"]) -> bool:
    """Past the next one that ``by`` sees, so that a press always shows; ``False`` at either end. All places are counted anew."""
    item = CollectionItem.objects.filter(pk=item_id).first()
    if item is None:
        return False
    collection = _locked(item.collection_id)
    rows = list(CollectionItem.objects.filter(collection=collection))
    seen = set(CollectionItem.objects.visible_to(by).filter(collection=collection).values_list("pk", flat=True))
    here = next((place for place, row in enumerate(rows) if row.pk == item_id), None)
    if here is None:
        return False
    beyond = range(here - 1, -1, -1) if direction == "up" else range(here + 1, len(rows))
    there = next((place for place in beyond if rows[place].pk in seen), None)
    if there is None:
        return False
    rows.insert(there, rows.pop(here))
    for place, row in enumerate(rows):
        row.position = place
    CollectionItem.objects.bulk_update(rows, ["position"])
    _touch(collection)
    return True


@transaction.atomic
def change_note(item_id: int, *, by: Any, note: str) -> None:
    """Say why a resource is there, or say nothing. Raises ``Silenced``."""
    check_may_write(by)
    item = CollectionItem.objects.select_for_update(no_key=True).get(pk=item_id)
    CollectionItem.objects.filter(pk=item.pk).update(note=note)
    _touch(item.collection)
