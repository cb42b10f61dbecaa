"""Which pages everybody may read."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, PageViewRestriction

from belonging.home import tree
from belonging.home.models import HomePage, StandardPage

pytestmark = pytest.mark.django_db


def test_a_restricted_page_and_what_is_below_it_is_not_public_and_nothing_else_is_asked_for() -> None:
    tree.load()
    home = HomePage.objects.get()
    before = set(StandardPage.objects.live().public().values_list("pk", flat=True))
    closed, beside = (home.add_child(instance=StandardPage(title=title)) for title in ("Closed", "Beside"))
    below = closed.add_child(instance=StandardPage(title="Below"))
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)

    with CaptureQueriesContext(connection) as asked:
        public = set(StandardPage.objects.live().public().values_list("pk", flat=True))
    hidden = set(StandardPage.objects.not_public().values_list("pk", flat=True))

    assert public == before | {beside.pk}
    assert hidden == {closed.pk, below.pk}
    assert len(asked) == 1
    assert public == set(Page.objects.live().public().type(StandardPage).values_list("pk", flat=True)), "Wagtail agrees"
