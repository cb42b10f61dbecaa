"""Rules of the house that no tool of its own holds."""

from __future__ import annotations

import re
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parents[2]
HOT = ROOT / "templates" / "hot"  # Jinja2
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.html") if HOT not in path.parents)


def _tracked() -> list[str]:
    done = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.splitlines()


def test_site_is_a_source_root_and_no_package() -> None:
    assert not (ROOT / "site" / "__init__.py").exists()
    assert [path.name for path in (ROOT / "site").iterdir() if path.name != "__pycache__"] == ["belonging"]


def test_site_is_not_ignored_by_git() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a clone")
    done = subprocess.run(["git", "check-ignore", "site/belonging/new.py"], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 1


def test_every_folder_of_tests_is_a_package() -> None:
    missing = [path for path in (ROOT / "tests").rglob("*.py") if not (path.parent / "__init__.py").exists()]
    assert missing == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_template_compiles_has_no_inline_style_or_script_and_names_files_that_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    name = str(path.relative_to(ROOT / "templates"))

    get_template(name)

    mail = name.startswith("emails/")
    assert mail or not re.search(r"""\sstyle\s*=\s*["']""", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    built = {"css/site.css", "fonts/lexend.woff2"}
    for asset in re.findall(r"""\{% static ["']([^"']+)["'] %\}""", text):
        assert asset in built or finders.find(asset), f"{asset} is not there"


def test_only_one_file_marks_strings_safe() -> None:
    found = {
        path
        for path in _tracked()
        if path.endswith(".py") and not path.startswith("tests/") and (ROOT / path).exists()
        and re.search(r"\bmark_safe\(|\|safe\b|SafeString\(", (ROOT / path).read_text(encoding="utf-8"))
    }  # fmt: skip
    assert found <= {"site/belonging/core/html.py"}
    assert [
        path
        for path in TEMPLATES
        if re.search(r"\|safe\b|autoescape off", path.read_text(encoding="utf-8")) and "emails" not in str(path)
    ] == []


def test_nothing_of_others_is_committed() -> None:
    assert [path for path in _tracked() if re.search(r"(node_modules|vendor/|\.woff2?$|\.min\.js$)", path)] == []


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    said = StringIO()

    call_command("makemigrations", "--check", "--dry-run", stdout=said)

    assert "No changes detected" in said.getvalue()


def test_code_of_rooms_names_no_other_host() -> None:
    allowed = {
        "creativecommons.org",
        "www.w3.org",
        "example.org",
        "meet.example.org",
        "meet.google.com",
        "127.0.0.1",
        "host",
    }
    for path in TEMPLATES:
        for host in re.findall(
            r"""(?:src|href|action|srcset)=["']https?://([^/"'{]+)""", path.read_text(encoding="utf-8")
        ):
            assert host in allowed, f"{path.name} names {host}"


def test_every_app_says_its_label() -> None:
    ours = {
        config.label
        for config in apps.get_app_configs()
        if Path(config.path).is_relative_to(ROOT) and ".venv" not in config.path
    }
    assert {"core", "work", "outbox", "trail", "files", "framework", "accounts", "schools", "notifications"} <= ours
    assert {"moderation", "home", "community", "resources", "events", "training", "questionnaire", "audit"} <= ours
