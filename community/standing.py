"""What stands beside a name on an answer: "Expert", or "Strong in strand 11". Asks the database once a minute and process."""

from __future__ import annotations

import time
from typing import Any

from django.db.models.signals import m2m_changed
from django.utils.translation import gettext as _

from belonging.accounts.models import EXPERTS, User
from belonging.framework import strands

KEEP_SECONDS = 60.0
_known: tuple[frozenset[int], float] | None = None


def expert_ids() -> frozenset[int]:
    """Everybody in the group Experts: a few dozen people in a large community."""
    global _known
    if _known is None or time.monotonic() - _known[1] > KEEP_SECONDS:
        found = User.objects.active().in_group(EXPERTS).values_list("pk", flat=True)
        _known = frozenset(found), time.monotonic()
    return _known[0]


def forget(**_kwargs: Any) -> None:
    """Read again at the next question; the other processes follow within a minute."""
    global _known
    _known = None


def connect() -> None:
    m2m_changed.connect(forget, sender=User.groups.through, dispatch_uid="community.standing")


def standing(author: User, codes: list[str]) -> str:
    """For an author with a joined profile; ``codes`` are the topic's strands. "" for most people."""
    if author.erased_at:
        return ""
    if author.pk in expert_ids():
        return _("Expert")
    strengths = author.profile.shown["strengths"] or [] if hasattr(author, "profile") else []
    for code in codes:
        info = strands.find_strand(code) if code in strengths else None
        if info:
            return _("Strong in strand %(number)s") % {"number": info.number}
    return ""
