"""A member's Markdown with mentions, files and cards, made into stored HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from belonging.accounts.models import User
from belonging.core import cards, html, markdown

if TYPE_CHECKING:
    from community.models import Post

_ATTACHED = re.compile(r"/attachments/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/")
_WEB_LINK = re.compile(r"(?:https?://|www\.)[^\s)>\]]+")
_BRACKETS = re.compile(r"([\\\[\]*_`<>])")
MOST_MENTIONS = 10
MOST_ATTACHED = 20
MOST_QUOTED = 1200


@dataclass(frozen=True)
class Written:
    html: str
    mentioned: list[int]
    """Ids of the people who are named, at most ten."""
    attached: list[UUID] = field(default_factory=list)
    """Keys of the attachments that the text shows or links to, at most twenty."""


@dataclass(frozen=True)
class Counts:
    """What limits for new members count, read from the text alone: no query."""

    links: int
    mentions: int
    files: int


def render(source: str) -> Written:
    """``@handle`` of a member becomes a link to the profile; anything else stays as it was typed.

    Who is named in code, in a link or in an address is not mentioned. One query where somebody is named, else none.
    """
    people: dict[str, int] = {}

    def addresses_of(handles: list[str]) -> dict[str, str]:
        rows = User.objects.active().filter(handle__in=handles[:MOST_MENTIONS]).values_list("handle", "pk")
        people.update(rows)
        return {handle: f"/members/{handle}/" for handle in people}

    cleaned = html.from_markdown(source, addresses_of=addresses_of)
    return Written(str(cards.with_cards(cleaned)), list(people.values()), attached_in(source)[:MOST_ATTACHED])


def attached_in(source: str) -> list[UUID]:
    """Keys of the attachments that the text names, each once."""
    return [UUID(key) for key in dict.fromkeys(_ATTACHED.findall(source))]


def counts(source: str) -> Counts:
    links = [link for link in set(_WEB_LINK.findall(source)) if not cards.own_path(link)]
    return Counts(len(links), len(markdown.named(html.without_unseen(source))), len(attached_in(source)))


def markdown_for_file(words: str, address: str, *, picture: bool) -> str:
    """How a file stands in a message; what people typed cannot end the brackets."""
    safe = _BRACKETS.sub(r"\\\1", " ".join(words.split()))
    return f"{'!' if picture else ''}[{safe}]({address})"


def quoted(post: Post) -> str:
    """The post as a quotation that begins with who wrote it. Quotations within it are left out, and long ones cut."""
    lines = [line.rstrip() for line in post.source.splitlines() if not line.lstrip().startswith(">")]
    text = "\n".join(lines).strip()
    text = re.sub(r"\n{3,}", "\n\n", text)
    if len(text) > MOST_QUOTED:
        text = text[:MOST_QUOTED].rsplit(None, 1)[0] + "…"
    wrote = _("%(who)s wrote:") % {"who": f"@{post.author.handle}"}
    who = "" if post.author.erased_at else f"> {wrote}\n>\n"
    body = "\n".join(f"> {line}".rstrip() for line in text.splitlines())
    return f"{who}{body}\n\n"
