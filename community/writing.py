"""A member's Markdown with mentions and files, made into stored HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from uuid import UUID

from belonging.accounts.models import User
from belonging.core import html

_MENTION = re.compile(r"(?<![\w@/`\[.-])@([a-z0-9][a-z0-9-]{1,38}[a-z0-9])\b")
_ATTACHED = re.compile(r"/attachments/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/")
MOST_MENTIONS = 10
MOST_ATTACHED = 20


@dataclass(frozen=True)
class Written:
    html: str
    mentioned: list[int]
    """Ids of the people who are named, at most ten."""
    attached: list[UUID] = field(default_factory=list)
    """Keys of the attachments that the text shows or links to, at most twenty."""


def render(source: str) -> Written:
    """``@handle`` of a member becomes a link to the profile; anything else stays as it was typed."""
    handles = list(dict.fromkeys(_MENTION.findall(source)))[:MOST_MENTIONS]
    people = dict(User.objects.active().filter(handle__in=handles).values_list("handle", "pk")) if handles else {}

    def link(match: re.Match[str]) -> str:
        return f"[@{match[1]}](/members/{match[1]}/)" if match[1] in people else match[0]

    attached = [UUID(key) for key in dict.fromkeys(_ATTACHED.findall(source))][:MOST_ATTACHED]
    return Written(str(html.from_markdown(_MENTION.sub(link, source))), list(people.values()), attached)
