"""Complaints about anything on the site, from anybody; each becomes a case and gets an answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from belonging.moderation import telling
from belonging.moderation.errors import AlreadyDecided, NotPossible
from belonging.moderation.models import COMPLAINT, Case, Complaint, State
from belonging.moderation.services import check_may_work, settle
from belonging.notifications.services import notify
from belonging.outbox import services as outbox
from belonging.trail import services as trail


@transaction.atomic
def complain(
    *, about: str, words: str, email: str = "", at_risk: bool = False, user: Any = None, now: datetime | None = None
) -> Complaint:
    """Take a complaint and open its case. One about somebody at risk goes to the safeguarding leads alone."""
    now = now or timezone.now()
    made = Complaint.objects.create(about=about, words=words, email=email, user=user, created_at=now)
    case = Case.objects.create(
        kind=COMPLAINT, object_id=made.pk, opened_at=now, urgent=at_risk, safeguarding_at=now if at_risk else None
    )
    trail.record(action="moderation.complained", actor=user, target=case)
    telling.case_waits(case, but=[getattr(user, "pk", None)], now=now)
    return made


@transaction.atomic
def answer(case_id: int, *, by: Any, words: str, note: str = "", now: datetime | None = None) -> Case:
    """Answer a complaint: by mail where there is an address, on the site where there is an account.

    Raises ``AlreadyDecided``, ``NotPossible``, ``NotYours`` and ``ClaimedByAnother``.
    """
    now = now or timezone.now()
    case = Case.objects.select_for_update().get(pk=case_id)
    if not case.is_complaint:
        raise NotPossible(_("Only a complaint is answered."))
    if case.state != State.OPEN:
        raise AlreadyDecided(_("Somebody else has answered this already."))
    check_may_work(case, by, now)
    complaint = Complaint.objects.select_for_update().get(pk=case.object_id)
    if complaint.user_id == by.pk:
        raise NotPossible(_("You wrote this complaint. Somebody else answers it."))
    complaint.answer, complaint.answered_at = words[:3000], now
    complaint.save(update_fields=["answer", "answered_at"])
    settle(case, by=by, state=State.ANSWERED, now=now, note=note[:2000])
    trail.record(action="moderation.answered", actor=by, target=case)
    address = complaint.email or (complaint.user.email if complaint.user and not complaint.user.erased_at else "")
    if address:
        outbox.plan(
            kind=telling.ANSWER, key=str(complaint.pk), user=complaint.user, address=address,
            context={"complaint": complaint.pk},
        )  # fmt: skip
    if complaint.user_id:
        text = _("We have answered your complaint. The answer is in your e-mail.")
        key = f"complaint:{complaint.pk}:answered"
        notify([complaint.user_id], reason="moderation", text=text, url="/me/notifications/", key=key)
    return case
