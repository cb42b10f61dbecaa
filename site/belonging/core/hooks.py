"""What travels over the Wagtail hooks by which rooms meet. One dataclass for each hook that hands over objects.

A hook is registered in a room's ``wagtail_hooks.py`` as a function. Where the table in the architecture says
"function(user, …)", the registered function is that function. Everywhere else it takes nothing and returns an
iterable of the dataclasses below::

    @hooks.register("due_work")
    def due_work() -> list[DueWork]:
        return [DueWork("events.expire_offers", services.expire_offers)]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from wagtail import hooks

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
    from django.db.models import Model, QuerySet

Viewer: TypeAlias = "AbstractBaseUser | AnonymousUser"


def gather(name: str) -> list[Any]:
    """All objects that rooms hand over by the hook ``name``, in the order of registration."""
    found: list[Any] = []
    for give in hooks.get_hooks(name):
        found.extend(give())
    return found


# --- work -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class DueWork:
    """``due_work``: an idempotent function of the present moment (aware, UTC) that returns how much it did."""

    name: str
    run: Callable[[datetime], int]


# --- outbox ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Mail:
    """A rendered mail. ``headers`` are added to those the outbox sets itself."""

    subject: str
    text: str
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class NotWanted(Exception):
    """Raised while a mail is rendered: it must not go out after all; the message says why."""


class MailRow(Protocol):
    """What a kind of mail sees of its outbox row."""

    pk: Any
    kind: str
    key: str
    address: str
    user_id: int | None
    context: dict[str, Any]

    @property
    def user(self) -> Any: ...


@dataclass(frozen=True)
class MailKind:
    """``mail_kinds``: one kind of mail.

    ``still_wanted`` gives "" when the mail may go out now, otherwise the reason for skipping it, in words that answer
    "why did I not get it". ``render`` is asked at the moment of sending, after that.
    """

    name: str
    label: str
    still_wanted: Callable[[MailRow], str]
    render: Callable[[MailRow], Mail]
    transactional: bool = True
    delivery: Literal["at_least_once", "at_most_once"] = "at_least_once"
    exempt_from_caps: bool = False
    secret: bool = False


# --- notifications --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class DigestItem:
    """One line of a digest or a dashboard card; ``url`` is a path on this site."""

    title: str
    url: str
    text: str = ""
    meta: str = ""


@dataclass(frozen=True)
class DigestSection:
    """``digest_sections`` function(user, since, until): sections, the lowest ``rank`` first."""

    rank: int
    heading: str
    items: Sequence[DigestItem]
    url: str = ""
    more_label: str = ""


@dataclass(frozen=True)
class Reminder:
    """``reminder_rules``: what a rule yields; ``key`` makes it unique for the kind and the person."""

    kind: str
    user_id: int
    key: str
    due_at: datetime
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ReminderRule:
    name: str
    label: str
    due: Callable[[datetime], Iterable[Reminder]]


# --- home -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class SearchHit:
    title: str
    url: str
    kind: str
    text: str = ""
    meta: str = ""


@dataclass(frozen=True)
class SearchSource:
    """``search_sources``: ``search(user, query)`` is ranked and already narrowed to what the person may see."""

    name: str
    label: str
    search: Callable[[Viewer, str], QuerySet[Any]]
    hit: Callable[[Any], SearchHit]


@dataclass(frozen=True)
class DashboardCard:
    """``dashboard_cards`` function(user): cards, the lowest ``rank`` first, in the main column or the aside."""

    rank: int
    heading: str
    items: Sequence[DigestItem] = ()
    column: Literal["main", "aside"] = "main"
    empty: str = ""
    more_label: str = ""
    more_url: str = ""
    template: str = "components/dashboard_card.html"
    context: Mapping[str, Any] = field(default_factory=dict)


# --- moderation -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Reportable:
    """``reportable``: a model whose rows can be reported.

    ``visible`` narrows to what a person may see and therefore report; ``everything`` is for moderators' decisions.
    ``hide`` gets the words that stand in the place of what was hidden. ``evidence`` gives the whole of the words, as
    plain text, which are kept as they were when somebody reported them; without it ``describe`` stands in.
    """

    kind: str
    label: str
    visible: Callable[[Viewer], QuerySet[Any]]
    everything: Callable[[], QuerySet[Any]]
    author_id: Callable[[Any], int | None]
    describe: Callable[[Any], str]
    url: Callable[[Any], str]
    hide: Callable[[Any, str], None]
    restore: Callable[[Any], None]
    evidence: Callable[[Any], str] | None = None


# ``stayed_posts`` function(user, most) -> how many things the person wrote still stand, counted no further than ``most``:
# moderation asks all rooms, and only about somebody in their first day, whether they are still new.


# --- accounts -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class PersonalData:
    """``personal_data``: one room's answer to "what do you hold of this person" and "let go of it".

    ``models`` lists the labels ("community.Post") of every model with a person in it that the room answers for; a test
    compares them with all foreign keys to the user. ``export`` gives JSON-ready rows; ``erase`` removes or pseudonymises.
    ``files`` gives what the person wrote or uploaded as (name, content), one at a time, for the archive they download.
    """

    room: str
    models: Sequence[str]
    export: Callable[[Any], Mapping[str, Any]]
    erase: Callable[[Any], None]
    files: Callable[[Any], Iterable[tuple[str, bytes]]] | None = None


@dataclass(frozen=True)
class Contributions:
    """``contributions`` function(user, viewer) -> list of these: what the profile shows, only what the viewer may see."""

    heading: str
    items: Sequence[DigestItem]
    count: int = 0


@dataclass(frozen=True)
class ProfileAction:
    """``profile_actions`` function(user, viewer) -> list of these: a button on a member's page that posts ``fields``.

    Asked for a viewer who is signed in and looks at somebody else. ``url`` is a path on this site that takes POST.
    """

    label: str
    url: str
    fields: Mapping[str, str] = field(default_factory=dict)
    icon: str = "bell"


@dataclass(frozen=True)
class AskPerson:
    """``ask_person`` function(person, viewer) -> list of these: how a viewer asks somebody something, in the open."""

    label: str
    url: str


# --- schools --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class SchoolTab:
    """``school_tabs``: a tab of the school's workspace; ``url_name`` is reversed with ``school_id``."""

    slug: str
    label: str
    url_name: str
    order: int
    visible_to: Callable[[Viewer, Any], bool]


# --- community ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class SpaceFacts:
    """What other rooms learn of a space: ``event_tag`` is "" where it has none; ``leads``: whether the person who looks
    at it looks after it."""

    slug: str
    event_tag: str = ""
    strands: Sequence[str] = ()
    leads: bool = False


@dataclass(frozen=True)
class SpacePanel:
    """``space_panels`` function(space: SpaceFacts, user): what a space shows of another room.

    At most three items, only what that person may see; ``url`` leads to all of them. ``hint`` is a line below them for
    whoever may add to them, with ``hint_label`` as a link to ``hint_url``.
    """

    heading: str
    items: Sequence[DigestItem]
    url: str = ""
    more_label: str = ""
    hint: str = ""
    hint_url: str = ""
    hint_label: str = ""


@dataclass(frozen=True)
class Credited:
    """Somebody to whom a library draft is credited; ``role`` is "asked" or "answered"."""

    user_id: int
    name: str
    role: Literal["asked", "answered"]


@dataclass(frozen=True)
class AnswerToKeep:
    """An accepted answer on its way to the library; ``source_url``, a path on this site, makes one draft of it.

    ``html`` is the answer and ``question_html`` what was asked, both clean. ``by`` is the person who keeps it.
    """

    source_url: str
    title: str
    question_html: str
    html: str
    strands: Sequence[str]
    indicators: Sequence[str]
    credits: Sequence[Credited]
    members_only: bool
    by: Any


@dataclass(frozen=True)
class ResourceDraft:
    """``resource_drafts``: makes a library draft from an answer and returns its address.

    That is where editors work on it; once it is published, ``resource_published`` tells the public one. The same
    ``source_url`` again makes nothing and gives back the address there is.
    """

    label: str
    create: Callable[[AnswerToKeep], str]
    may_edit: Callable[[Any, str], bool]
    """Whether a person may open the draft that was made from ``source_url``."""


@dataclass(frozen=True)
class PublishedResource:
    """``resource_published`` function(this): what was made from ``source_url`` stands at ``url`` now.

    ``url`` is the editors' address again when it is taken back, and "" when the draft is thrown away.
    """

    source_url: str
    url: str


# --- training -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class CompletionSource:
    """``completion_sources``: whether a person did something elsewhere ("posted", "attended") since a moment."""

    name: str
    label: str
    done: Callable[[Any, datetime], bool]


# --- audit ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Suggestion:
    """``suggestions`` function(indicator_code, school, user): things that help with an indicator."""

    kind: str
    label: str
    title: str
    url: str
    text: str = ""
    meta: str = ""


# --- core -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class StandardContent:
    """``standard_content``: what production needs too (framework, instruments, first pages). Twice changes nothing."""

    room: str
    order: int
    load: Callable[[], str]


@dataclass(frozen=True)
class DemoContent:
    """``demo_content``: a room's part of the demo.

    All ``create`` run first, by ``order``; then all ``connect``, when every link between rooms has its target.
    Each returns one line that says what is there now. Twice changes nothing.
    """

    room: str
    order: int
    create: Callable[[], str]
    connect: Callable[[], str] | None = None


@dataclass(frozen=True)
class ScaleSize:
    """How much ``manage.py scale`` writes."""

    members: int
    topics: int
    posts: int
    schools: int
    answers: int
    seed: int


@dataclass(frozen=True)
class ScaleData:
    """``scale_data``: load-test rows by COPY, the same for the same seed."""

    room: str
    order: int
    fill: Callable[[ScaleSize], str]


@dataclass(frozen=True)
class LinkTarget:
    """``link_targets``: where ``[label](kind:slug)`` in our content leads; ``None`` when there is no such thing.

    ``describe`` gives what a visitor may see of it in a list.
    """

    kind: str
    resolve: Callable[[str], str | None]
    describe: Callable[[str], SearchHit | None] | None = None


@dataclass(frozen=True)
class LinkCard:
    """``link_cards``: what a visitor may see of the page at a path of ours that begins with ``prefix``.

    ``describe`` gets the whole path, without query or anchor; ``None`` for what is not there or not public.
    """

    prefix: str
    describe: Callable[[str], SearchHit | None]


@dataclass(frozen=True)
class KeptTyping:
    """``kept_typing``: keeps what was typed into a form that cannot be taken (no session, an old CSRF token).

    ``keep(request)`` returns where the person gets it back, or "" when the form is not this room's.
    ``mark(request, response, url)`` sets what the way back needs on the answer.
    """

    keep: Callable[[Any], str]
    mark: Callable[[Any, Any, str], None]


def model_label(model: type[Model]) -> str:
    return model._meta.label
