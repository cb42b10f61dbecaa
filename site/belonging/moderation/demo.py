"""The demo's cases: one that waits, one about harm that safeguarding@ alone sees, one decided with an appeal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from belonging.accounts import demo as people
from belonging.moderation import appealing, complaints, services
from belonging.moderation.models import Case, Complaint, Reason
from belonging.moderation.things import reportable

# How the posts begin that the demo's people report.
WAITS = "Can I say the awkward thing"
AT_RISK = "Some of my families have had doors put in"
APPEALED = "Some LAs shout"


def create() -> str:
    return "cases follow when there is something to report"


def connect() -> str:
    """After everything is written. Twice changes nothing."""
    now = timezone.now()
    for begins, make in ((WAITS, _waits), (AT_RISK, _at_risk), (APPEALED, _appealed)):
        post = _post(begins)
        if post is not None and not Case.objects.filter(kind="post", object_id=post.pk).exists():
            make(post, now)
    if not Complaint.objects.exists():
        complaints.complain(
            about=reverse("moderation:transparency"),
            words="The page says how many reports there were, but not how long I would wait. Please add it.",
            now=now - timedelta(hours=20),
        )
    return f"{Case.objects.count()} cases, {Case.objects.open().count()} of them open"


def _post(begins: str) -> Any:
    room = reportable("post")
    return next((post for post in room.everything().order_by("pk") if room.describe(post).startswith(begins)), None)


def _waits(post: Any, now: datetime) -> None:
    note = "Reads as if wondering aloud about home education were fine. New heads may take it as advice."
    moment = now - timedelta(hours=5)
    services.report(people.member("m37"), kind="post", object_id=post.pk, reason=Reason.WRONG, note=note, now=moment)


def _at_risk(post: Any, now: datetime) -> None:
    note = "I think I know which family this is about. Could somebody from safeguarding read it?"
    moment = now - timedelta(minutes=50)
    services.report(
        people.member("m32"), kind="post", object_id=post.pk, reason=Reason.SAFEGUARDING, note=note, now=moment
    )


def _appealed(post: Any, now: datetime) -> None:
    moment = now - timedelta(days=3)
    case = services.report(
        people.member("m23"),
        kind="post",
        object_id=post.pk,
        reason=Reason.UNKIND,
        note="Aimed at one person.",
        now=moment,
    )
    services.decide(
        case.pk,
        by=people.member("moderator@demo.example"),
        hide=True,
        public_text="Hidden because it is aimed at one person.",
        warning="Please answer the question and not the colleague.",
        note="Close to the line. Joke or not, two people read it as a dig.",
        now=moment + timedelta(hours=3),
    )
    made = case.decisions.get()
    words = "Pete and I have known each other for years and he laughed. Please ask him."
    appealing.appeal(people.member("m10"), kind="decision", pk=made.pk, words=words, now=now - timedelta(days=1))
