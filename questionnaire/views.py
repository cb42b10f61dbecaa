"""The respondent's side (no account, no cookie) and the school's side."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from belonging.schools import permissions
from belonging.schools.models import School
from belonging.schools.views import breadcrumbs, tabs
from questionnaire.forms import CodeForm, CodesForm, RoundForm
from questionnaire.models import Code, Instrument, Round
from questionnaire.services import answering, rounds, summary
from questionnaire.services.codes import normalise, shown

WRONG_TRIES = 100
WRONG_SECONDS = 300
_SALT = "questionnaire.answers"


# --- the respondent -------------------------------------------------------------------------------------------------
# No CSRF token here on purpose: it would need a cookie. The one-time code in the address is what allows the answer,
# and nothing is done in the name of whoever happens to be signed in.


def _too_many_wrong(request: HttpRequest) -> bool:
    """A class of thirty types from one address; a machine that guesses is stopped all the same."""
    return int(cache.get(_wrong_key(request)) or 0) >= WRONG_TRIES


def _wrong_key(request: HttpRequest) -> str:
    from allauth.core.internal.httpkit import get_client_ip

    return f"q-wrong:{get_client_ip(request)}"


def _count_wrong(request: HttpRequest) -> None:
    key = _wrong_key(request)
    if not cache.add(key, 1, WRONG_SECONDS):
        try:
            cache.incr(key)
        except ValueError:
            cache.set(key, 1, WRONG_SECONDS)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if _too_many_wrong(request):
            form.add_error(None, _("Too many wrong codes were typed here. Wait five minutes and try again."))
            return render(request, "questionnaire/enter.html", {"form": form}, status=429)
        if form.is_valid():
            if answering.find(form.cleaned_data["code"]):
                return redirect("questionnaire:answer", normalise(form.cleaned_data["code"]))
            _count_wrong(request)
            form.add_error(
                "code", _("That code does not open anything. Check each letter, or ask the adult who gave it to you.")
            )
        status = 422
    return render(request, "questionnaire/enter.html", {"form": form}, status=status)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """One statement after the other. What was answered so far travels in the form, signed for this code alone."""
    if _too_many_wrong(request):
        return render(request, "questionnaire/closed.html", {"too_many": True}, status=429)
    found = answering.find(code)
    if found is None:
        _count_wrong(request)
        return render(request, "questionnaire/closed.html", {}, status=404)
    instrument = found.round.instrument
    if request.method != "POST" or "step" not in request.POST:
        context = {"instrument": instrument, "round": found.round, "code": code}
        return render(request, "questionnaire/start.html", context)
    given = _carried(request, found)
    items = instrument.items
    step = request.POST.get("step", "0")
    place = min(int(step), len(items)) if step.isdecimal() and len(step) < 4 else 0
    if "stop" in request.POST:
        return render(request, "questionnaire/stop.html", _page(found, code, given, place))
    if "back" in request.POST:
        return render(request, "questionnaire/question.html", _page(found, code, given, max(0, place - 2)))
    if 0 < place <= len(items):
        given |= _one(request, instrument, items[place - 1]["code"])
    if place >= len(items) or "hand_in" in request.POST:
        if not answering.hand_in(found.pk, given):
            return render(request, "questionnaire/closed.html", {}, status=409)
        return render(
            request, "questionnaire/thanks.html", {"instrument": instrument, "contacts": _contacts(instrument)}
        )
    return render(request, "questionnaire/question.html", _page(found, code, given, place))


def _carried(request: HttpRequest, found: Code) -> dict[str, Any]:
    try:
        data = signing.loads(request.POST.get("carried", ""), salt=f"{_SALT}:{found.digest}")
    except signing.BadSignature:
        return {}
    return answering.cleaned(found.round.instrument, data)


def _one(request: HttpRequest, instrument: Instrument, item: str) -> dict[str, Any]:
    skip = request.POST.get("skip", "")
    if skip in {option["code"] for option in instrument.missing_options}:
        return {item: skip}
    value = request.POST.get("value", "")
    return answering.cleaned(instrument, {item: int(value)}) if value.isdecimal() and len(value) < 3 else {}


def _page(found: Code, code: str, given: dict[str, Any], place: int) -> dict[str, Any]:
    """``place`` statements are behind; the next one is shown."""
    instrument = found.round.instrument
    items = instrument.items
    item = items[min(place, len(items) - 1)]
    return {
        "instrument": instrument,
        "code": code,
        "item": item,
        "labels": instrument.scale_labels,
        "passes": instrument.missing_options,
        "chosen": given.get(item["code"]),
        "number": place + 1,
        "of": len(items),
        "next_step": place + 1,
        "is_last": place + 1 == len(items),
        "steps": [(number < place, number == place) for number in range(len(items))],
        "answered": len(given),
        "carried": signing.dumps(given, salt=f"{_SALT}:{found.digest}"),
        "contacts": _contacts(instrument),
    }


def _contacts(instrument: Instrument) -> list[dict[str, Any]]:
    return [row for row in instrument.shared.get("help_contacts", []) if row["for"] in {"pupils", "everyone"}]


# --- the school -----------------------------------------------------------------------------------------------------


def _school(request: HttpRequest, school_id: int) -> tuple[School, str]:
    return permissions.workspace_or_404(request.user, school_id)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def overview(request: HttpRequest, school_id: int) -> HttpResponse:
    """The rounds of a school; its lead opens one here."""
    school, role = _school(request, school_id)
    form = RoundForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if not permissions.may_lead(role):
            raise PermissionDenied
        if form.is_valid():
            try:
                made = rounds.open_round(school_id=school.pk, by=request.user, **form.cleaned_data)
            except rounds.LabelTaken as error:
                form.add_error("label", str(error))
            else:
                messages.success(request, _("The round is open. Now print the slips."))
                return redirect("questionnaire:round", school.pk, made.pk)
        status = 422
    today = timezone.localdate()
    rows = Round.objects.of_school(school.pk).select_related("instrument")
    context = {
        "school": school,
        "leads": permissions.may_lead(role),
        "form": form,
        "rounds": [(row, row.is_open(today), row.is_closed(today)) for row in rows],
        "tabs": tabs(request, school, "questionnaire"),
        "breadcrumbs": breadcrumbs(school, _("Questionnaire")),
    }
    return render(request, "questionnaire/overview.html", context, status=status)


def _round(request: HttpRequest, school_id: int, round_id: int) -> tuple[School, str, Round]:
    school, role = _school(request, school_id)
    found = get_object_or_404(Round.objects.of_school(school.pk).select_related("instrument"), pk=round_id)
    return school, role, found


def _years(found: Round) -> list[tuple[str, str]]:
    for question in found.instrument.shared.get("group_questions", []):
        if question["code"] == "year_group":
            return [(option["code"], option["label"]) for option in question["options"]]
    return []


@require_safe
@login_required
def one_round(request: HttpRequest, school_id: int, round_id: int) -> HttpResponse:
    """While open: how many slips are out and used. When closed: the results."""
    school, role, found = _round(request, school_id, round_id)
    crumbs = breadcrumbs(school, found.label)
    crumbs.insert(-1, {"label": _("Questionnaire"), "url": f"/schools/{school.pk}/questionnaire/"})
    context = {
        "school": school,
        "leads": permissions.may_lead(role),
        "round": found,
        "is_open": found.is_open(),
        "is_closed": found.is_closed(),
        "codes": Code.objects.filter(round=found).count(),
        "form": CodesForm(years=_years(found)),
        "summary": summary.of_round(found),
        "least": found.instrument.least_group,
        "tabs": tabs(request, school, "questionnaire"),
        "breadcrumbs": crumbs,
    }
    return render(request, "questionnaire/round.html", context)


@never_cache
@require_POST
@login_required
def make_codes(request: HttpRequest, school_id: int, round_id: int) -> HttpResponse:
    """Slips to print. They are shown this once: we keep nothing from which they could be printed again."""
    school, role, found = _round(request, school_id, round_id)
    if not permissions.may_lead(role):
        raise PermissionDenied
    form = CodesForm(request.POST, years=_years(found))
    if not form.is_valid():
        context = {"school": school, "round": found, "form": form}
        return render(request, "questionnaire/codes_form.html", context, status=422)
    try:
        codes = rounds.make_codes(found.pk, by=request.user, **form.cleaned_data)
    except rounds.RoundClosed as error:
        messages.info(request, str(error))
        return redirect("questionnaire:round", school.pk, found.pk)
    context = {"school": school, "round": found, "codes": [shown(code) for code in codes]}
    return render(request, "questionnaire/slips.html", context)


@require_POST
@login_required
def close(request: HttpRequest, school_id: int, round_id: int) -> HttpResponse:
    school, role, found = _round(request, school_id, round_id)
    if not permissions.may_lead(role):
        raise PermissionDenied
    rounds.close_round(found.pk, by=request.user)
    messages.success(request, _("The round is closed. Here is what was said."))
    return redirect("questionnaire:round", school.pk, found.pk)
