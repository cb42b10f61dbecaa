"""compose.yaml and the Dockerfile as far as a machine without Docker can check them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
KNOWN = {
    "build", "image", "restart", "env_file", "environment", "volumes", "depends_on", "command", "ports", "healthcheck",
    "stop_grace_period",
}  # fmt: skip


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return found


def test_web_worker_beat_database_and_redis_are_there(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {"migrate", "web", "worker", "beat", "database", "redis"}


def test_services_use_words_that_compose_knows_and_wait_for_services_that_exist(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert set(service) <= KNOWN, name
        assert "image" in service or "build" in service
        for other, how in (service.get("depends_on") or {}).items():
            assert other in compose["services"]
            if how["condition"] == "service_healthy":
                assert "healthcheck" in compose["services"][other]
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in compose["volumes"]


def test_every_variable_compose_sets_is_one_that_the_settings_read(compose: dict[str, Any]) -> None:
    read = (ROOT / "site/belonging/settings/base.py").read_text() + (
        ROOT / "site/belonging/settings/production.py"
    ).read_text()
    for name in compose["services"]["web"]["environment"]:
        assert f'"{name}"' in read, name


def test_nothing_but_the_web_server_is_reached_from_outside_and_it_only_from_this_machine(
    compose: dict[str, Any],
) -> None:
    ports = {name: service["ports"] for name, service in compose["services"].items() if service.get("ports")}
    assert ports == {"web": ["127.0.0.1:8000:8000"]}


def test_no_secret_stands_in_the_file() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    assert all("${" in line for line in re.findall(r".*(?:PASSWORD|SECRET_KEY):.*", text))


def test_the_image_copies_files_that_exist_and_does_not_run_as_root() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()

    assert (ROOT / "requirements.txt").exists()
    assert "USER belonging" in lines
    assert lines.index("USER belonging") < next(n for n, line in enumerate(lines) if line.startswith("CMD"))
    for command in ("build_assets", "collectstatic"):
        assert any(command in line for line in lines)
