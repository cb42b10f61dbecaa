"""Load-test rows: the same for the same seed, with counters that are true. Small here; test_ceilings_full.py loads many."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction

from belonging.accounts.models import Profile, User
from belonging.core.copying import copy_rows, index_built_afterwards
from belonging.core.hooks import ScaleData, ScaleSize, gather
from belonging.schools.models import School
from community import scale
from community.models import Follow, Kind, Post, ReadState, Space, Thank, Topic
from community.services.recount import recount, recount_spaces
from questionnaire.models import Answer, Round
from tests.people import person

pytestmark = pytest.mark.django_db

SIZE = ScaleSize(members=12, topics=30, posts=150, schools=3, answers=7, seed=1)
ROOMS = ["accounts", "schools", "community", "questionnaire"]
TABLES: list[type[models.Model]] = [
    User, Profile, School, Space, Topic, Post, Thank, ReadState, Follow, Round, Answer,
]  # fmt: skip


@pytest.fixture(autouse=True)
def instruments() -> None:
    """What ``manage.py load_content`` has loaded where answers can be given, and somebody who opens rounds."""
    from questionnaire.wagtail_hooks import standard_content

    for part in standard_content():
        part.load()
    person()


def fill(size: ScaleSize = SIZE) -> list[str]:
    parts: list[ScaleData] = gather("scale_data")
    return [part.fill(size) for part in sorted(parts, key=lambda part: part.order)]


def digest(tables: list[type[models.Model]] = TABLES) -> str:
    """Of every row of the tables, by default of all that scale fills; a key stands for the place of its row, wherever sequences are."""
    places: dict[Any, dict[Any, int]] = {}
    for model in TABLES:
        if not isinstance(model._meta.pk, models.OneToOneField):
            keys = model._default_manager.order_by("pk").values_list("pk", flat=True)
            places[model] = {pk: place for place, pk in enumerate(keys)}

    def plain(field: Any, value: Any) -> Any:
        return places[field.related_model].get(value) if field.related_model in places else value

    found = sha256()
    for model in tables:
        fields = [field for field in model._meta.concrete_fields if not field.primary_key or field.remote_field]
        rows = model._default_manager.values_list(*(field.attname for field in fields))
        lines = [repr([plain(*pair) for pair in zip(fields, row, strict=True)]) for row in rows]
        found.update("\n".join([model.__name__, *sorted(lines)]).encode())
    return found.hexdigest()


def digest_of_fresh_rows(size: ScaleSize, tables: list[type[models.Model]] = TABLES) -> str:
    """Fill, look, and take it all back; sequences stay where they are, so the next rows have other keys."""
    with transaction.atomic():
        fill(size)
        found = digest(tables)
        transaction.set_rollback(True)
    return found


def test_every_room_fills_its_own_tables_in_order() -> None:
    parts: list[ScaleData] = gather("scale_data")

    fill()

    assert [part.room for part in sorted(parts, key=lambda part: part.order)] == ROOMS
    assert User.objects.filter(handle__startswith="scale-1-").count() == Profile.objects.count() - 1 == 12
    assert School.objects.count() == Round.objects.count() == 3
    assert (Topic.objects.count(), Post.objects.count(), Answer.objects.count()) == (30, 150, 7)


def test_the_same_seed_gives_the_same_rows_whatever_keys_they_get() -> None:
    first = digest_of_fresh_rows(SIZE)

    assert digest_of_fresh_rows(SIZE) == first


@pytest.mark.parametrize("table", [Profile, Topic, Answer])
def test_another_seed_gives_other_rows(table: type[models.Model]) -> None:
    first = digest_of_fresh_rows(SIZE, [table])

    assert digest_of_fresh_rows(ScaleSize(**{**vars(SIZE), "seed": 2}), [table]) != first


def test_a_second_run_changes_nothing() -> None:
    fill()
    before = digest()

    said = fill()

    assert digest() == before
    assert "the topics of this seed are there" in said


def test_another_seed_adds_to_what_is_there() -> None:
    fill()

    fill(ScaleSize(**{**vars(SIZE), "seed": 2}))

    assert (Topic.objects.count(), Post.objects.count()) == (60, 300)
    assert recount(Topic.objects.values_list("pk", flat=True)) == []


def test_all_counters_say_what_the_rows_say() -> None:
    fill(ScaleSize(**{**vars(SIZE), "topics": 60, "posts": 600}))

    differences = recount(Topic.objects.values_list("pk", flat=True)) + recount_spaces()

    assert [str(found) for found in differences] == []
    assert Thank.objects.filter(kind="thank").count() > 10
    assert Thank.objects.filter(kind="helped").exists()
    assert Topic.objects.filter(accepted_post__isnull=False).exists()


def test_nobody_thanks_for_a_post_of_their_own_and_only_replies_to_questions_help() -> None:
    fill(ScaleSize(members=2, topics=20, posts=400, schools=0, answers=0, seed=1))

    assert Thank.objects.exists()
    assert not Thank.objects.filter(user=models.F("post__author")).exists()
    helped = Thank.objects.filter(kind="helped")
    assert not helped.exclude(post__topic__kind=Kind.QUESTION, post__number__gt=1).exists()


def test_one_member_alone_is_thanked_by_nobody() -> None:
    fill(ScaleSize(members=1, topics=2, posts=40, schools=0, answers=0, seed=1))

    assert not Thank.objects.exists()
    assert Post.objects.filter(thank_count=0).count() == 40


def test_answers_of_a_question_stand_on_later_pages_too() -> None:
    fill(ScaleSize(members=12, topics=30, posts=3000, schools=0, answers=0, seed=1))

    assert Topic.objects.filter(accepted_post__number__gt=20).exists()
    assert not Topic.objects.filter(accepted_post__number=1).exists()


def test_one_topic_is_long_and_one_space_holds_more_than_half() -> None:
    fill(ScaleSize(members=12, topics=300, posts=6000, schools=0, answers=0, seed=1))

    long = Topic.objects.get(slug="scale-topic-1")
    assert (long.last_number, long.space.slug) == (scale.LONG_TOPIC_POSTS, "scale-1-1")
    assert Space.objects.get(slug="scale-1-1").topic_count > 140


def test_the_rare_word_is_found_and_so_is_the_index() -> None:
    fill(ScaleSize(members=12, topics=30, posts=3000, schools=0, answers=0, seed=1))

    found = Post.objects.filter(search=scale.RARE_WORD).count()

    assert 0 < found < 300
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'post_search'")
        (definition,) = cursor.fetchone()
    assert "USING gin (search)" in definition


def test_an_index_taken_away_while_rows_are_copied_is_there_afterwards() -> None:
    def names() -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'community_post'")
            return {name for (name,) in cursor.fetchall()}

    before = names()

    with index_built_afterwards(Post, "post_search"):
        assert names() == before - {"post_search"}
    assert names() == before


def test_a_new_column_with_a_default_does_not_stop_the_copying() -> None:
    columns = ["space_id", "title", "slug", "author_id", "created_at", "last_post_at"]
    author, where = person(), Space.objects.create(slug="here", title="Here")
    moment = scale.ANCHOR

    copy_rows(Topic, columns, [(where.pk, "How?", "how", author.pk, moment, moment)])

    topic = Topic.objects.get()
    assert (topic.kind, topic.tags, topic.view_count, topic.locked) == (Kind.DISCUSSION, [], 0, False)
    assert topic.closed_at is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"members": -1}, "cannot be negative"),
        ({"members": 1, "topics": 3, "posts": 2}, "at least --topics"),
        ({"topics": 3, "posts": 3}, "give --members too"),
        ({"answers": 1}, "give --schools too"),
    ],
)
def test_nonsense_is_refused_in_one_line_and_writes_nothing(given: dict[str, int], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("scale", **given)

    assert not Topic.objects.exists()
    assert not User.objects.filter(handle__startswith="scale-").exists()


def test_without_numbers_nothing_is_written() -> None:
    before = digest()

    said = fill(ScaleSize(members=0, topics=0, posts=0, schools=0, answers=0, seed=1))

    assert digest() == before
    assert said == ["no members asked for", "0 schools", "no topics asked for", "no answers asked for"]
