"""Asking experts, reminding them once after two working days, and passing a question on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from belonging.accounts.models import User
from belonging.core.errors import BelongingError
from belonging.framework import strands
from belonging.notifications.services import notify
from belonging.outbox import services as outbox
from community.models import ExpertRequest, Follow, Post, Topic
from community.services.errors import NotOpen
from community.services.experts import experts_on
from community.services.telling import readers_among
from community.working_days import after_working_days

NUDGE = "expert_nudge"
MOST_NAMED = 3
"""As many people may be asked by name at a time."""
FORGOTTEN_DAYS = 30
"""Older questions are not put to experts by themselves: opening an old site tells nobody of years gone by."""
_AT_ONCE = 200


class TooMany(BelongingError):
    """More people would be asked at a time than may be."""


@transaction.atomic
def ask(
    topic: Topic, *, experts: Iterable[User] = (), strand: str = "", by: User, now: datetime | None = None
) -> list[ExpertRequest]:
    """Put a question to people by name, to any expert for a strand, or to both; they are told at once.

    Whoever was asked before, may not read the space, or asked the question is left out. Returns what is new. Raises
    ``NotOpen`` for what is no open question and ``TooMany`` beyond three people at a time.
    """
    now = now or timezone.now()
    topic = Topic.objects.select_for_update(of=("self",)).select_related("space", "author").get(pk=topic.pk)
    if not topic.is_open_question or topic.space.is_closed_for_posts:
        raise NotOpen(_("Only an open question can be put to somebody."))
    there = list(ExpertRequest.objects.filter(topic=topic))
    new = _named(topic, experts, there, by=by)
    if strand and not any(request.strand == strand for request in there):
        new.append(ExpertRequest(topic=topic, strand=strand, asked_by=by))
    for request in new:
        request.asked_at, request.nudge_at = now, after_working_days(now)
        request.save()
        _tell(request, topic, by)
    return new


def _named(topic: Topic, experts: Iterable[User], there: list[ExpertRequest], *, by: User) -> list[ExpertRequest]:
    asked = {request.expert_id for request in there}
    wanted = {user.pk for user in experts} - asked - {topic.author_id}
    readers = sorted(readers_among(topic.space, wanted)) if wanted else []
    waiting = [request for request in there if request.expert_id and not (request.answered_at or request.passed_at)]
    if len(waiting) + len(readers) > MOST_NAMED:
        raise TooMany(_("You can ask three people at a time. Wait for an answer, or ask any expert for a strand."))
    return [ExpertRequest(topic=topic, expert_id=pk, asked_by=by) for pk in readers]


def _tell(request: ExpertRequest, topic: Topic, by: User) -> None:
    values = {"name": by.display_name, "topic": topic.title, "strand": _number(request.strand)}
    if request.strand:
        text = _("“%(topic)s” waits for somebody who is strong in strand %(strand)s")
    elif by.pk == topic.author_id:
        text = _("%(name)s asks you: “%(topic)s”")
    else:
        text = _("%(name)s asks you to look at “%(topic)s”")
    people = [user.pk for user in _people_of(request, topic) if user.pk != by.pk]
    notify(people, reason="asked", text=text % values, url=topic.get_absolute_url(), key=f"asked:{request.pk}")


def _number(code: str) -> str:
    found = strands.find_strand(code)
    return str(found.number) if found else code


def _people_of(request: ExpertRequest, topic: Topic) -> list[User]:
    """Whom a request reaches now: nobody who lost access to the space, left, or muted the topic or who asked."""
    if request.strand:
        return experts_on(request.strand, topic)
    expert_id = request.expert_id or 0
    muted = Follow.objects.muted_only().filter(user=expert_id)
    if muted.filter(topic=topic).exists() or muted.filter(person=topic.author_id).exists():
        return []
    return list(User.objects.filter(pk__in=readers_among(topic.space, {expert_id})))


def nudge_experts(now: datetime) -> int:
    """Remind experts once of what waits for them; returns how many requests were brought up again.

    What is closed, or reaches nobody at present, is looked at again two working days later. Safe to run side by side:
    each request is locked, and a locked one is somebody else's.
    """
    due = list(ExpertRequest.objects.to_nudge(now).order_by("nudge_at", "pk").values_list("pk", flat=True)[:_AT_ONCE])
    return sum(_nudge(pk, now) for pk in due)


@transaction.atomic
def _nudge(request_id: int, now: datetime) -> int:
    due = ExpertRequest.objects.to_nudge(now).select_for_update(skip_locked=True, of=("self",))
    request = due.select_related("topic__space", "topic__author").filter(pk=request_id).first()
    if request is None:
        return 0
    topic = request.topic
    if request.strand and (replied_at := _first_reply(topic)):
        ExpertRequest.objects.filter(pk=request.pk).update(answered_at=replied_at)
        return 0
    takes_answers = topic.is_open_question and not topic.space.is_closed_for_posts
    people = _people_of(request, topic) if takes_answers else []
    if not people:
        ExpertRequest.objects.filter(pk=request.pk).update(nudge_at=after_working_days(now))
        return 0
    ExpertRequest.objects.filter(pk=request.pk).update(nudged_at=now)
    notify(
        [user.pk for user in people],
        reason="nudge",
        text=_("Still waiting for you: “%(topic)s”") % {"topic": topic.title},
        url=topic.get_absolute_url(),
        key=f"nudge:{request.pk}",
    )
    rows = [(str(request.pk), user, "", {"request": request.pk}) for user in people]
    outbox.plan_many(kind=NUDGE, rows=rows, send_at=now)
    return 1


def _first_reply(topic: Topic) -> datetime | None:
    replies = Post.objects.filter(topic=topic, number__gt=1, hidden_at=None, deleted_at=None)
    return replies.exclude(author=topic.author_id).order_by("number").values_list("created_at", flat=True).first()


def ask_for_the_forgotten(now: datetime) -> int:
    """Put questions that nobody replied to in two working days, and that nobody was asked, to the first strand's experts.

    Returns how many. An expert who passed a question on leaves it to be asked again.
    """
    asked = ExpertRequest.objects.filter(topic=OuterRef("pk"), passed_at__isnull=True)
    quiet = (
        Topic.objects.open_questions()
        .unanswered()
        .filter(created_at__range=(now - timedelta(days=FORGOTTEN_DAYS), now - timedelta(days=2)))
        .filter(space__closed_at__isnull=True)
        .exclude(strands=[])
        .exclude(Exists(asked))
        .select_related("space", "author")
        .order_by("created_at", "pk")
    )
    put = 0
    for topic in quiet[:_AT_ONCE]:
        if after_working_days(topic.created_at) <= now and not topic.space.is_closed_for_posts:
            put += len(ask(topic, strand=topic.strands[0], by=topic.author, now=now))
    return put


@transaction.atomic
def pass_on(request_id: int, *, suggestion: User | None = None, now: datetime | None = None) -> bool:
    """The expert cannot answer; whoever asked is told, with whom they suggest. False when it was settled before."""
    waiting = ExpertRequest.objects.waiting().select_for_update(of=("self",)).select_related("topic", "expert")
    request = waiting.filter(pk=request_id, expert__isnull=False).first()
    if request is None or request.expert is None:
        return False
    ExpertRequest.objects.filter(pk=request.pk).update(passed_at=now or timezone.now())
    topic = request.topic
    url = reverse("community:ask", args=[topic.pk])
    values = {"name": request.expert.display_name, "topic": topic.title}
    text = _("%(name)s cannot answer “%(topic)s”. You can ask somebody else.")
    if suggestion:
        url, values["other"] = f"{url}?suggest={suggestion.handle}", suggestion.display_name
        text = _("%(name)s cannot answer “%(topic)s” and suggests %(other)s")
    notify([request.asked_by_id], reason="passed", text=text % values, url=url, key=f"passed:{request.pk}")
    return True


def person_to_ask(handle: str, topic_or_space: object, *, by: User) -> User | None:
    """Somebody else behind ``handle`` who may read the space (or the topic's space); ``None`` for anybody else."""
    space = getattr(topic_or_space, "space", topic_or_space)
    if not handle or "\x00" in handle:
        return None
    found = User.objects.active().filter(handle=handle[:40]).exclude(pk=by.pk).first()
    return found if found and readers_among(space, {found.pk}) else None  # type: ignore[arg-type]
