from __future__ import annotations

import json
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile

from belonging.accounts import services
from belonging.accounts.models import Profile, User, Visibility
from belonging.core.hooks import gather
from belonging.outbox.models import OutgoingEmail
from community import services as community
from community.models import Post
from tests.files.test_images import picture
from tests.people import PASSWORD, member_of, person, school, signed_in, space

pytestmark = pytest.mark.django_db

PROFILE = {"name": "Ama Osei", "role": "SENCO", "time_zone": "Europe/London", "visibility": "members"}


def reauthenticated(user: User) -> Any:
    client = signed_in(user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def test_a_profile_is_for_members_until_its_owner_says_otherwise(client: Any) -> None:
    user = person("Ama Osei")
    url = user.get_absolute_url()

    assert client.get(url)["Location"].startswith("/accounts/login/")
    assert signed_in(person()).get(url).status_code == 200
    Profile.objects.filter(user=user).update(visibility=Visibility.PUBLIC)
    assert client.get(url).status_code == 200


def test_a_photo_is_stored_and_shown_to_members_alone(client: Any) -> None:
    user = person()
    photo = SimpleUploadedFile("me.jpg", picture().getvalue(), "image/jpeg")

    signed_in(user).post("/me/profile/", {**PROFILE, "photo_file": photo})

    url = f"{user.get_absolute_url()}photo/"
    shown = signed_in(person()).get(url)
    assert shown["Content-Type"] in {"image/jpeg", "image/png"}
    assert client.get(url).status_code in {302, 404}


@pytest.mark.parametrize(
    ("name", "content"), [("me.svg", b"<svg onload=alert(1)/>"), ("me.jpg", b"not a picture"), ("me.png", b"")]
)
def test_a_bad_photo_is_answered_beside_its_field_and_the_rest_is_not_lost(name: str, content: bytes) -> None:
    user = person("Before")

    response = signed_in(user).post("/me/profile/", {**PROFILE, "photo_file": SimpleUploadedFile(name, content)})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["photo_file"]
    assert response.context["form"]["role"].value() == "SENCO"
    user.refresh_from_db()
    assert user.name == "Before"


@pytest.mark.parametrize(("field", "value"), [("time_zone", "Mars/Base"), ("visibility", "everyone"), ("name", "")])
def test_a_field_that_makes_no_sense_is_named(field: str, value: str) -> None:
    response = signed_in(person()).post("/me/profile/", {**PROFILE, field: value})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_every_model_with_a_person_in_it_is_answered_for() -> None:
    """A model that points at a person must be in a room's personal_data, or be one of Wagtail's own rows about editing."""
    answered = {label for part in gather("personal_data") for label in part.models}
    user_model = get_user_model()
    missing = set()
    for model in apps.get_models():
        if model._meta.proxy or model._meta.auto_created:
            continue
        people = [f for f in model._meta.get_fields() if f.is_relation and f.concrete and f.related_model is user_model]
        if people and model._meta.label not in answered:
            missing.add(model._meta.label)
    # rows about editors' work: they point at the person's row, which is emptied and then says "Former member"
    editing = {
        label
        for label in missing
        if label.split(".")[0] in {"wagtailcore", "wagtailimages", "wagtaildocs", "wagtailadmin"}
        or label in {"home.HomePage", "home.StandardPage", "home.StrategyPage"}
    }
    pages = {label for label in missing if issubclass(apps.get_model(label), apps.get_model("wagtailcore.Page"))}
    assert missing - editing - pages == set()


def test_an_export_names_every_room_and_holds_what_was_written() -> None:
    user = person("Ama", password=PASSWORD)
    community.start_topic(user, space(), title="Mine", source="What I wrote.")

    response = reauthenticated(user).post("/me/data/export/")

    found = json.loads(response.content)
    assert found["rooms"].keys() >= {"accounts", "community", "schools", "events", "training", "audit", "outbox"}
    assert found["rooms"]["community"]["posts"][0]["text"] == "What I wrote."


def test_who_leaves_is_forgotten_and_what_they_wrote_stays_under_former_member() -> None:
    user = person("Very Special Name")
    member_of(user, school())
    topic = community.start_topic(user, space(), title="Kept", source="Still useful.")
    address, handle = user.email, user.handle

    services.erase(user)

    everything = " ".join(
        str(list(model._default_manager.values()))
        for model in apps.get_models()
        if not model._meta.proxy and "Session" not in model.__name__
    )
    for trace in (address, handle, "Very Special Name"):
        assert trace not in everything
    page = signed_in(person()).get(topic.get_absolute_url()).content.decode()
    assert "Former member" in page
    assert "Still useful." in page


def test_a_room_that_fails_leaves_everything_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    from wagtail import hooks

    from belonging.core.hooks import PersonalData

    user = person("Stays Whole")
    community.start_topic(user, space(), title="T", source="T")

    def fail(_user: Any) -> None:
        raise RuntimeError("no")

    with (
        hooks.register_temporarily("personal_data", lambda: [PersonalData("zzz", [], lambda u: {}, fail)]),
        pytest.raises(RuntimeError),
    ):
        services.erase(user)

    user.refresh_from_db()
    assert user.name == "Stays Whole"
    assert Post.objects.filter(author=user).exists()
    assert not OutgoingEmail.objects.filter(user=user).exists()
