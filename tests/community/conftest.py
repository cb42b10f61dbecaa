from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from tests.community import ceilings
from tests.community.ceilings import Asked, Page


@pytest.fixture(scope="session")
def asked_at_ten(django_db_setup: Any, django_db_blocker: Any) -> dict[Page, Asked]:
    """What every page asks when there are ten topics. Measured once and taken back; both files on ceilings look at it."""
    with django_db_blocker.unblock():
        cache.clear()
        with transaction.atomic():
            ceilings.fill_ten()
            found = ceilings.ask_all()
            transaction.set_rollback(True)
        cache.clear()
    return found
