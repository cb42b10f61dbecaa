"""One topic or one space as its page needs it: the rule is the QuerySet's, the SQL is made once."""

from __future__ import annotations

from typing import Any

from belonging.core.prepared import Prepared
from community.models import Space, Topic
from community.models.spaces import read_floor

# The columns in the order that ``from_db`` takes them.
SPACE_FIELDS = [field.attname for field in Space._meta.concrete_fields]
TOPIC_FIELDS = [field.attname for field in Topic._meta.concrete_fields]
_OF_SPACE = ("my_role", "my_confirmed_at", "my_welcomed_at", "my_read_at", "my_follow", "i_lead")
_OF_TOPIC = ("my_read", "my_follow", "i_lead")


class Visitor:
    """Who is not signed in, where a query is made for everybody like that."""

    is_authenticated = False


class Administrator:
    """The same for whom no rule narrows anything."""

    is_authenticated = is_superuser = True


def shape_of(user: Any) -> str:
    """What decides the text of a query about access: "visitor", "member" or "administrator"."""
    if not user.is_authenticated:
        return "visitor"
    return "administrator" if user.is_superuser else "member"


def find_topic(user: Any, topic_id: int) -> Topic | None:
    """The topic with its space, if the person may read that space; with what ``for_reader`` adds."""
    who = {} if not user.is_authenticated else {"user": user}
    rows = _TOPIC.rows(shape_of(user), pk=topic_id, **({} if shape_of(user) == "visitor" else who))
    if not rows:
        return None
    row, last = rows[0], len(TOPIC_FIELDS)
    topic = Topic.from_db("default", TOPIC_FIELDS, row[:last])
    topic.space = Space.from_db("default", SPACE_FIELDS, row[last : last + len(SPACE_FIELDS)])
    for name, value in zip(_OF_TOPIC, row[last + len(SPACE_FIELDS) :], strict=True):
        setattr(topic, name, value)
    return topic


def find_space(user: Any, slug: str) -> Space | None:
    """The space, if the person may read it; with what ``for_reader`` adds."""
    who = {"user": user, "floor": read_floor(user)} if user.is_authenticated else {}
    rows = _SPACE.rows(shape_of(user), slug=slug, **who)
    if not rows:
        return None
    space = Space.from_db("default", SPACE_FIELDS, rows[0][: len(SPACE_FIELDS)])
    for name, value in zip(_OF_SPACE, rows[0][len(SPACE_FIELDS) :], strict=True):
        setattr(space, name, value)
    return space


def _topic(shape: str, pk: int, user: Any = Visitor) -> Any:
    columns = [*TOPIC_FIELDS, *(f"space__{name}" for name in SPACE_FIELDS), *_OF_TOPIC]
    return Topic.objects.visible_to(user).for_reader(user).filter(pk=pk).values_list(*columns)


def _space(shape: str, slug: str, user: Any = Visitor, floor: Any = None) -> Any:
    rows = Space.objects.visible_to(user).for_reader(user, floor=floor).filter(slug=slug)
    return rows.order_by().values_list(*SPACE_FIELDS, *_OF_SPACE)


_TOPIC = Prepared(_topic)
_SPACE = Prepared(_space)
