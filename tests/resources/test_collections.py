"""Collections: who sees them, who fills them, what a space shows of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from belonging.accounts.models import EDITORS, MODERATORS
from belonging.core.hooks import SpaceFacts, gather
from belonging.home.tree import child
from belonging.moderation.errors import Silenced
from community.models import Space, SpaceMembership, SpaceRole, Visibility
from resources import collecting, services, wagtail_hooks
from resources.forms import CollectForm
from resources.models import Collection, CollectionItem, ResourcePage
from tests.people import person, signed_in, space

pytestmark = pytest.mark.django_db

LIST = "/library/collections/"


@pytest.fixture(autouse=True)
def tree(db: Any) -> None:
    from belonging.home import tree

    tree.load()
    services.load()


def resource(title: str, **fields: Any) -> ResourcePage:
    values = {"published_on": timezone.localdate(), "evidence_reason": "One school tried it.", **fields}
    return child(services.library(), ResourcePage(title=title, slug=title.lower().replace(" ", "-"), **values))


def in_space(where: Space, role: str = SpaceRole.MEMBER) -> Any:
    user = person()
    SpaceMembership.objects.create(space=where, user=user, role=role, confirmed_at=timezone.now())
    return user


def facilitator_of(where: Space) -> Any:
    return in_space(where, SpaceRole.FACILITATOR)


def collection(*titles: str, where: Space | None = None, title: str = "First reads") -> Collection:
    made = collecting.make_collection(title=title if where is None else "", space=where)
    for name in titles:
        found = ResourcePage.objects.filter(title=name).first() or resource(name)
        collecting.add_resource(found, by=person(), collection=made)
    return made


def titles_in(made: Collection) -> list[str]:
    return [item.resource.title for item in CollectionItem.objects.filter(collection=made).listed()]


def item_of(made: Collection, title: str) -> CollectionItem:
    return CollectionItem.objects.get(collection=made, resource__title=title)


def shown(client: Client, made: Collection) -> list[str]:
    return [row["item"].resource.title for row in client.get(made.get_absolute_url()).context["rows"]]


# --- who sees -------------------------------------------------------------------------------------------------------
def test_one_of_no_space_is_for_anybody() -> None:
    made = collection("Maps")

    assert shown(Client(), made) == ["Maps"]
    assert made.title in Client().get(LIST).content.decode()


@pytest.mark.parametrize(
    "visibility, visitor, stranger",
    [
        (Visibility.OPEN, 200, 200),
        (Visibility.MEMBERS, 302, 200),
        (Visibility.CLOSED, 302, 404),
        (Visibility.CONFIDENTIAL, 302, 404),
    ],
)
def test_that_of_a_space_is_for_whoever_reads_the_space(visibility: str, visitor: int, stranger: int) -> None:
    where = space(visibility)
    made = collection("Maps", where=where)
    address = made.get_absolute_url()

    assert Client().get(address).status_code == visitor
    assert signed_in(person()).get(address).status_code == stranger
    assert signed_in(in_space(where)).get(address).status_code == 200


@pytest.mark.parametrize("slug", ["space-of-nobody", "nothing"])
def test_a_visitor_is_sent_to_sign_in_whether_or_not_it_is_there(slug: str) -> None:
    collection("Maps", where=space(Visibility.CONFIDENTIAL, slug="space-of-nobody"))

    answer = Client().get(f"{LIST}{slug}/")

    assert answer.headers["Location"] == f"/accounts/login/?next={LIST}{slug}/"


def test_the_list_names_no_collection_of_a_space_that_is_closed_to_the_reader() -> None:
    where = space(Visibility.CONFIDENTIAL, title="Quiet harbour")
    collection("Maps", where=where)

    assert "Quiet harbour" not in signed_in(person()).get(LIST).content.decode()
    assert "Quiet harbour" in signed_in(in_space(where)).get(LIST).content.decode()


@pytest.mark.parametrize(
    "visibility, words",
    [
        (Visibility.OPEN, ""),
        (Visibility.MEMBERS, "Every member can see this."),
        (Visibility.CLOSED, "Only members of this space can see this."),
        (Visibility.CONFIDENTIAL, "Only members of this space can see this."),
    ],
)
def test_its_page_says_who_can_see_it_unless_anybody_can(visibility: str, words: str) -> None:
    where = space(visibility)
    made = collection("Maps", where=where)

    page = signed_in(in_space(where)).get(made.get_absolute_url()).content.decode()

    assert ('class="seen"' in page) is bool(words)
    assert words in page


def test_what_somebody_may_not_read_is_neither_shown_nor_counted() -> None:
    made = collection("Maps", "Draft", "For members")
    ResourcePage.objects.filter(title="Draft").update(live=False)
    ResourcePage.objects.filter(title="For members").update(members_only=True)

    member = signed_in(person())

    assert shown(Client(), made) == ["Maps"]
    assert shown(member, made) == ["Maps", "For members"]
    assert [row.item_count for row in Client().get(LIST).context["collections"]] == [1]
    assert "Draft" not in member.get(made.get_absolute_url()).content.decode()


def test_an_empty_one_is_listed_for_whoever_may_fill_it_and_says_what_will_be_there() -> None:
    made = collecting.make_collection(title="Empty so far")
    editor = signed_in(person(groups=(EDITORS,)))

    assert "Empty so far" not in Client().get(LIST).content.decode()
    assert "Empty so far" in editor.get(LIST).content.decode()
    assert "Nothing in this collection yet" in Client().get(made.get_absolute_url()).content.decode()


def test_a_collection_goes_with_its_space() -> None:
    where = space(Visibility.CLOSED)
    collection("Maps", where=where)

    where.delete()

    assert not Collection.objects.exists()


# --- who edits ------------------------------------------------------------------------------------------------------
def test_editors_edit_what_they_see_facilitators_their_spaces_own_and_nobody_else_anything() -> None:
    where, hidden = space(), space(Visibility.CONFIDENTIAL)
    everybodys, own, secret = collection("Maps"), collection("Maps", where=where), collection("Maps", where=hidden)
    editor, keeper, member = person(groups=(EDITORS,)), facilitator_of(where), in_space(where)
    moderator, administrator = person(groups=(MODERATORS,)), person(is_superuser=True)

    def editable(user: Any) -> set[Collection]:
        return set(Collection.objects.editable_by(user))

    assert editable(editor) == {everybodys, own}
    assert editable(keeper) == {own}
    assert editable(moderator) == {own}
    assert editable(administrator) == {everybodys, own, secret}
    assert editable(member) == set()


@pytest.mark.parametrize("action", ["move", "note", "remove"])
def test_a_reader_changes_nothing_and_an_outsider_finds_nothing(action: str) -> None:
    where = space(Visibility.CLOSED)
    item = item_of(collection("Maps", where=where), "Maps")
    address = f"{LIST}items/{item.pk}/{action}/"

    assert signed_in(in_space(where)).post(address).status_code == 403
    assert signed_in(person()).post(address).status_code == 404
    assert Client().post(address).headers["Location"].startswith("/accounts/login/")
    assert signed_in(facilitator_of(where)).get(address).status_code == 405
    assert CollectionItem.objects.filter(pk=item.pk).exists()


def test_only_whoever_may_edit_sees_how() -> None:
    where = space()
    made = collection("Maps", "Walks", where=where)

    reader = signed_in(in_space(where)).get(made.get_absolute_url()).content.decode()
    keeper = signed_in(facilitator_of(where)).get(made.get_absolute_url()).content.decode()

    assert "Move up" in keeper
    assert "Save the note" in keeper
    assert "Move up" not in reader
    assert "Save the note" not in reader


# --- adding ---------------------------------------------------------------------------------------------------------
def test_a_facilitator_begins_a_spaces_collection_from_a_resources_page() -> None:
    where = space(Visibility.CLOSED, title="Quiet harbour")
    keeper, maps = facilitator_of(where), resource("Maps")
    client = signed_in(keeper)

    page = client.get(maps.url).content.decode()
    answer = client.post(
        reverse("resources:collect", args=[maps.pk]), {"place": f"space:{where.pk}", "note": "  Begin\nhere. "}
    )

    item = CollectionItem.objects.get()
    assert "Add to a collection" in page
    assert answer.headers["Location"] == maps.url
    assert (item.collection.space, item.collection.title, item.resource) == (where, "Quiet harbour", maps)
    assert (item.note, item.added_by) == ("Begin here.", keeper)


def test_the_choice_holds_what_the_person_may_edit_and_says_where_it_is_already() -> None:
    where, other = space(title="Own"), space(title="Other")
    maps = resource("Maps")
    keeper = facilitator_of(where)

    before = CollectForm(user=keeper, resource=maps).fields["place"].choices  # type: ignore[attr-defined]
    collection("Maps", where=where)
    collection("Maps", where=other)
    after = CollectForm(user=keeper, resource=maps).fields["place"].choices  # type: ignore[attr-defined]

    assert [label for _value, label in before] == ["Choose", "Own"]
    assert [label for _value, label in after] == ["Choose", "Own (it is there already)"]


def test_nobody_else_is_offered_to_add() -> None:
    maps = resource("Maps")
    collection("Walks", where=space())
    member = signed_in(person())

    assert "Add to a collection" not in Client().get(maps.url).content.decode()
    assert "Add to a collection" not in member.get(maps.url).content.decode()
    assert member.post(reverse("resources:collect", args=[maps.pk])).status_code == 403


def test_the_same_resource_again_changes_nothing() -> None:
    where = space()
    keeper = facilitator_of(where)
    maps = resource("Maps")

    first, new = collecting.add_resource(maps, by=keeper, space=where, note="One")
    second, again = collecting.add_resource(maps, by=keeper, space=where, note="Two")

    assert (first, new, again) == (second, True, False)
    assert [item.note for item in CollectionItem.objects.all()] == ["One"]
    assert Collection.objects.count() == 1


def test_the_database_holds_a_resource_once_in_a_collection() -> None:
    made = collection("Maps")
    maps = ResourcePage.objects.get(title="Maps")

    with pytest.raises(IntegrityError), transaction.atomic():
        CollectionItem.objects.create(collection=made, resource=maps)


@pytest.mark.parametrize(
    "given, words",
    [
        ({"place": ""}, "Choose a collection."),
        ({"place": "space:999999"}, "Choose one of these collections."),
        ({"place": "collection:x"}, "Choose one of these collections."),
    ],
)
def test_a_place_that_is_no_choice_is_said_beside_the_field(given: dict[str, str], words: str) -> None:
    keeper, maps = facilitator_of(space()), resource("Maps")

    answer = signed_in(keeper).post(reverse("resources:collect", args=[maps.pk]), {"note": "Kept", **given})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count(words) == 2  # in the summary and beside the field
    assert 'value="Kept"' in page
    assert "<title>Error:" in page
    assert not CollectionItem.objects.exists()


def test_somebody_elses_collection_is_no_choice() -> None:
    theirs = collection("Walks", where=space(Visibility.CLOSED))
    keeper, maps = facilitator_of(space()), resource("Maps")

    answer = signed_in(keeper).post(
        reverse("resources:collect", args=[maps.pk]), {"place": f"collection:{theirs.pk}", "note": ""}
    )

    assert answer.status_code == 422
    assert titles_in(theirs) == ["Walks"]


def test_a_note_is_one_line_of_two_hundred_letters() -> None:
    where = space()
    keeper, maps = facilitator_of(where), resource("Maps")

    answer = signed_in(keeper).post(
        reverse("resources:collect", args=[maps.pk]), {"place": f"space:{where.pk}", "note": "a" * 201}
    )

    assert answer.status_code == 422
    assert "Keep it to one line" in answer.content.decode()


def test_a_resource_that_the_person_may_not_read_is_not_found() -> None:
    keeper = facilitator_of(space())
    draft = resource("Draft", live=False)

    assert signed_in(keeper).post(reverse("resources:collect", args=[draft.pk])).status_code == 404


def test_a_full_collection_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "MOST_ITEMS", 1)
    where = space()
    made, keeper, walks = collection("Maps", where=where), facilitator_of(where), resource("Walks")

    answer = signed_in(keeper).post(
        reverse("resources:collect", args=[walks.pk]), {"place": f"collection:{made.pk}", "note": ""}
    )

    assert "Take one out first" in answer.content.decode()
    assert titles_in(made) == ["Maps"]


def test_somebody_silenced_adds_nothing_and_writes_no_note() -> None:
    made = collection("Maps")
    until = timezone.now() + timedelta(days=1)
    editor, walks = person(groups=(EDITORS,), silenced_until=until), resource("Walks")

    with pytest.raises(Silenced):
        collecting.add_resource(walks, by=editor, collection=made)
    answer = signed_in(editor).post(
        reverse("resources:change_note", args=[item_of(made, "Maps").pk]),
        {f"item-{item_of(made, 'Maps').pk}-note": "Words"},
    )

    assert answer.status_code == 422
    assert item_of(made, "Maps").note == ""


def test_two_collections_with_one_name_have_two_addresses() -> None:
    first, second = collecting.make_collection(title="Start"), collecting.make_collection(title="Start")

    assert (first.slug, second.slug) == ("start", "start-2")


def test_a_space_has_one_collection_however_often_it_is_begun() -> None:
    where = space()

    assert collecting.make_collection(space=where) == collecting.make_collection(space=where)


def test_no_resource_takes_the_address_of_the_collections() -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError) as failure:
        resource("Collections")

    assert "slug" in failure.value.message_dict


# --- order, notes, removing -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "title, direction, order",
    [
        ("B", "up", ["B", "A", "C"]),
        ("B", "down", ["A", "C", "B"]),
        ("A", "up", ["A", "B", "C"]),
        ("C", "down", ["A", "B", "C"]),
        ("B", "sideways", ["A", "B", "C"]),
    ],
)
def test_a_facilitator_moves_what_is_there(title: str, direction: str, order: list[str]) -> None:
    where = space()
    made = collection("A", "B", "C", where=where)
    item = item_of(made, title)

    answer = signed_in(facilitator_of(where)).post(f"{LIST}items/{item.pk}/move/", {"direction": direction})

    assert answer.headers["Location"] == f"{made.get_absolute_url()}#item-{item.pk}"
    assert titles_in(made) == order


def test_moving_goes_past_what_the_person_does_not_see() -> None:
    made = collection("A", "Draft", "B")
    ResourcePage.objects.filter(title="Draft").update(live=False)

    collecting.move_item(item_of(made, "B").pk, by=person(), direction="up")

    assert titles_in(made) == ["B", "A", "Draft"]


def test_two_in_one_place_can_be_moved_apart() -> None:
    made = collection("A", "B")
    CollectionItem.objects.update(position=0)

    collecting.move_item(item_of(made, "B").pk, by=person(), direction="up")

    assert titles_in(made) == ["B", "A"]


def test_a_facilitator_changes_a_note_and_takes_it_away() -> None:
    where = space()
    item = item_of(collection("Maps", where=where), "Maps")
    client = signed_in(facilitator_of(where))
    address, name = f"{LIST}items/{item.pk}/note/", f"item-{item.pk}-note"

    client.post(address, {name: "Read this first."})
    item.refresh_from_db()
    written = item.note
    client.post(address, {name: " "})
    item.refresh_from_db()

    assert (written, item.note) == ("Read this first.", "")


def test_a_note_that_is_too_long_comes_back_beside_its_field() -> None:
    where = space()
    made = collection("Maps", "Walks", where=where)
    item = item_of(made, "Walks")

    answer = signed_in(facilitator_of(where)).post(f"{LIST}items/{item.pk}/note/", {f"item-{item.pk}-note": "a" * 201})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("Keep it to one line") == 2
    assert f'href="#id_item-{item.pk}-note"' in page
    assert "a" * 201 in page


def test_a_facilitator_takes_one_out_and_the_resource_stays() -> None:
    where = space()
    made = collection("Maps", "Walks", where=where)
    item = item_of(made, "Maps")
    client = signed_in(facilitator_of(where))

    first = client.post(f"{LIST}items/{item.pk}/remove/")
    second = client.post(f"{LIST}items/{item.pk}/remove/")

    assert (first.status_code, second.status_code) == (302, 404)
    assert titles_in(made) == ["Walks"]
    assert ResourcePage.objects.filter(title="Maps").exists()


# --- in the space ---------------------------------------------------------------------------------------------------
def panels(where: Space, user: Any) -> list[Any]:
    return wagtail_hooks.space_panels(SpaceFacts(where.slug, "", tuple(where.strands)), user)


def test_a_space_shows_the_first_three_of_its_own_and_leads_to_all() -> None:
    where = space(strands=["P8"])
    resource("On the strand", strands=["P8"])
    made = collection("A", "B", "C", "D", where=where)

    page = signed_in(in_space(where)).get(where.get_absolute_url()).content.decode()
    (panel,) = panels(where, in_space(where))

    assert [item.title for item in panel.items] == ["A", "B", "C"]
    assert panel.url == made.get_absolute_url()
    assert "Library of this space" in page
    assert "On the strand" not in page


def test_while_its_own_is_empty_a_space_shows_what_is_on_its_strands() -> None:
    where = space(strands=["P8"])
    resource("On the strand", strands=["P8"])
    collecting.make_collection(space=where)

    (panel,) = panels(where, in_space(where))

    assert [item.title for item in panel.items] == ["On the strand"]
    assert panel.hint == ""


def test_who_looks_after_a_space_is_told_how_to_begin() -> None:
    where = space()
    keeper = facilitator_of(where)

    page = signed_in(keeper).get(where.get_absolute_url()).content.decode()

    assert panels(where, in_space(where)) == []
    assert "Nothing is in this space’s own collection yet" in page
    assert 'href="/library/"' in page


# --- what it costs --------------------------------------------------------------------------------------------------
def test_the_list_costs_the_same_with_one_and_with_twenty(django_assert_max_num_queries: Any) -> None:
    client = signed_in(person())
    collection("Maps", where=space(), title="0")
    client.get(LIST)

    with django_assert_max_num_queries(14) as few:
        client.get(LIST)
    for number in range(20):
        collection("Maps", "Walks", where=space() if number % 2 else None, title=str(number))
    with django_assert_max_num_queries(14) as many:
        client.get(LIST)

    assert len(few) == len(many)


def test_a_collection_costs_the_same_with_two_and_with_twenty(django_assert_max_num_queries: Any) -> None:
    where = space()
    client, made = signed_in(facilitator_of(where)), collection("A", "B", where=where)
    client.get(made.get_absolute_url())

    with django_assert_max_num_queries(16) as few:
        client.get(made.get_absolute_url())
    for number in range(18):
        collecting.add_resource(resource(f"More {number}"), by=person(), collection=made)
    with django_assert_max_num_queries(16) as many:
        client.get(made.get_absolute_url())

    assert len(few) == len(many)


# --- the admin ------------------------------------------------------------------------------------------------------
def _admin_data(*pages: ResourcePage) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    for number, page in enumerate(pages):
        rows |= {
            f"items-{number}-resource": page.pk,
            f"items-{number}-note": f"Note {number}",
            f"items-{number}-ORDER": number + 1,
            f"items-{number}-id": "",
        }
    sizes = {"items-TOTAL_FORMS": len(pages), "items-INITIAL_FORMS": 0, "items-MIN_NUM_FORMS": 0}
    return {"title": "For new heads", "slug": "for-new-heads", "description": "", **sizes, **rows}


def test_an_editor_makes_one_in_the_admin_in_the_order_given() -> None:
    editor = person(groups=(EDITORS,))
    first, second = resource("First"), resource("Second")

    answer = signed_in(editor).post(reverse("wagtailsnippets_resources_collection:add"), _admin_data(second, first))

    made = Collection.objects.get(slug="for-new-heads")
    assert answer.status_code == 302
    assert titles_in(made) == ["Second", "First"]
    assert set(made.items.values_list("added_by", "note")) == {(editor.pk, "Note 0"), (editor.pk, "Note 1")}
    assert "New collection" in signed_in(editor).get(LIST).content.decode()


def test_the_admin_takes_a_resource_once() -> None:
    maps = resource("Maps")

    answer = signed_in(person(groups=(EDITORS,))).post(
        reverse("wagtailsnippets_resources_collection:add"), _admin_data(maps, maps)
    )

    assert answer.status_code == 200
    assert not Collection.objects.exists()


def test_an_editor_works_on_no_collection_of_a_space_that_is_closed_to_them() -> None:
    secret = collection("Maps", where=space(Visibility.CONFIDENTIAL, title="Quiet harbour"))
    client = signed_in(person(groups=(EDITORS,)))

    listed = client.get(reverse("wagtailsnippets_resources_collection:list")).content.decode()
    opened = [
        client.get(reverse(f"wagtailsnippets_resources_collection:{view}", args=[secret.pk])).status_code
        for view in ("edit", "delete", "usage", "history")
    ]

    assert "Quiet harbour" not in listed
    assert opened == [404, 404, 404, 404]


def test_an_editor_opens_and_saves_one_of_a_space_that_they_read() -> None:
    made = collection("Maps", "Walks", where=space())
    client = signed_in(person(groups=(EDITORS,)))
    address = reverse("wagtailsnippets_resources_collection:edit", args=[made.pk])
    first, second = item_of(made, "Maps"), item_of(made, "Walks")
    rows = {"items-TOTAL_FORMS": 2, "items-INITIAL_FORMS": 2, "items-MIN_NUM_FORMS": 0}
    for number, item in enumerate([first, second]):
        rows |= {f"items-{number}-id": item.pk, f"items-{number}-resource": item.resource_id}
        rows |= {f"items-{number}-note": "", f"items-{number}-ORDER": 2 - number}

    page = client.get(address)
    answer = client.post(address, {"title": made.title, "slug": made.slug, "description": "New words", **rows})

    made.refresh_from_db()
    assert (page.status_code, answer.status_code) == (200, 302)
    assert (made.description, titles_in(made)) == ("New words", ["Walks", "Maps"])
    assert made.space is not None
    assert item_of(made, "Maps").added_by == first.added_by


# --- leaving --------------------------------------------------------------------------------------------------------
def test_what_somebody_added_is_in_their_data_and_stays_without_their_name() -> None:
    made, keeper = collecting.make_collection(title="Start"), person()
    collecting.add_resource(resource("Maps"), by=keeper, collection=made, note="Begin here.")
    room = next(part for part in gather("personal_data") if part.room == "resources")

    exported = room.export(keeper)["added_to_collections"]
    room.erase(keeper)

    assert [(row["collection__title"], row["resource__title"], row["note"]) for row in exported] == [
        ("Start", "Maps", "Begin here.")
    ]
    assert item_of(made, "Maps").added_by is None


# --- the demo -------------------------------------------------------------------------------------------------------
def test_the_demo_twice_changes_nothing(demo: None) -> None:
    from resources.demo import collections

    before = list(CollectionItem.objects.order_by("pk").values())
    collections.connect()

    assert {row.slug for row in Collection.objects.all()} == {"start-with-these", "senco-network"}
    assert list(CollectionItem.objects.order_by("pk").values()) == before
