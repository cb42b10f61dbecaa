from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from belonging.core import env

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("value", ["maybe", "2", ""])
def test_a_flag_that_is_neither_yes_nor_no_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SECOND_FACTOR_REQUIRED", value)

    if value == "":
        assert env.flag("SECOND_FACTOR_REQUIRED", True) is True
        return
    with pytest.raises(env.BadEnvironment, match="SECOND_FACTOR_REQUIRED"):
        env.flag("SECOND_FACTOR_REQUIRED", True)


def test_a_number_out_of_its_range_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "many")
    with pytest.raises(env.BadEnvironment, match="TRUSTED_PROXIES"):
        env.number("TRUSTED_PROXIES", 0, most=10)


@pytest.mark.parametrize("address", ["mysql://a@b/c", "postgres://", "nonsense"])
def test_a_database_that_is_not_postgresql_is_refused(address: str) -> None:
    with pytest.raises(env.BadEnvironment, match="DATABASE_URL"):
        env.database(address)


def test_a_pooler_without_prepared_statements_is_named_in_the_address() -> None:
    assert env.database("postgres://a@b/c?prepare_threshold=off")["OPTIONS"] == {"prepare_threshold": None}
    assert env.database("postgres://a@b/c?prepare_threshold=3")["OPTIONS"] == {"prepare_threshold": 3}
    with pytest.raises(env.BadEnvironment, match="prepare_threshold"):
        env.database("postgres://a@b/c?prepare_threshold=never")


def _check(**variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "belonging.settings.production",
        "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}",
        **variables,
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


COMPLETE = {
    "SECRET_KEY": "k" * 30 + "".join(map(chr, range(97, 123))) + "0123456789",
    "ALLOWED_HOSTS": "example.org",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
}


@pytest.mark.parametrize("missing", sorted(COMPLETE))
def test_production_refuses_to_start_without_what_it_needs(missing: str) -> None:
    done = _check(**{key: value for key, value in COMPLETE.items() if key != missing})

    assert done.returncode != 0
    assert missing in done.stderr
