from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, connection, connections, transaction

from belonging.accounts.models import User
from belonging.trail import services
from belonging.trail.models import Entry


@pytest.mark.django_db
def test_each_entry_seals_the_one_before():
    person = User.objects.create_user("a@example.org", name="A")

    first = services.record(action="space.closed", actor=person, target=person)
    second = services.record(action="space.opened", actor=person, detail={"reason": "quiet"})

    assert first.previous_hash == services.START
    assert second.previous_hash == first.hash
    assert services.first_broken() is None


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["UPDATE trail_entry SET action = 'other'", "DELETE FROM trail_entry"])
def test_the_database_refuses_to_change_or_remove_an_entry(change):
    services.record(action="space.closed")

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)

    assert Entry.objects.get().action == "space.closed"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_changed_row_is_found_when_somebody_got_round_the_trigger():
    services.record(action="one")
    second = services.record(action="two")
    services.record(action="three")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE trail_entry DISABLE TRIGGER trail_append_only")
        cursor.execute("UPDATE trail_entry SET action = 'changed' WHERE id = %s", [second.pk])
        cursor.execute("ALTER TABLE trail_entry ENABLE TRIGGER trail_append_only")

    assert services.first_broken() == second.pk


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_entries_written_at_once_still_make_one_chain():
    def write() -> None:
        try:
            services.record(action="at once")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Entry.objects.count() == 12
    assert services.first_broken() is None
