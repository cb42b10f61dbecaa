from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail import hooks

from audit import services
from audit.forms import ActionForm, AgreeForm, ChangeActionForm, JudgeForm, RoundForm
from audit.models import (
    Action,
    ActionState,
    Agreement,
    Benchmark,
    Judgement,
    Level,
    MeasureDefinition,
    Round,
    SchoolFigure,
)
from audit.profile import profile_of
from belonging.core.errors import BelongingError
from belonging.core.hooks import Suggestion
from belonging.framework.models import Indicator
from belonging.schools import permissions
from belonging.schools.models import School
from belonging.schools.views import breadcrumbs, tabs
from questionnaire.services.summary import latest


def _crumbs(school: School, *trail: tuple[str, str]) -> list[dict[str, str]]:
    return [*breadcrumbs(school), *({"label": label, "url": url} for label, url in trail)]


def _chosen_round(request: HttpRequest, school: School) -> tuple[Round | None, list[Round]]:
    """The round of the address, else the open one, else the newest."""
    rounds = list(Round.objects.of_school(school.pk).select_related("framework"))
    wanted = request.GET.get("round", "")
    if wanted:
        found = next((row for row in rounds if str(row.pk) == wanted), None)
        if found is None:
            raise Http404
        return found, rounds
    return next((row for row in rounds if not row.is_locked), rounds[0] if rounds else None), rounds


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def overview(request: HttpRequest, school_id: int) -> HttpResponse:
    """The profile of a round; the lead opens the next one here."""
    school, role = permissions.workspace_or_404(request.user, school_id)
    form = RoundForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if not permissions.may_lead(role):
            raise PermissionDenied
        if form.is_valid():
            try:
                services.open_round(school=school, label=form.cleaned_data["label"], by=request.user)
            except BelongingError as error:
                form.add_error("label", str(error))
            else:
                messages.success(request, _("The round is open. Judge the first indicator, alone; then compare."))
                return redirect("audit:overview", school.pk)
        status = 422
    found, rounds = _chosen_round(request, school)
    context = {
        "school": school,
        "role": role,
        "leads": permissions.may_lead(role),
        "judges": permissions.may_judge(role),
        "round": found,
        "rounds": rounds,
        "profile": profile_of(found) if found else None,
        "pupils": latest(school.pk),
        "form": form,
        "can_open": permissions.may_lead(role) and all(row.is_locked for row in rounds),
        "tabs": tabs(request, school, "audit"),
        "breadcrumbs": _crumbs(school, (_("Audit"), "")),
    }
    return render(request, "audit/overview.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def indicator(request: HttpRequest, school_id: int, round_id: int, code: str) -> HttpResponse:
    """Judge one indicator. Others' judgements are shown once one's own is there, so that nobody just follows."""
    school, role = permissions.workspace_or_404(request.user, school_id)
    found = get_object_or_404(Round.objects.of_school(school.pk), pk=round_id)
    subject = get_object_or_404(Indicator.objects.filter(framework_id=found.framework_id).with_words(), code=code)
    mine = Judgement.objects.filter(round=found, indicator=subject, judge_id=request.user.pk or 0).first()
    may = permissions.may_judge(role) and not found.is_locked
    initial = {"level": mine.level, "reason": mine.reason} if mine else None
    form = JudgeForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        if not permissions.may_judge(role):
            raise PermissionDenied
        if form.is_valid():
            try:
                services.judge(found.pk, subject, by=request.user, **form.cleaned_data)
            except BelongingError as error:
                messages.error(request, str(error))
                return redirect("audit:indicator", school.pk, found.pk, subject.code)
            messages.success(request, _("Saved."))
            following = _beside(subject)[1]
            if "next" in request.POST and following:
                return redirect("audit:indicator", school.pk, found.pk, following)
            return redirect("audit:indicator", school.pk, found.pk, subject.code)
        status = 422
    return render(
        request,
        "audit/indicator.html",
        _indicator_context(request, school, role, found, subject, mine, form, may),
        status=status,
    )


def _beside(subject: Indicator) -> tuple[str, str]:
    """Codes of the indicators before and after in the version; "" at its ends."""
    codes = list(Indicator.objects.filter(framework_id=subject.framework_id).in_order().values_list("code", flat=True))
    place = codes.index(subject.code)
    return codes[place - 1] if place else "", codes[place + 1] if place + 1 < len(codes) else ""


def _indicator_context(
    request: HttpRequest,
    school: School,
    role: str,
    found: Round,
    subject: Indicator,
    mine: Judgement | None,
    form: JudgeForm,
    may: bool,
) -> dict[str, Any]:
    voices = list(
        Judgement.objects.filter(round=found, indicator=subject).select_related("judge").order_by("judged_at", "pk")
    )
    sees_others = mine is not None or found.is_locked or not permissions.may_judge(role)
    chosen = form["level"].value()
    descriptors = [
        {
            "value": str(level.value),
            "label": level.label,
            "descriptor": level.descriptor,
            "chosen": chosen == str(level.value),
            "voices": [v.judge for v in voices if v.level == str(level.value)] if sees_others else [],
        }
        for level in subject.levels.all()
    ]
    suggestions: list[Suggestion] = [
        s for give in hooks.get_hooks("suggestions") for s in give(subject.code, school, request.user)
    ]
    levels = {voice.level for voice in voices}
    agreement = Agreement.objects.filter(round=found, indicator=subject).select_related("agreed_by").first()
    before, after = _beside(subject)
    return {
        "school": school,
        "round": found,
        "indicator": subject,
        "form": form,
        "may_judge": may,
        "leads": permissions.may_lead(role) and not found.is_locked,
        "acts": permissions.may_judge(role),
        "mine": mine,
        "descriptors": descriptors,
        "others": [("q", Level.UNKNOWN.label, chosen == "q"), ("na", Level.NOT_APPLICABLE.label, chosen == "na")],
        "voices": voices if sees_others else [],
        "hidden_voices": 0 if sees_others else len(voices),
        "differs": sees_others and len(levels) > 1 and agreement is None,
        "agreement": agreement,
        "agree_levels": Level.choices,
        "wordings": subject.wordings.all(),
        "suggestions": suggestions,
        "suggested_actions": [
            (row, services.suggested_due(row.weeks_to_complete)) for row in subject.suggested_actions.all()
        ],
        "strong": strong_schools(school, subject.strand.code),
        "before": before,
        "after": after,
        "breadcrumbs": _crumbs(
            school,
            (_("Audit"), f"/schools/{school.pk}/audit/?round={found.pk}"),
            (f"{subject.code} {subject.short_title}", ""),
        ),
    }


def strong_schools(school: School, strand: str) -> list[School]:
    """Schools that said they are strong in a strand and are open to visits, at most two."""
    rows = School.objects.open().filter(
        source_data__strong_strands__contains=[strand], source_data__open_to_visits=True
    ).exclude(pk=school.pk)  # fmt: skip
    return list(rows[:2])


@require_POST
@login_required
def agree(request: HttpRequest, school_id: int, round_id: int, code: str) -> HttpResponse:
    school, role = permissions.workspace_or_404(request.user, school_id)
    found = get_object_or_404(Round.objects.of_school(school.pk), pk=round_id)
    subject = get_object_or_404(Indicator.objects.filter(framework_id=found.framework_id), code=code)
    if not permissions.may_lead(role):
        raise PermissionDenied
    form = AgreeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the levels."))
    else:
        try:
            services.agree(found.pk, subject, by=request.user, level=form.cleaned_data["level"])
            messages.success(request, _("Written down as what you agreed."))
        except services.RoundLocked as error:
            messages.error(request, str(error))
    return redirect("audit:indicator", school.pk, found.pk, subject.code)


@require_POST
@login_required
def lock(request: HttpRequest, school_id: int, round_id: int) -> HttpResponse:
    school, role = permissions.workspace_or_404(request.user, school_id)
    found = get_object_or_404(Round.objects.of_school(school.pk), pk=round_id)
    if not permissions.may_lead(role):
        raise PermissionDenied
    services.lock(found.pk, by=request.user)
    messages.success(request, _("The round is locked. What was judged stays as it is."))
    return redirect(f"/schools/{school.pk}/audit/?round={found.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def plan(request: HttpRequest, school_id: int) -> HttpResponse:
    """The board and the list. Whoever judges adds actions; ``?indicator=`` fills the form from a suggestion."""
    school, role = permissions.workspace_or_404(request.user, school_id)
    form = ActionForm(request.POST or None, school=school, initial=_suggested(request))
    status = 200
    if request.method == "POST":
        if not permissions.may_judge(role):
            raise PermissionDenied
        if form.is_valid():
            services.add_action(school=school, by=request.user, **form.cleaned_data)
            messages.success(request, _("The action is in the plan."))
            return redirect("audit:plan", school.pk)
        status = 422
    actions = list(Action.objects.of_school(school.pk).exclude(state=ActionState.DROPPED).select_related("owner"))
    today = timezone.localdate()
    rows = [{"action": row, "late": row.days_late(today), "soon": row.is_soon(today)} for row in actions]
    columns = [
        {"key": state.value, "label": state.label, "rows": [row for row in rows if row["action"].state == state]}  # type: ignore[attr-defined]
        for state in (ActionState.NEXT, ActionState.DOING, ActionState.DONE)
    ]
    context = {
        "school": school,
        "may_act": permissions.may_judge(role),
        "form": form,
        "columns": columns,
        "rows": rows,
        "done": len(columns[2]["rows"]),
        "late": sum(1 for row in rows if row["late"]),
        "tabs": tabs(request, school, "plan"),
        "breadcrumbs": _crumbs(school, (_("Plan"), "")),
    }
    return render(request, "audit/plan.html", context, status=status)


def _suggested(request: HttpRequest) -> dict[str, Any]:
    """A form filled from an indicator's suggested action."""
    code, number = request.GET.get("indicator", "")[:7], request.GET.get("action", "")
    found = Indicator.objects.published().filter(code=code).select_related("strand").first()
    if found is None:
        return {"owner": request.user.pk}
    initial: dict[str, Any] = {"indicator_code": found.code, "strand": found.strand.code, "owner": request.user.pk}
    rows = list(found.suggested_actions.all())
    if number.isdecimal() and int(number) < len(rows):
        row = rows[int(number)]
        initial |= {
            "title": row.title,
            "first_step": row.first_step,
            "due_on": services.suggested_due(row.weeks_to_complete),
        }
    return initial


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def action(request: HttpRequest, school_id: int, action_id: int) -> HttpResponse:
    school, role = permissions.workspace_or_404(request.user, school_id)
    found = get_object_or_404(Action.objects.of_school(school.pk).select_related("owner"), pk=action_id)
    initial = {"state": found.state, "due_on": found.due_on, "what_changed": found.what_changed}
    form = ChangeActionForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        if not permissions.may_judge(role):
            raise PermissionDenied
        if form.is_valid():
            services.change_action(found.pk, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("audit:plan", school.pk)
        status = 422
    context = {
        "school": school,
        "action": found,
        "late": found.days_late(),
        "may_act": permissions.may_judge(role),
        "form": form,
        "breadcrumbs": _crumbs(school, (_("Plan"), f"/schools/{school.pk}/plan/"), (found.title, "")),
    }
    return render(request, "audit/action.html", context, status=status)


@require_safe
@login_required
def data(request: HttpRequest, school_id: int) -> HttpResponse:
    """The school's own figures by term, beside what is published for England. For its people and advisers only."""
    school, _role = permissions.workspace_or_404(request.user, school_id)
    figures = list(SchoolFigure.objects.filter(school=school))
    terms = list(dict.fromkeys((row.term, row.term_label) for row in figures))
    by_measure: dict[str, dict[str, SchoolFigure]] = {}
    for row in figures:
        by_measure.setdefault(row.measure_code, {})[row.term] = row
    benchmarks = _benchmarks(school)
    measures = [
        {
            "measure": definition,
            "cells": [by_measure[definition.code].get(term) for term, _label in terms],
            "benchmark": benchmarks.get(definition.code),
        }
        for definition in MeasureDefinition.objects.current()
        if definition.code in by_measure
    ]
    notes = {row.term_label: row.note for row in figures if row.note}
    context = {
        "school": school,
        "terms": terms,
        "measures": measures,
        "notes": notes,
        "tabs": tabs(request, school, "data"),
        "breadcrumbs": _crumbs(school, (_("Our numbers"), "")),
    }
    return render(request, "audit/data.html", context)


_KIND_OF_SCHOOL = {"Primary": "state_funded_primary", "Secondary": "state_funded_secondary"}


def _benchmarks(school: School) -> dict[str, Benchmark]:
    """For each measure the newest published figure for England: of schools of the kind, else of all. Whole years only."""
    kind = "special" if school.setting == "special" else _KIND_OF_SCHOOL.get(school.phase, "total")
    found: dict[str, Benchmark] = {}
    for wanted in ("total", kind):
        for row in Benchmark.objects.order_by("academic_year", "pk"):
            data = row.data
            whole_year = str(data.get("time_identifier", "")).lower() == "academic year"
            breakdown = (data.get("breakdown") or {}).get("value")
            if data.get("geographic_level") == "National" and whole_year and breakdown == wanted:
                found[row.measure_code] = row
    return found
