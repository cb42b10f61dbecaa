from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from belonging.accounts.models import EDITORS
from belonging.core import content
from belonging.core.errors import BadContent
from belonging.framework import services, strands
from belonging.framework.exchange import as_file, content_sha256
from belonging.framework.models import Framework, Indicator, Level, PublishedIsReadOnly, Strand
from belonging.home import roles
from tests.people import person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded() -> None:
    services.load()


def published() -> Framework:
    found = Framework.objects.current()
    assert found is not None
    return found


def test_what_was_loaded_says_what_the_file_says() -> None:
    file = content.read(strands.FILE)

    assert Indicator.objects.count() == 48
    assert content_sha256(as_file(published())) == content_sha256(file)


def test_loading_twice_changes_nothing() -> None:
    assert "as before" in services.load()
    assert Framework.objects.count() == 1


@pytest.mark.parametrize("model", [Framework, Strand, Indicator, Level])
def test_the_database_itself_refuses_to_change_a_published_version(model: Any) -> None:
    field = {"Framework": "title", "Strand": "title", "Indicator": "statement", "Level": "descriptor"}[model.__name__]

    with pytest.raises(DatabaseError, match="read-only"), transaction.atomic():
        model.objects.update(**{field: "Other words"})
    with pytest.raises(DatabaseError, match="read-only"), transaction.atomic():
        model.objects.all()._raw_delete("default")


def test_a_published_indicator_says_so_in_words_when_saved() -> None:
    indicator = Indicator.objects.get(code="P11.3")
    indicator.statement = "Other words"

    with pytest.raises(PublishedIsReadOnly):
        indicator.save()


def test_the_next_version_is_a_draft_that_can_be_edited_and_published() -> None:
    draft = services.start_next_version()
    indicator = draft.indicators.get(code="P11.3")
    indicator.statement = "Clearer words, the same meaning."
    indicator.save()

    services.publish_version(draft.pk)

    assert published().version == "1.1"
    assert Framework.objects.get(version="1.0").status == "retired"
    assert services.changes_between(Framework.objects.get(version="1.0"), published())["P11.3"] == "reworded"


def test_a_minor_version_keeps_every_code() -> None:
    draft = services.start_next_version()
    draft.indicators.get(code="P11.3").delete()

    with pytest.raises(services.NotPublishable, match=r"P11\.3"):
        services.publish_version(draft.pk)


def test_a_file_that_says_something_else_under_a_known_version_is_refused() -> None:
    file = {**content.read(strands.FILE), "summary": "Another summary"}

    with pytest.raises(BadContent, match="higher version"):
        services.load_file(file, name="framework.json")


@pytest.mark.parametrize("broken", [[], {}, {"version": "1.0"}, {"version": "x", "layers": 3}])
def test_a_file_that_is_not_a_framework_is_refused_with_a_reason(broken: Any) -> None:
    with pytest.raises(BadContent, match=r"broken\.json"):
        services.load_file(broken, name="broken.json")


def test_an_editor_makes_and_publishes_the_next_version_in_the_admin() -> None:
    roles.load()
    editor = person(groups=(EDITORS,), is_staff=True)
    client = signed_in(editor)

    client.post("/admin/framework/next/")
    assert client.get("/admin/snippets/framework/indicator/").status_code == 200
    draft = Framework.objects.drafts().get()
    client.post(f"/admin/framework/{draft.pk}/publish/")

    assert published().version == "1.1"


def test_nobody_else_makes_a_version() -> None:
    outsider = signed_in(person())

    assert outsider.post("/admin/framework/next/").status_code in {302, 403}
    assert not Framework.objects.drafts().exists()


def test_anybody_reads_strands_and_indicators(client: Any) -> None:
    index, strand = client.get("/framework/"), client.get("/framework/p11/")

    assert "Attendance, behaviour and exclusion" in index.content.decode()
    assert 'id="p11-3"' in strand.content.decode()
    assert client.get("/framework/Z99/").status_code == 404


def test_an_editor_opens_no_form_for_an_indicator_of_a_published_version() -> None:
    roles.load()
    client = signed_in(person(groups=(EDITORS,), is_staff=True))
    fixed = Indicator.objects.published()[0]

    assert client.get(f"/admin/snippets/framework/indicator/edit/{fixed.pk}/").status_code == 404
    assert client.get(f"/admin/snippets/framework/indicator/delete/{fixed.pk}/").status_code == 404
    client.post("/admin/framework/next/")
    draft = Indicator.objects.filter(framework__status=Framework.Status.DRAFT)[0]
    assert client.get(f"/admin/snippets/framework/indicator/edit/{draft.pk}/").status_code == 200
