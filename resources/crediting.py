"""Answers on their way from a discussion into the library, and the consent of whoever is credited."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext as _
from wagtail import hooks

from belonging.accounts.models import EDITORS, User
from belonging.core.hooks import AnswerToKeep, PublishedResource
from belonging.notifications.services import notify
from resources.answers import prose_from_answer, quotation
from resources.models import RESERVED_SLUGS, Consent, Credit, CreditRole, ResourcePage, ResourceType
from resources.services import library


@transaction.atomic
def keep_answer(answer: AnswerToKeep) -> str:
    """An unpublished practice example made from an answer, sent to moderation; returns the editors' address of it.

    Everybody credited is told and may object. The same answer again gives back the draft there is. The caller holds a
    lock that keeps two from coming at once; the constraint on ``source_url`` stands behind it.
    """
    there = ResourcePage.objects.filter(source_url=answer.source_url).first()
    if there is not None:
        return address_of(there)
    shelf = library()
    page = ResourcePage(
        title=answer.title,
        slug=_free_slug(shelf, answer.title),
        summary=_("From a question that a member asked and the answer that helped."),
        live=False,
        owner=answer.by,
        kind=ResourceType.PRACTICE_EXAMPLE,
        published_on=timezone.localdate(),
        members_only=answer.members_only,
        strands=list(answer.strands),
        evidence_strength=1,
        evidence_reason=_("One member’s experience, accepted as the answer by the person who asked."),
        source_url=answer.source_url,
        body=[*quotation(answer.question_html), *prose_from_answer(answer.html)],
    )
    shelf.add_child(instance=page)
    Credit.objects.bulk_create(Credit(page=page, user_id=credit.user_id, role=credit.role) for credit in answer.credits)
    page.save_revision(user=answer.by)
    workflow = page.get_workflow()
    if workflow:
        workflow.start(page, answer.by)
    _tell_credited(page, by=answer.by)
    _tell_editors(page, by=answer.by)
    return address_of(page)


def _free_slug(shelf: Any, title: str) -> str:
    base = slugify(title)[:60].strip("-") or "answer"
    taken = set(ResourcePage.objects.child_of(shelf).filter(slug__startswith=base).values_list("slug", flat=True))
    taken |= RESERVED_SLUGS
    return next(slug for slug in (base, *(f"{base}-{number}" for number in range(2, 10_000))) if slug not in taken)


def address_of(page: ResourcePage) -> str:
    """Where the resource can be seen: on the site once it is published, by editors before."""
    return (page.get_url() or "/") if page.live else reverse("wagtailadmin_pages:edit", args=[page.pk])


def may_edit(user: Any, source_url: str) -> bool:
    """Whether the person may open the draft in the admin."""
    page = ResourcePage.objects.filter(source_url=source_url).first()
    return (
        page is not None and user.has_perm("wagtailadmin.access_admin") and page.permissions_for_user(user).can_edit()
    )


def _tell_credited(page: ResourcePage, *, by: User) -> None:
    text = {
        CreditRole.ANSWERED: _("Your answer “%(title)s” is on its way to the library, with your name. You can object."),
        CreditRole.ASKED: _("Your question “%(title)s” is on its way to the library, with your name. You can object."),
    }
    for credit in Credit.objects.filter(page=page).exclude(user=by):
        values = {"title": Truncator(page.title).chars(120)}
        notify(
            [credit.user_id],
            reason="credit",
            text=text[CreditRole(credit.role)] % values,
            url=reverse("resources:credit", args=[credit.pk]),
            key=f"credit:{credit.pk}",
        )


def _tell_editors(page: ResourcePage, *, by: User, refused: bool = False) -> None:
    text = _("“%(title)s” waits for an editor: an answer that helped")
    if refused:
        text = _("“%(title)s” may not stay in the library: its author does not want that")
    notify(
        User.objects.active().in_group(EDITORS).exclude(pk=by.pk).values_list("pk", flat=True),
        reason="library",
        text=text % {"title": Truncator(page.title).chars(120)},
        url=reverse("wagtailadmin_pages:edit", args=[page.pk]),
        key=f"{'refused' if refused else 'draft'}:{page.pk}",
    )


@transaction.atomic
def decide_consent(credit_id: int, *, consent: str) -> Credit:
    """What a credited person wants. Whoever does not want their words in the library takes the resource out at once."""
    page_id = Credit.objects.values_list("page_id", flat=True).get(pk=credit_id)
    page = ResourcePage.objects.select_for_update(of=("self",)).get(pk=page_id)
    credit = Credit.objects.select_related("user").get(pk=credit_id)
    if credit.consent == consent:
        return credit
    Credit.objects.filter(pk=credit_id).update(consent=consent)
    if consent == Consent.REFUSED:
        _take_back(page, by=credit.user)
    credit.refresh_from_db()
    return credit


def _take_back(page: ResourcePage, *, by: User) -> None:
    if page.workflow_in_progress:
        page.current_workflow_state.cancel()
    if page.live:
        page.unpublish()
    _tell_editors(page, by=by, refused=True)


def tell_of_publication(page: ResourcePage, url: str) -> None:
    """Other rooms hear where a resource that came from them stands."""
    if not page.source_url:
        return
    for give in hooks.get_hooks("resource_published"):
        give(PublishedResource(page.source_url, url))


def thank_credited(page: ResourcePage) -> None:
    """Everybody credited is told once that it is in the library."""
    notify(
        page.credits.exclude(consent=Consent.REFUSED).values_list("user_id", flat=True),
        reason="credit",
        text=_("“%(title)s” is in the library now. Thank you.") % {"title": Truncator(page.title).chars(160)},
        url=page.get_url() or "/",
        key=f"in-library:{page.pk}",
    )
