from __future__ import annotations

import pytest

from belonging.core import searching
from belonging.core.searching import ranked, search_query, words_of
from belonging.framework.models import Indicator
from belonging.framework.services import load

NASTY = ['"unbalanced', "a\x00b", "C++", "' OR 1=1 --", "&|!():*", "💬", "<->", "a" * 5000, "foo:*bar", "\\", "% _"]


@pytest.mark.django_db
@pytest.mark.parametrize("typed", NASTY)
def test_whatever_is_typed_the_database_gives_an_answer(typed: str) -> None:
    load()

    assert list(ranked(Indicator.objects.published(), typed)) is not None


def test_nothing_searchable_asks_nothing() -> None:
    assert search_query("  ?!  ") is None
    assert words_of("") == []


@pytest.mark.django_db
def test_another_word_for_the_same_thing_finds_it_too() -> None:
    load()

    by_word = set(ranked(Indicator.objects.published(), "suspension").values_list("code", flat=True))
    by_synonym = set(ranked(Indicator.objects.published(), "exclusion").values_list("code", flat=True))

    assert "P11.3" in by_word
    assert by_word & by_synonym


@pytest.mark.django_db
def test_the_last_word_may_be_the_beginning_of_a_longer_one() -> None:
    load()

    assert "P11.3" in set(ranked(Indicator.objects.published(), "coming bac").values_list("code", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("expected", [0, 1_000_000])
def test_of_many_rows_the_newest_that_fit_are_weighed(monkeypatch: pytest.MonkeyPatch, expected: int) -> None:
    load()
    monkeypatch.setattr(searching, "_estimated", lambda rows: expected)
    rows = Indicator.objects.all()
    fitting = ranked(rows, "belonging")
    newest = sorted((row.pk for row in fitting), reverse=True)[:2]

    found = [row.pk for row in ranked(rows, "belonging", most=2)]

    assert len(fitting) > 2
    assert sorted(found, reverse=True) == newest
    assert found == [row.pk for row in fitting if row.pk in newest]
    assert list(ranked(rows.filter(pk__lt=newest[1]), "belonging", most=2)), "what the person sees is asked first"
    assert not list(ranked(rows, "lanternfish", most=2))
