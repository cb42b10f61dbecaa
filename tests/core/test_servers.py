"""Fault drills on the embedded servers: whatever was killed, the next start works and what was saved is there."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from belonging.core.servers import EmbeddedServers

pytestmark = pytest.mark.drill


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[EmbeddedServers]:
    made = EmbeddedServers(tmp_path / "servers")
    yield made
    made.stop()
    shutil.rmtree(made._home, ignore_errors=True)


def _write(addresses: dict[str, str]) -> None:
    with psycopg.connect(addresses["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('here')")


def _read(addresses: dict[str, str]) -> str:
    with psycopg.connect(addresses["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT word FROM kept").fetchone()
    assert row
    return str(row[0])


def _processes(servers: EmbeddedServers, name: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["name"]):
        try:
            here = Path(process.cwd())
        except (psutil.Error, OSError):
            continue
        if name in (process.info["name"] or "") and (here == servers._data or here == servers.root / "valkey"):
            found.append(process)
    return found


def test_both_servers_start_answer_and_stop_without_a_process_left(servers: EmbeddedServers) -> None:
    addresses = servers.start()

    assert servers.is_up() == ""
    assert redis.Redis.from_url(addresses["REDIS_URL"]).ping()
    with psycopg.connect(addresses["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT version()").fetchone()
    assert row is not None
    assert "PostgreSQL 1" in row[0]
    servers.stop()

    assert _processes(servers, "postgres") == _processes(servers, "valkey") == []


@pytest.mark.parametrize("name", ["postgres", "valkey"])
def test_a_server_killed_without_warning_starts_again_with_what_was_saved(servers: EmbeddedServers, name: str) -> None:
    _write(servers.start())
    for process in _processes(servers, name):
        os.kill(process.pid, signal.SIGKILL)
    psutil.wait_procs(_processes(servers, name), timeout=5)
    assert servers.is_up() != ""

    addresses = servers.start()

    assert servers.is_up() == ""
    assert _read(addresses) == "here"


def test_a_stale_postmaster_pid_of_a_living_stranger_does_not_stop_the_next_start(servers: EmbeddedServers) -> None:
    _write(servers.start())
    for process in _processes(servers, "postgres"):
        os.kill(process.pid, signal.SIGKILL)
    psutil.wait_procs(_processes(servers, "postgres"), timeout=5)
    pid_file = servers._data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")

    addresses = servers.start()

    assert psutil.pid_exists(os.getpid())
    assert _read(addresses) == "here"


def test_orphans_of_a_starter_that_was_killed_are_ended_by_the_next_start(servers: EmbeddedServers) -> None:
    _write(servers.start())
    orphans = {process.pid for process in [*_processes(servers, "postgres"), *_processes(servers, "valkey")]}
    again = EmbeddedServers(servers.root)  # knows nothing of the first one's children

    addresses = again.start()

    assert not orphans & {process.pid for process in _processes(servers, "postgres")}
    assert _read(addresses) == "here"
    again.stop()
