"""The moderators' side: the queue, a case, and what can be done with it. Everybody else gets 404."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from belonging.accounts.models import User
from belonging.core.errors import BelongingError
from belonging.moderation import complaints, handling, restricting, services, things
from belonging.moderation.forms import (
    HIDE_AND_WARN,
    KEEP,
    AnswerForm,
    DecideForm,
    EscalateForm,
    ReasonForm,
    RestrictForm,
)
from belonging.moderation.models import Appeal, Case, Complaint, Restriction, State, leads_safeguarding, may_moderate
from belonging.trail.models import Entry

QUEUE_PAGE = 25
EARLIER = 10


def _moderator(request: HttpRequest) -> User:
    if not may_moderate(request.user):
        raise Http404
    assert isinstance(request.user, User)  # noqa: S101  (login_required stands above every caller)
    return request.user


@require_safe
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """Cases by what is to be done, urgent ones first; ``?after=`` goes on behind a case."""
    user = _moderator(request)
    show = request.GET.get("show", "waiting")
    labels = {
        "waiting": _("Waiting"), "mine": _("Mine"), "escalated": _("Handed up"), "appeals": _("Appeals"), "decided": _("Decided"),
    }  # fmt: skip
    show = show if show in labels else "waiting"
    context: dict[str, Any] = {
        "show": show,
        "tabs": [
            {"label": label, "url": f"/moderation/?show={key}", "current": key == show} for key, label in labels.items()
        ],
        "leads": leads_safeguarding(user),
    }
    if show == "appeals":
        context["appeals"] = _appeals(user)
    else:
        rows = _page(request, Case.objects.moderated_by(user), user, show)
        context["rows"] = things.shown(rows[:QUEUE_PAGE])
        context["next_url"] = (
            f"/moderation/?show={show}&after={rows[QUEUE_PAGE - 1].pk}" if len(rows) > QUEUE_PAGE else ""
        )
    return render(request, "moderation/queue.html", context)


def _page(request: HttpRequest, cases: Any, user: User, show: str) -> list[Case]:
    given = request.GET.get("after", "")
    after = cases.filter(pk=int(given)).first() if given.isdecimal() and len(given) < 18 else None
    if show == "decided":
        rows = cases.decided().newest_decided_first()
        rows = rows.after_decided(after) if after and after.decided_at else rows
    else:
        rows = {"mine": cases.claimed_by(user), "escalated": cases.escalated()}.get(show, cases.open()).urgent_first()
        rows = rows.after_urgent(after) if after else rows
    found = rows.select_related("claimed_by", "decided_by").prefetch_related("reports")
    return list(found[: QUEUE_PAGE + 1])


def _appeals(user: User) -> QuerySet[Appeal]:
    rows = Appeal.objects.moderated_by(user).select_related("person", "decision", "restriction", "decided_by")
    return rows.order_by("-state", "made_at")[:100]  # "waiting" stands last in the alphabet


@require_safe
@login_required
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    return _case_page(request, _find(request, case_id))


def _find(request: HttpRequest, case_id: int) -> Case:
    rows = Case.objects.moderated_by(_moderator(request))
    return get_object_or_404(rows.select_related("author", "claimed_by", "decided_by", "escalated_by"), pk=case_id)


def _case_page(
    request: HttpRequest, found: Case, *, forms: dict[str, BaseForm] | None = None, status: int = 200
) -> HttpResponse:
    user = _moderator(request)
    shown = things.shown([found])[0]
    holder = found.holder_id()
    free = found.state == State.OPEN and holder in (None, user.pk)
    earlier = Case.objects.moderated_by(user).about(
        kind=found.kind, object_id=found.object_id, author_id=found.author_id
    )
    context: dict[str, Any] = {
        "case": found,
        "shown": shown,
        "complaint": Complaint.objects.filter(pk=found.object_id).first() if found.is_complaint else None,
        "evidence": list(found.evidence.all()) if found.shows_words else [],
        "reports": list(found.reports.select_related("reporter")),
        "decisions": list(found.decisions.select_related("by", "undone_by").prefetch_related("restrictions")),
        "earlier": [] if found.is_complaint else list(earlier.exclude(pk=found.pk).order_by("-opened_at")[:EARLIER]),
        "history": _history(found),
        "is_mine": holder == user.pk,
        "held": holder is not None and holder != user.pk,
        "may_claim": free and holder is None,
        "may_decide": free and found.shows_words,
        "may_undo": found.state in (State.HIDDEN, State.KEPT),
        "restrictions": _restrictions_of(found, user),
        "decide_form": DecideForm(),
        "answer_form": AnswerForm(),
        "escalate_form": EscalateForm(prefix="up"),
        "undo_form": ReasonForm(prefix="undo"),
        "breadcrumbs": [
            {"label": _("Home"), "url": "/"},
            {"label": _("Reports"), "url": "/moderation/"},
            {"label": _("Case %(number)s") % {"number": found.pk}, "url": ""},
        ],
    }
    context |= forms or {}
    context["failed"] = next(iter(forms.values())) if forms else None
    return render(request, "moderation/case.html", context, status=status)


def _restrictions_of(found: Case, user: User) -> list[Restriction]:
    if not found.author_id:
        return []
    return list(Restriction.objects.moderated_by(user).filter(person_id=found.author_id).standing())


HISTORY = {
    "moderation.reported": gettext_lazy("reported it"), "moderation.complained": gettext_lazy("complained"), "moderation.opened": gettext_lazy("opened it"),
    "moderation.claimed": gettext_lazy("took it"), "moderation.given_back": gettext_lazy("gave it back"), "moderation.escalated": gettext_lazy("handed it up"),
    "moderation.hidden": gettext_lazy("hid it"), "moderation.kept": gettext_lazy("kept it"), "moderation.answered": gettext_lazy("answered"),
    "moderation.undone": gettext_lazy("took the decision back"), "moderation.appealed": gettext_lazy("appealed"),
    "moderation.appeal_granted": gettext_lazy("granted the appeal"), "moderation.appeal_refused": gettext_lazy("let the decision stand"),
}  # fmt: skip


def _history(found: Case) -> list[dict[str, Any]]:
    """What the trail says about the case, oldest first."""
    entries = Entry.objects.about(Case._meta.label, str(found.pk)).select_related("actor")
    return [
        {
            "at": entry.at,
            "who": entry.actor.display_name if entry.actor else _("The site, by itself"),
            "what": HISTORY.get(entry.action, entry.action),
        }
        for entry in entries
    ]


def _do(request: HttpRequest, found: Case, act: Callable[[], Any], done: str) -> HttpResponse:
    """Change something and say so; what cannot be done is said in its own words."""
    try:
        act()
        messages.success(request, done)
    except BelongingError as error:
        messages.info(request, str(error))
    seen = Case.objects.moderated_by(request.user).filter(pk=found.pk).exists()
    return redirect("moderation:case", found.pk) if seen else redirect("moderation:queue")


@require_POST
@login_required
def claim(request: HttpRequest, case_id: int) -> HttpResponse:
    found = _find(request, case_id)
    done = _("It is yours for two hours.")
    return _do(request, found, lambda: handling.claim(found.pk, by=request.user), done)


@require_POST
@login_required
def give_back(request: HttpRequest, case_id: int) -> HttpResponse:
    found = _find(request, case_id)
    return _do(request, found, lambda: handling.give_back(found.pk, by=request.user), _("Others can take it now."))


@require_POST
@login_required
def decide(request: HttpRequest, case_id: int) -> HttpResponse:
    found = _find(request, case_id)
    form = DecideForm(request.POST)
    if not form.is_valid():
        return _case_page(request, found, forms={"decide_form": form}, status=422)
    data = form.cleaned_data
    try:
        services.decide(
            found.pk,
            by=request.user,
            hide=data["decision"] != KEEP,
            public_text=data["public_text"],
            warning=data["warning"] if data["decision"] == HIDE_AND_WARN or data["restriction"] else "",
            restriction=data["restriction"],
            until=form.until(),
            note=data["note"],
        )
    except services.CannotRestrict as error:
        form.add_error("restriction", str(error))
        return _case_page(request, found, forms={"decide_form": form}, status=422)
    except BelongingError as error:
        messages.info(request, str(error))
        return redirect("moderation:case", found.pk)
    messages.success(request, _("Decided. Those who reported it are told, and the author if it was hidden."))
    return redirect("moderation:queue")


@require_POST
@login_required
def answer(request: HttpRequest, case_id: int) -> HttpResponse:
    found = _find(request, case_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _case_page(request, found, forms={"answer_form": form}, status=422)
    return _do(
        request, found, lambda: complaints.answer(found.pk, by=request.user, **form.cleaned_data), _("Answered.")
    )


@require_POST
@login_required
def undo(request: HttpRequest, case_id: int) -> HttpResponse:
    found = _find(request, case_id)
    form = ReasonForm(request.POST, prefix="undo")
    if not form.is_valid():
        return _case_page(request, found, forms={"undo_form": form}, status=422)
    done = _("Taken back. Everything is as it was before, and the case waits again.")
    return _do(request, found, lambda: services.undo(found.pk, by=request.user, **form.cleaned_data), done)


@require_POST
@login_required
def escalate(request: HttpRequest, case_id: int) -> HttpResponse:
    found = _find(request, case_id)
    form = EscalateForm(request.POST, prefix="up")
    if not form.is_valid():
        return _case_page(request, found, forms={"escalate_form": form}, status=422)
    return _do(
        request, found, lambda: handling.escalate(found.pk, by=request.user, **form.cleaned_data), _("Handed up.")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def person(request: HttpRequest, handle: str) -> HttpResponse:
    """What moderators know of one person, and where they silence or suspend them outside a case."""
    user = _moderator(request)
    found = get_object_or_404(User.objects.filter(erased_at__isnull=True), handle=handle)
    refused = restricting.why_not(user, found)
    form = RestrictForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            restricting.restrict(
                found.pk, by=user, kind=data["kind"], reason=data["reason"], note=data["note"], until=form.until()
            )
        except BelongingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Restricted. The person is told why, until when, and how to appeal."))
            return redirect("moderation:person", handle)
    return _person_page(request, found, form, refused, status=422 if request.method == "POST" else 200)


def _person_page(request: HttpRequest, found: User, form: BaseForm, refused: str, *, status: int) -> HttpResponse:
    rows = Restriction.objects.moderated_by(request.user).of(found).select_related("by", "lifted_by")
    cases = Case.objects.moderated_by(request.user).filter(author=found).order_by("-opened_at")[:50]
    context = {
        "person": found,
        "restrictions": rows,
        "cases": cases,
        "form": form,
        "refused": refused,
        "breadcrumbs": [
            {"label": _("Home"), "url": "/"},
            {"label": _("Reports"), "url": "/moderation/"},
            {"label": found.display_name, "url": ""},
        ],
    }
    return render(request, "moderation/person.html", context, status=status)


@require_POST
@login_required
def lift(request: HttpRequest, restriction_id: int) -> HttpResponse:
    user = _moderator(request)
    rows = Restriction.objects.moderated_by(user).select_related("person")
    found = get_object_or_404(rows, pk=restriction_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write down why you lift it."))
        return redirect("moderation:person", found.person.handle)
    try:
        restricting.lift(found.pk, by=user, **form.cleaned_data)
        messages.success(request, _("Lifted. The person is told."))
    except BelongingError as error:
        messages.info(request, str(error))
    return redirect("moderation:person", found.person.handle)
