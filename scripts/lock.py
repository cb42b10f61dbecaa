"""Pins requirements.in and requirements-dev.in: our own choices with their reasons first, then what they bring."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PIN = re.compile(r"^([a-zA-Z0-9_.\-]+)(?:\[[^\]]*\])?==(\S+)")
NAME = re.compile(r"[a-zA-Z0-9_.\-]+")


def pins_of(path: Path) -> dict[str, str]:
    return {found[1].lower(): found[2] for line in path.read_text().splitlines() if (found := PIN.match(line))}


def choices(path: Path) -> list[tuple[str, str]]:
    """(specifier, reason) of each line that chooses a package."""
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith(("#", "-"))]
    return [(spec.strip(), reason) for spec, _, reason in (line.partition("  # ") for line in lines)]


def resolve(specifiers: list[str], constraint: Path | None) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        wanted, found = Path(folder) / "wanted.in", Path(folder) / "found.txt"
        head = [f"-c {constraint}"] if constraint else []
        # A package that only older Pythons need is resolved here too, so that it gets a pin.
        wanted.write_text("\n".join([*head, *(spec.partition(";")[0] for spec in specifiers)]) + "\n")
        subprocess.run(
            [sys.executable, "-m", "piptools", "compile", "--quiet", "--strip-extras", "--allow-unsafe", "--no-annotate",
             "--no-header", "--no-emit-index-url", "--no-emit-find-links", "--output-file", str(found), str(wanted)],
            check=True,
        )  # fmt: skip
        return pins_of(found)


def write(source: Path, target: Path, constraint: Path | None = None) -> None:
    chosen = choices(source)
    pins = resolve([spec for spec, _reason in chosen], constraint)
    already = set(pins_of(constraint)) if constraint else set()
    lines, named = [], set()
    for spec, reason in chosen:
        name = NAME.match(spec)[0]  # type: ignore[index]
        extras = re.search(r"\[[^\]]*\]", spec)
        marker = spec.partition(";")[2].strip()
        named.add(name.lower())
        lines.append(
            f"{name}{extras[0] if extras else ''}=={pins[name.lower()]}{f' ; {marker}' if marker else ''}  # {reason}"
        )
    rest = [f"{name}=={version}" for name, version in sorted(pins.items()) if name not in named | already]
    head = [
        f"# Exact pins. Ours first, each with its reason (from {source.name}); then what they bring.",
        f"# Written by `make lock`; edit {source.name} instead.",
        *([f"-r {constraint.name}"] if constraint else []),
    ]
    target.write_text("\n".join([*head, *lines, "", "# brought by the above", *rest]) + "\n")


if __name__ == "__main__":
    write(ROOT / "requirements.in", ROOT / "requirements.txt")
    write(ROOT / "requirements-dev.in", ROOT / "requirements-dev.txt", ROOT / "requirements.txt")
