"""What stands beside a space's topics: who looks after it, and what other rooms have for it.

Gathering it asks four rooms; a person who pages through a space would ask again each time. It is kept for a minute and
for that person alone, so nobody sees through somebody else's eyes. Whoever changes what it shows, or who may see it, calls
``forget``.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.core.cache import cache
from django.utils.translation import get_language
from wagtail import hooks

from belonging.core.hooks import SpaceFacts, SpacePanel
from community.models import Space, SpaceMembership

KEEP_SECONDS = 60
KEEP_FACILITATORS_SECONDS = 600
"""They are the same for everybody; only a change of their names is shown this late."""


@dataclass(frozen=True)
class Facilitator:
    name: str
    handle: str


@dataclass(frozen=True)
class Aside:
    facilitators: list[Facilitator]
    panels: list[SpacePanel]


def aside_of(space: Space, user: Any) -> Aside:
    """Facilitators and panels, at most a minute old and none older than the last ``forget``. One question to the cache."""
    key, changed = f"aside-of-space:{space.pk}:{user.pk or 0}:{get_language()}", _changed_key(space.pk)
    for_all = f"facilitators-of-space:{space.pk}"
    kept = cache.get_many([key, changed, for_all])
    # Of the change it was gathered after; one that is gathered while somebody changes the space counts as old.
    change, (gathered_after, found) = kept.get(changed), kept.get(key, (None, None))
    if found is None or gathered_after != change:
        read_after, facilitators = kept.get(for_all, (None, None))
        if facilitators is None or read_after != change:
            facilitators = _facilitators(space)
            cache.set(for_all, (change, facilitators), KEEP_FACILITATORS_SECONDS)
        found = Aside(facilitators, _panels(space, user))
        cache.set(key, (change, found), KEEP_SECONDS)
    return found


def forget(space_id: int) -> None:
    """Gather anew for everybody: settings, membership or roles of the space have changed."""
    cache.set(_changed_key(space_id), uuid.uuid4().hex, KEEP_FACILITATORS_SECONDS * 2)


def _changed_key(space_id: int) -> str:
    return f"space-changed:{space_id}"


def _facilitators(space: Space) -> list[Facilitator]:
    rows = SpaceMembership.objects.facilitators().filter(space=space, user__erased_at__isnull=True)
    return [Facilitator(row.user.display_name, row.user.handle) for row in rows.select_related("user")]


def _panels(space: Space, user: Any) -> list[SpacePanel]:
    facts = SpaceFacts(space.slug, space.event_tag, tuple(space.strands), leads=bool(getattr(space, "i_lead", False)))
    panels: list[SpacePanel] = [panel for give in hooks.get_hooks("space_panels") for panel in give(facts, user)]
    # Lazy words become plain ones before they are kept.
    return [replace(panel, heading=str(panel.heading), items=list(panel.items)) for panel in panels]
