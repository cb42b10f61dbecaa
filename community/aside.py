"""What stands beside a space's topics: who looks after it, and what other rooms have for it.

Gathering it asks four rooms; a person who pages through a space would ask again each time. It is kept for a minute and
for that person alone, so nobody sees through somebody else's eyes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.core.cache import cache
from django.utils.translation import get_language
from wagtail import hooks

from belonging.core.hooks import SpaceFacts, SpacePanel
from community.models import Space, SpaceMembership

KEEP_SECONDS = 60


@dataclass(frozen=True)
class Facilitator:
    name: str
    handle: str


@dataclass(frozen=True)
class Aside:
    facilitators: list[Facilitator]
    panels: list[SpacePanel]


def aside_of(space: Space, user: Any) -> Aside:
    """Facilitators and panels, at most a minute old."""
    key = f"space-aside:{space.pk}:{user.pk or 0}:{get_language()}"
    found: Aside | None = cache.get(key)
    if found is None:
        found = Aside(_facilitators(space), _panels(space, user))
        cache.set(key, found, KEEP_SECONDS)
    return found


def forget(space: Space, user: Any) -> None:
    """Gather anew at the next page of this person, who has just changed something."""
    cache.delete(f"space-aside:{space.pk}:{user.pk or 0}:{get_language()}")


def _facilitators(space: Space) -> list[Facilitator]:
    rows = SpaceMembership.objects.facilitators().filter(space=space, user__erased_at__isnull=True)
    return [Facilitator(row.user.display_name, row.user.handle) for row in rows.select_related("user")]


def _panels(space: Space, user: Any) -> list[SpacePanel]:
    facts = SpaceFacts(space.slug, space.event_tag, tuple(space.strands))
    panels: list[SpacePanel] = [panel for give in hooks.get_hooks("space_panels") for panel in give(facts, user)]
    # Lazy words become plain ones before they are kept.
    return [replace(panel, heading=str(panel.heading), items=list(panel.items)) for panel in panels]
