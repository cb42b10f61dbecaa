"""What a form for writing needs around its fields: the draft that comes back, the warning, the preview, the quotation."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from belonging.core.html import one_line, without_unseen
from belonging.core.moulds import Mould
from belonging.core.prepared import Prepared
from community import guarding
from community.forms import AttachForm, PostForm
from community.models import Draft, Post, Topic
from community.services import drafts
from community.writing import quoted

_SALT = "community.composing.by"
_LONGEST_ITEM = 60
_MOST_ITEMS = 60


def _now_ms() -> int:
    return int(timezone.now().timestamp() * 1000)


@dataclass
class Compose:
    """Everything templates/community/parts/compose.html takes.

    ``place`` names the draft, ``by`` says for whom the page was made, ``seen`` which version of the draft it shows;
    ``now_ms`` is the server's clock in milliseconds, from which the page counts on.
    """

    form: forms.Form
    action: str
    submit: str
    place: str
    by: str
    seen: str = ""
    notice: Draft | None = None
    preview: str = ""
    signs: Sequence[Any] = ()
    mark: str = ""
    attach: AttachForm = field(default_factory=AttachForm)
    added: str = ""
    cancel_url: str = ""
    tags: Sequence[str] = ()
    now_ms: int = field(default_factory=_now_ms)

    @property
    def is_bound(self) -> bool:
        """Whether it shows what was just sent, so that a copy kept by the browser is not newer."""
        return self.form.is_bound or bool(self.added) or self.attach.is_bound


@dataclass
class Attempt:
    """What became of a form that was sent: ready to post, or how to show it again."""

    form: forms.Form
    status: int = 200
    ready: bool = False
    preview: str = ""
    signs: Sequence[Any] = ()
    mark: str = ""
    attach: AttachForm = field(default_factory=AttachForm)
    added: str = ""

    def shown(self) -> dict[str, Any]:
        """For ``Compose``."""
        names = ("form", "preview", "signs", "mark", "attach", "added")
        return {name: getattr(self, name) for name in names}


def by_of(user: Any) -> str:
    """For whom a form was made, so that what is typed into it never comes back to somebody else on the same machine."""
    return salted_hmac(_SALT, str(user.pk), algorithm="sha256").hexdigest()[:32]


def made_for(user: Any, by: str) -> bool:
    return constant_time_compare(by_of(user), by)


def typed_from(data: Any, *, now: datetime | None = None) -> drafts.Typed:
    """What a posted form holds, as a draft keeps it. ``data`` is a QueryDict; what makes no sense is left out."""
    now = now or timezone.now()

    def word(name: str, longest: int = _LONGEST_ITEM) -> str:
        return without_unseen(str(data.get(name, "")))[:longest]

    values: dict[str, Any] = {name: word(name, 400) for name in drafts.WORDS if name in data}
    values["follow"] = bool(data.get("follow"))
    for name in drafts.LISTS:
        if name in data:
            items = [one_line(str(item))[:_LONGEST_ITEM] for item in data.getlist(name)]
            values[name] = items[:_MOST_ITEMS]
    return drafts.Typed(
        title=word("title", 200),
        source=word("source", drafts.SOURCE_LIMIT),
        values=values,
        token=_uuid(word("token")),
        typed_at=_moment(word("typed_at"), now),
        seen=word("seen"),
    )


def _uuid(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""


def _moment(text: str, now: datetime) -> datetime:
    """Milliseconds since 1970 by the server's clock; without them the form itself says when: now."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 14):
        return now
    return min(datetime.fromtimestamp(int(text) / 1000, tz=UTC), now)


def initial_from(draft: Draft) -> dict[str, Any]:
    values = {key: draft.values[key] for key in (*drafts.LISTS, *drafts.WORDS) if draft.values.get(key) is not None}
    return {**values, "title": draft.title, "source": draft.source}


def draft_at(user: Any, place: str) -> Draft | None:
    """The person's draft for a place. One query where there is none, which is nearly always; two where there is one."""
    found = _DRAFT_AT.rows(user=user, place=place)
    draft = Draft.objects.filter(pk=found[0][0]).first() if found else None
    return draft if draft and (draft.source.strip() or draft.title.strip()) else None


_DRAFT_AT = Prepared(
    lambda user, place: Draft.objects.of(user).unsent().filter(place=place).order_by().values_list("pk")
)


def compose(
    request: HttpRequest,
    make_form: Callable[..., forms.Form],
    *,
    place: str,
    action: str,
    submit: str,
    initial: Mapping[str, Any] | None = None,
    added: str = "",
    attempt: Attempt | None = None,
    draft: Draft | None = None,
    **more: Any,
) -> Compose:
    """A form as it is shown: what was just sent, or the draft that comes back, or ``initial``; ``added`` goes below.

    ``draft`` is the place's draft where it was read before.
    """
    by = by_of(request.user)
    if attempt:
        seen = request.POST.get("seen", "")[:60]
        return Compose(action=action, submit=submit, place=place, by=by, seen=seen, **attempt.shown(), **more)
    draft = draft or draft_at(request.user, place)
    values = {**(initial or {}), **(initial_from(draft) if draft else {})}
    if added:
        before = f"{values.get('source', '').rstrip()}\n\n" if values.get("source", "").strip() else ""
        values["source"] = f"{before}{added}"
    seen = drafts.version_of(draft) if draft else ""
    form = make_form(initial=values)
    return Compose(form, action, submit, place, by, seen=seen, notice=draft, **more)


def reply_context(
    request: HttpRequest, topic: Topic, *, attempt: Attempt | None = None, posts: Iterable[Post] = ()
) -> dict[str, Any]:
    """The reply form of a topic's page: ``{"blank": …}``, drawn already, while there is nothing in it, else
    ``{"compose": …, "form": …}``; nothing for a visitor.

    One query, for the draft. ``?quote=`` and ``?reply=`` (a post's pk) cost one more where the post is not among ``posts``.
    """
    if not request.user.is_authenticated:
        return {}
    place, action = f"topic:{topic.pk}", f"/topics/{topic.pk}/reply/"
    to, quoting = (None, False) if attempt else _answered(request, topic, posts)
    draft = None if attempt else draft_at(request.user, place)
    if not (attempt or to or draft):
        by, token = by_of(request.user), get_token(request)
        filled = _BLANK.fill(
            place=place, by=by, action=action, token=uuid.uuid4(), csrf_token=token, now_ms=_now_ms()
        )  # fmt: skip
        return {"blank": filled}
    made = compose(
        request,
        PostForm,
        place=place,
        action=action,
        submit=_("Post reply"),
        initial={},
        added=quoted(to) if to and quoting else "",
        attempt=attempt,
        draft=draft,
    )
    if to and not attempt:
        made.form.initial["reply_to"] = to.pk
    return {"compose": made, "form": made.form}


def _draw_blank(*, place: Any, by: Any, action: Any, token: Any, csrf_token: Any, now_ms: Any) -> str:
    made = Compose(PostForm(initial={"token": token}), action, _("Post reply"), place, by, now_ms=now_ms)
    return render_to_string("community/parts/compose.html", {"compose": made, "csrf_token": csrf_token})


_BLANK = Mould(_draw_blank)


def _answered(request: HttpRequest, topic: Topic, posts: Iterable[Post]) -> tuple[Post | None, bool]:
    """The post that is answered, and whether its words are quoted. One that is hidden or of another topic is none."""
    for name in ("quote", "reply"):
        given = request.GET.get(name, "")
        if not (given.isascii() and given.isdecimal() and len(given) < 19):
            continue
        pk = int(given)
        found = next((post for post in posts if post.pk == pk), None)
        found = found or Post.objects.filter(topic=topic, pk=pk).select_related("author").first()
        if found and not found.is_hidden and not found.is_deleted:
            return found, name == "quote"
    return None, False


def naming_attempt(form: forms.Form, data: Mapping[str, Any]) -> Attempt | None:
    """The warning, when the text seems to name a pupil and the person has not said "Post it as it is" about this text."""
    title, source = form.cleaned_data.get("title", ""), form.cleaned_data["source"]
    if guarding.was_warned(str(data.get("warned", "")), title, source):
        return None
    signs = guarding.naming_signs(title, source)
    if not signs:
        return None
    return Attempt(form, status=guarding.UNPROCESSABLE, signs=signs, mark=guarding.mark_of(title, source))
