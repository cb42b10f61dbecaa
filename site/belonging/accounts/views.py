from __future__ import annotations

import json

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail import hooks

from belonging.accounts import services
from belonging.accounts.archive import archive_of
from belonging.accounts.forms import DirectoryForm, LeaveForm, ProfileForm
from belonging.accounts.middleware import ZONE_KEY
from belonging.accounts.models import Profile, ProfileQuerySet, User
from belonging.core.hooks import AskPerson, ProfileAction
from belonging.core.html import one_line
from belonging.files.serving import file_response

PAGE = 24


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  (login_required stands above every caller)
    return request.user


@require_safe
@login_required
def me(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    return render(request, "accounts/me.html", {"person": person, "profile": _profile(person)})


def _profile(person: User) -> Profile:
    return Profile.objects.select_related("photo", "user").get_or_create(user=person)[0]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit_profile(request: HttpRequest) -> HttpResponse:
    profile = _profile(_person(request))
    form = ProfileForm(request.POST or None, request.FILES or None, instance=profile)
    if request.method != "POST":
        return render(request, "accounts/profile_form.html", {"form": form})
    if not form.is_valid():
        return render(request, "accounts/profile_form.html", {"form": form}, status=422)
    if profile.user.is_silenced():
        form.add_error(None, _("You cannot change your profile while you are silenced. Nothing was saved."))
        return render(request, "accounts/profile_form.html", {"form": form}, status=422)
    with transaction.atomic():
        saved = form.save()
        User.objects.filter(pk=saved.user_id).update(name=form.cleaned_data["name"])
        if form.cleaned_data.get("photo_file"):
            services.set_photo(saved, form.cleaned_data["photo_file"])
        elif form.cleaned_data.get("remove_photo"):
            services.remove_photo(saved)
    request.session[ZONE_KEY] = saved.time_zone
    messages.success(request, _("Your profile is saved."))
    return redirect("accounts:me")


@require_safe
@login_required
def data(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/data.html")


@require_POST
@login_required
@reauthentication_required
def export(request: HttpRequest) -> HttpResponse | FileResponse:
    """Everything we hold of the person: as a JSON file, or as an archive with their Markdown and files beside it."""
    if request.POST.get("format") == "zip":
        archive = FileResponse(archive_of(_person(request)), as_attachment=True, filename="my-data.zip")
        archive["Cache-Control"] = "no-store"
        return archive
    text = json.dumps(services.export(_person(request)), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required
def leave(request: HttpRequest) -> HttpResponse:
    form = LeaveForm(request.POST or None)
    if request.method != "POST":
        return render(request, "accounts/leave.html", {"form": form})
    if not form.is_valid():
        return render(request, "accounts/leave.html", {"form": form}, status=422)
    person = _person(request)
    services.erase(person)
    logout(request)
    messages.success(request, _("Your account is gone. What you wrote stays under “Former member”."))
    return redirect("/")


@require_safe
@login_required
def members(request: HttpRequest) -> HttpResponse:
    """The directory, by name. It finds people only by what they show; ``?after=`` goes on from a person."""
    visible = Profile.objects.visible_to(request.user)
    form = DirectoryForm(request.GET)
    chosen = form.chosen()
    people = _chosen_people(visible, chosen).select_related("user", "photo").by_name()
    after = one_line(request.GET.get("after", ""))[:40]
    start = User.objects.filter(handle=after).first() if after else None
    if start:
        people = people.after(start.name, start.pk)
    shown = list(people[: PAGE + 1])
    context = {
        "people": shown[:PAGE],
        "form": form,
        "filtered": bool(chosen),
        "start": start,
        "next": shown[PAGE - 1].user.handle if len(shown) > PAGE else "",
    }
    return render(request, "accounts/members.html", context)


def _chosen_people(people: ProfileQuerySet, chosen: dict[str, str]) -> ProfileQuerySet:
    people = people.with_words(chosen.get("q", ""))
    if "sector" in chosen:
        people = people.showing(sector=chosen["sector"])
    if "region" in chosen:
        people = people.showing(region__icontains=chosen["region"])
    if "strand" in chosen:
        people = people.showing(strengths__contains=[chosen["strand"]])
    if "interest" in chosen:
        people = people.showing(interests__contains=[chosen["interest"]])
    return people


@require_safe
def member(request: HttpRequest, handle: str) -> HttpResponse:
    """A profile: for members, and for anyone where the person chose so; other visitors are sent to sign in."""
    profile = (
        Profile.objects.visible_to(request.user).select_related("user", "photo").filter(user__handle=handle).first()
    )
    if profile is None:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise Http404
    contributions = [part for give in hooks.get_hooks("contributions") for part in give(profile.user, request.user)]
    context = {
        "profile": profile,
        "person": profile.user,
        "contributions": [part for part in contributions if part.items or part.count],
        "asking": _asking(request, profile.user),
        "is_me": request.user == profile.user,
        "breadcrumbs": [
            {"label": _("Home"), "url": "/"},
            *([{"label": _("Members"), "url": reverse("accounts:members")}] if request.user.is_authenticated else []),
            {"label": profile.user.display_name, "url": ""},
        ],
        "actions": _actions(profile.user, request),
    }
    return render(request, "accounts/member.html", context)


def _actions(person: User, request: HttpRequest) -> list[ProfileAction]:
    if not request.user.is_authenticated or request.user == person:
        return []
    return [action for give in hooks.get_hooks("profile_actions") for action in give(person, request.user)]


def _asking(request: HttpRequest, person: User) -> list[AskPerson]:
    if not request.user.is_authenticated or request.user == person:
        return []
    return [way for give in hooks.get_hooks("ask_person") for way in give(person, request.user)]


@require_safe
def photo(request: HttpRequest, handle: str) -> FileResponse:
    """A member's photo, for whoever may see the profile."""
    profile = get_object_or_404(
        Profile.objects.visible_to(request.user).select_related("photo"),
        user__handle=handle,
        photo__isnull=False,
        hidden_at__isnull=True,
    )
    assert profile.photo is not None  # noqa: S101  (the filter above)
    return file_response(profile.photo.file)
