from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.models import Action, ActionState, Agreement, Benchmark, Judgement, Level, MeasureDefinition, Round
from belonging.core import content
from belonging.core.errors import BadContent, BelongingError
from belonging.framework.models import Framework, Indicator
from belonging.notifications.services import notify
from belonging.schools.models import School
from belonging.trail import services as trail

FOLDER = Path(__file__).parent / "content"


class RoundOpen(BelongingError):
    """There is an open round; there is never more than one at a school."""


class RoundLocked(BelongingError):
    """A locked round never changes."""


class ReasonNeeded(BelongingError):
    """ "We need more information" and "does not apply" need a reason."""


class NoFramework(BelongingError):
    """No version of the framework is published."""


def load() -> str:
    """Measures and benchmarks; what ``load_content`` calls. Twice changes nothing.

    Raises ``BadContent`` when a version that is here says something else: published data never change.
    """
    measures, benchmarks = content.read(FOLDER / "measures.json"), content.read(FOLDER / "benchmarks.json")
    major, minor = (int(part) for part in measures["version"].split("."))
    for position, row in enumerate(measures["measures"]):
        fields = {
            "position": position,
            "label": row["label"],
            "unit": row["unit"],
            "data": row,
            "major": major,
            "minor": minor,
        }
        _load_row(MeasureDefinition, {"code": row["code"]}, measures["version"], row, fields)
    for row in benchmarks["benchmarks"]:
        year = row.get("academic_year") or ""
        fields = {"measure_code": row["measure"], "academic_year": year, "value": row.get("value"), "data": row}
        _load_row(Benchmark, {"key": row["id"]}, benchmarks["version"], row, fields)
    return f"{len(measures['measures'])} measures, {len(benchmarks['benchmarks'])} benchmarks"


def _load_row(
    model: type[MeasureDefinition] | type[Benchmark],
    key: dict[str, str],
    version: str,
    row: dict[str, Any],
    fields: dict[str, Any],
) -> None:
    digest = hashlib.sha256(json.dumps(row, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    stored, _created = model._default_manager.get_or_create(
        version=version, **key, defaults={**fields, "sha256": digest}
    )
    if stored.sha256 != digest:
        name = " ".join(key.values())
        raise BadContent(f"{name} {version} is here already and says something else. Give the file a higher version.")


@transaction.atomic
def open_round(*, school: School, label: str, by: Any, today: date | None = None) -> Round:
    """Raises ``RoundOpen`` and ``NoFramework``."""
    framework = Framework.objects.current()
    if framework is None:
        raise NoFramework(_("No version of the framework is published yet."))
    try:
        with transaction.atomic():
            made = Round.objects.create(
                school=school, framework=framework, label=label, opened_on=today or timezone.localdate(), opened_by=by
            )
    except IntegrityError:
        raise RoundOpen(
            _("There is an open round, or one of that name. Lock it first, or choose another name.")
        ) from None
    trail.record(action="audit.opened", actor=by, target=made, detail={"school": school.pk})
    return made


def _open(round_id: int) -> Round:
    found = Round.objects.select_for_update().get(pk=round_id)
    if found.is_locked:
        raise RoundLocked(_("This round is locked. What was judged stays as it is."))
    return found


@transaction.atomic
def judge(
    round_id: int, indicator: Indicator, *, by: Any, level: str, reason: str = "", now: datetime | None = None
) -> Judgement:
    """One's own judgement; again replaces it. Raises ``RoundLocked`` and ``ReasonNeeded``."""
    found = _open(round_id)
    reason = reason.strip()
    if level in {Level.UNKNOWN, Level.NOT_APPLICABLE} and not reason:
        raise ReasonNeeded(_("Say in a few words why."))
    judgement, _created = Judgement.objects.update_or_create(
        round=found,
        indicator=indicator,
        judge=by,
        defaults={"level": level, "reason": reason, "judged_at": now or timezone.now()},
    )
    return judgement


@transaction.atomic
def agree(round_id: int, indicator: Indicator, *, by: Any, level: str, now: datetime | None = None) -> Agreement:
    """The team's level after talking. Raises ``RoundLocked``."""
    found = _open(round_id)
    agreement, _created = Agreement.objects.update_or_create(
        round=found, indicator=indicator, defaults={"level": level, "agreed_by": by, "agreed_at": now or timezone.now()}
    )
    trail.record(
        action="audit.agreed", actor=by, target=agreement, detail={"indicator": indicator.code, "level": level}
    )
    return agreement


@transaction.atomic
def lock(round_id: int, *, by: Any, now: datetime | None = None) -> Round:
    """No more changes. Twice changes nothing."""
    found = Round.objects.select_for_update().get(pk=round_id)
    if not found.is_locked:
        found.locked_at, found.locked_by = now or timezone.now(), by
        found.save(update_fields=["locked_at", "locked_by"])
        trail.record(action="audit.locked", actor=by, target=found)
    return found


@transaction.atomic
def add_action(
    *,
    school: School,
    by: Any,
    title: str,
    strand: str,
    owner: Any,
    due_on: date,
    indicator_code: str = "",
    first_step: str = "",
) -> Action:
    """An action of the school's plan; its owner is told when somebody else made it."""
    action = Action.objects.create(
        school=school,
        title=title,
        strand=strand,
        owner=owner,
        due_on=due_on,
        indicator_code=indicator_code,
        first_step=first_step,
    )
    if owner.pk != by.pk:
        text = _("You have an action in the plan of %(school)s: %(title)s") % {
            "school": school.short_name,
            "title": title,
        }
        notify([owner.pk], reason="action", text=text, url=action.get_absolute_url(), key=f"action:{action.pk}")
    return action


@transaction.atomic
def change_action(action_id: int, *, state: str, what_changed: str = "", due_on: date | None = None) -> Action:
    action = Action.objects.select_for_update().get(pk=action_id)
    action.state, action.what_changed = state, what_changed
    action.done_on = (action.done_on or timezone.localdate()) if state == ActionState.DONE else None
    if due_on:
        action.due_on = due_on
    action.save(update_fields=["state", "what_changed", "done_on", "due_on"])
    return action


def suggested_due(weeks: int, *, today: date | None = None) -> date:
    """So many weeks from today, moved to a Friday."""
    day = (today or timezone.localdate()) + timedelta(weeks=weeks)
    return day + timedelta(days=(4 - day.weekday()) % 7)
