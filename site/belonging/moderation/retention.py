"""What is let go of, and when: evidence a year after the decision, words about somebody who left once their cases are closed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from belonging.moderation.models import (
    COMPLAINT,
    Appeal,
    AppealState,
    Case,
    Complaint,
    Decision,
    Evidence,
    Report,
    Restriction,
)


@transaction.atomic
def let_go(now: datetime) -> int:
    """Clear away what is no longer needed; twice changes nothing. Returns how many rows it changed."""
    old = Case.objects.decided().filter(decided_at__lt=now - timedelta(days=settings.MODERATION["evidence_days"]))
    old = old.exclude(pk__in=_appealed())
    count, _each = Evidence.objects.filter(case__in=old).delete()
    count += Report.objects.filter(case__in=old).exclude(note="").update(note="")
    complaints = Complaint.objects.filter(pk__in=old.filter(kind=COMPLAINT).values("object_id"))
    count += complaints.exclude(words="", email="", answer="").update(words="", email="", answer="")
    gone = Case.objects.decided().filter(author__erased_at__isnull=False).exclude(pk__in=_appealed())
    count += _clear_cases(gone)
    left = Report.objects.filter(reporter__erased_at__isnull=False, case__in=Case.objects.decided())
    count += left.exclude(note="").update(note="")
    return count


def _appealed() -> QuerySet[Any, Any]:
    """Cases with an appeal that waits: nothing of them goes."""
    by_decision = Q(decisions__appeal__state=AppealState.WAITING)
    by_restriction = Q(decisions__restrictions__appeal__state=AppealState.WAITING)
    return Case.objects.filter(by_decision | by_restriction).values("pk")


def _clear_cases(cases: QuerySet[Case]) -> int:
    """Remove all free text from closed cases; who decided what and when stays."""
    count, _each = Evidence.objects.filter(case__in=cases).delete()
    count += Report.objects.filter(case__in=cases).exclude(note="").update(note="")
    empty = {"public_text": "", "warning": "", "note": "", "undo_reason": ""}
    count += Decision.objects.filter(case__in=cases).exclude(**empty).update(**empty)
    count += cases.exclude(escalation_note="").update(escalation_note="")
    return count


@transaction.atomic
def forget(person: Any) -> None:
    """A person leaves. Their reports and decisions stay under "Former member"; words about them go, but not from a case
    that is still open: from that they go once it is decided (``let_go``)."""
    _withdraw_appeals(person)
    _clear_cases(Case.objects.decided().filter(author=person))
    Report.objects.filter(reporter=person, case__in=Case.objects.decided()).update(note="")
    Restriction.objects.filter(person=person).update(reason="", note="", lift_reason="")
    Appeal.objects.filter(person=person).update(words="", answer="")
    mine = Complaint.objects.filter(user=person)
    mine.update(email="")
    closed = Case.objects.decided().filter(kind=COMPLAINT).values("object_id")
    mine.filter(pk__in=closed).update(words="", answer="")


def _withdraw_appeals(person: Any) -> None:
    """Nobody waits for the answer any more."""
    Appeal.objects.waiting().filter(person=person).delete()
