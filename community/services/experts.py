"""Who could answer a question: members of the Experts group, and people who are strong in what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from belonging.accounts.models import EXPERTS, Profile, User
from belonging.framework import strands
from community.models import Follow, Space, Topic
from community.services.telling import readers_of

MOST_CANDIDATES = 30
MOST_TOLD = 10
"""Of a question for "any expert" no more people are told than this."""


@dataclass(frozen=True)
class Candidate:
    """Somebody who can be asked; ``why`` says in plain words why they are listed."""

    user: User
    about: str
    why: str


def candidates(topic: Topic, *, besides: Iterable[int] = ()) -> list[Candidate]:
    """At most thirty people who may read the space, experts who are strong in it first; ``besides`` are left out.

    What somebody keeps to themselves is neither shown nor a reason to be listed.
    """
    people = _known(topic.space, topic.strands).exclude(pk__in={topic.author_id, *besides})
    found = people.filter(is_expert=True) | people.filter(is_strong=True)
    ordered = found.select_related("profile").order_by("-is_expert", "-is_strong", "name", "pk")
    return [_candidate(user, topic.strands) for user in ordered[:MOST_CANDIDATES]]


def single_candidate(topic: Topic, handle: str) -> Candidate | None:
    """Anybody else who may read the space, for instance whom an expert suggests."""
    people = _reachable(topic.space).exclude(pk=topic.author_id).filter(handle=handle)
    user = people.select_related("profile").first()
    return _candidate(user, topic.strands) if user else None


def experts_on(strand: str, topic: Topic) -> list[User]:
    """At most ten: experts who are strong in the strand, then others who are; where nobody is, any expert.

    Those who were here last come first. Whoever muted the topic, the space or its author is left alone.
    """
    muted = Follow.objects.muted_only().filter(user=OuterRef("pk"))
    people = (
        _known(topic.space, [strand])
        .exclude(pk=topic.author_id)
        .exclude(Exists(muted.filter(topic=topic)))
        .exclude(Exists(muted.filter(space=topic.space_id)))
        .exclude(Exists(muted.filter(person=topic.author_id)))
        .order_by("-is_expert", F("last_login").desc(nulls_last=True), "pk")
    )
    return list(people.filter(is_strong=True)[:MOST_TOLD]) or list(people.filter(is_expert=True)[:MOST_TOLD])


def _known(space: Space, codes: list[str]) -> Any:  # User rows with is_expert and is_strong
    groups = Group.objects.filter(name=EXPERTS, user=OuterRef("pk"))
    strong = Profile.objects.showing(strengths__overlap=list(codes)).filter(user=OuterRef("pk"))
    return _reachable(space).annotate(is_expert=Exists(groups), is_strong=Exists(strong))


def _reachable(space: Space) -> QuerySet[User]:
    """Who may read the space and is not suspended: somebody who cannot answer is not asked."""
    return readers_of(space).exclude(suspended_until__gt=timezone.now())


def _candidate(user: Any, codes: list[str]) -> Candidate:
    shown = user.profile.shown if hasattr(user, "profile") else {}
    about = ", ".join(filter(None, (shown.get("role"), shown.get("organisation"))))
    numbers = [
        str(info.number)
        for code in shown.get("strengths") or []
        if code in codes and (info := strands.find_strand(code))
    ]
    why = [_("Expert")] if getattr(user, "is_expert", False) else []
    if numbers:
        words = ngettext("Strong in strand %(numbers)s", "Strong in strands %(numbers)s", len(numbers))
        why.append(words % {"numbers": ", ".join(numbers)})
    return Candidate(user, about, ". ".join(why))
