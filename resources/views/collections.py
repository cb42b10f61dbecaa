"""Collections: the list, one with its resources, and what whoever may edit it does there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from belonging.core.errors import BelongingError
from resources import collecting
from resources.forms import CollectForm, NoteForm
from resources.models import Collection, CollectionItem, ResourcePage

PAGE = 30
UNPROCESSABLE = 422


def _crumbs(title: str) -> list[dict[str, str]]:
    crumbs = [{"label": _("Home"), "url": "/"}, {"label": _("Library"), "url": "/library/"}]
    if not title:
        return [*crumbs, {"label": _("Collections"), "url": ""}]
    return [*crumbs, {"label": _("Collections"), "url": reverse("resources:collections")}, {"label": title, "url": ""}]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Those the person may see; an empty one only if they may fill it."""
    editable = Collection.objects.editable_by(request.user).values("pk")
    rows = Collection.objects.visible_to(request.user).listed(request.user).in_order()
    shown = rows.filter(Q(item_count__gt=0) | Q(pk__in=editable))
    context = {
        "collections": Paginator(shown, PAGE).get_page(request.GET.get("page")),
        "may_make": request.user.has_perms(["wagtailadmin.access_admin", "resources.add_collection"]),
        "breadcrumbs": _crumbs(""),
    }
    return render(request, "resources/collections.html", context)


@require_safe
def collection(request: HttpRequest, slug: str) -> HttpResponse:
    found = Collection.objects.visible_to(request.user).listed(request.user).filter(slug=slug).first()
    if found is None:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise Http404
    return _show(request, found)


def _show(request: HttpRequest, found: Collection, *, failed: tuple[int, NoteForm] | None = None) -> HttpResponse:
    """The page; ``failed`` is the form of an item's note that could not be taken."""
    items = list(CollectionItem.objects.visible_to(request.user).filter(collection=found).listed())
    may_edit = Collection.objects.editable_by(request.user).filter(pk=found.pk).exists()
    rows = [
        {
            "item": item,
            "form": (failed[1] if failed and failed[0] == item.pk else NoteForm.of(item)) if may_edit else None,
            "first": place == 0,
            "last": place == len(items) - 1,
        }
        for place, item in enumerate(items)
    ]
    context = {
        "collection": found,
        "rows": rows,
        "may_edit": may_edit,
        "failed": failed[1] if failed else None,
        "breadcrumbs": _crumbs(found.title),
    }
    return render(request, "resources/collection.html", context, status=UNPROCESSABLE if failed else 200)


def _item(request: HttpRequest, item_id: int) -> CollectionItem:
    """For whoever may edit its collection; 404 for outsiders, 403 for its other readers."""
    visible = CollectionItem.objects.visible_to(request.user).select_related("collection", "resource")
    found = get_object_or_404(visible, pk=item_id)
    if not Collection.objects.editable_by(request.user).filter(pk=found.collection_id).exists():
        raise PermissionDenied
    return found


def _back(item: CollectionItem) -> HttpResponse:
    return redirect(f"{item.collection.get_absolute_url()}#item-{item.pk}")


@require_POST
@login_required
def move(request: HttpRequest, item_id: int) -> HttpResponse:
    item = _item(request, item_id)
    direction: Any = request.POST.get("direction", "")
    if direction in {"up", "down"}:
        collecting.move_item(item.pk, by=request.user, direction=direction)
    return _back(item)


@require_POST
@login_required
def note(request: HttpRequest, item_id: int) -> HttpResponse:
    item = _item(request, item_id)
    form = NoteForm.of(item, request.POST)
    if form.is_valid():
        try:
            collecting.change_note(item.pk, by=request.user, note=form.cleaned_data["note"])
        except BelongingError as error:
            form.add_error("note", str(error))
        else:
            messages.success(request, _("The note is saved."))
            return _back(item)
    page = Collection.objects.visible_to(request.user).listed(request.user).get(pk=item.collection_id)
    return _show(request, page, failed=(item.pk, form))


@require_POST
@login_required
def remove(request: HttpRequest, item_id: int) -> HttpResponse:
    item = _item(request, item_id)
    collecting.remove_item(item.pk)
    messages.success(request, _("“%(title)s” is no longer in this collection.") % {"title": item.resource.title})
    return redirect(item.collection)


@require_POST
@login_required
def collect(request: HttpRequest, resource_id: int) -> HttpResponse:
    """Put a resource into a collection, from the resource's own page."""
    resource = get_object_or_404(ResourcePage.objects.visible_to(request.user), pk=resource_id)
    form = CollectForm(request.POST, user=request.user, resource=resource)
    if not form.places:
        raise PermissionDenied
    if form.is_valid():
        place = form.cleaned_data["place"]
        try:
            item, new = collecting.add_resource(resource, by=request.user, note=form.cleaned_data["note"], **place)
        except BelongingError as error:
            form.add_error("place", str(error))
        else:
            words = _("It is in “%(title)s” now.") if new else _("It is in “%(title)s” already. Nothing was changed.")
            messages.success(request, words % {"title": item.collection.title})
            return redirect(resource.get_url() or "/library/")
    context = {**resource.get_context(request), "collect_form": form}
    return render(request, resource.get_template(request), context, status=UNPROCESSABLE)
