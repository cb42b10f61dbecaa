"""`make demo` as a whole: started, stopped, killed, and started again."""

from __future__ import annotations

import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.drill, pytest.mark.timeout(420)]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Demo:
    """One `make demo` with its data in a folder of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        environment = {
            **{
                key: value
                for key, value in os.environ.items()
                if key not in {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
            },
            "DEMO_DIR": str(folder),
            "PORT": str(port),
            "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}",
        }
        command = [sys.executable, "-m", "belonging.core.supervisor"]
        self.port = port
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.lines: list[str] = []
        self._queue: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._queue.put(line)

    def wait_for(self, words: str, seconds: float = 240) -> str:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                line = self._queue.get(timeout=0.3)
            except queue.Empty:
                if self.process.poll() is not None and self._queue.empty():
                    break
                continue
            self.lines.append(line)
            if words in line:
                return line
        raise AssertionError(f"{words!r} was not said:\n" + "".join(self.lines))

    def family(self) -> list[psutil.Process]:
        process = psutil.Process(self.process.pid)
        return [process, *process.children(recursive=True)]

    def stop(self, number: int = signal.SIGINT) -> None:
        if self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(60)
        while not self._queue.empty():
            self.lines.append(self._queue.get())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    made = tmp_path_factory.mktemp("demo")
    yield made
    for left in psutil.process_iter(["cmdline"]):
        if str(made) in " ".join(left.info["cmdline"] or []):
            left.kill()
    shutil.rmtree(made, ignore_errors=True)


def _ours(folder: Path, port: int) -> list[str]:
    """Command lines of programs of this demo that still run."""
    found = []
    for process in psutil.process_iter(["cmdline", "environ"]):
        try:
            environment = process.environ()
        except (psutil.Error, OSError):
            continue
        if (
            environment.get("DEMO_DIR") == str(folder)
            and process.pid != os.getpid()
            and process.status() != psutil.STATUS_ZOMBIE
        ):
            found.append(" ".join(process.info["cmdline"] or []))
    return found


def test_the_demo_starts_serves_refuses_a_second_start_survives_a_kill_and_leaves_nothing(folder: Path) -> None:
    port = _free_port()
    first = Demo(folder, port)
    first.wait_for("ready in")
    with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30) as response:
        assert response.status == 200

    second = Demo(folder, port)
    assert "already runs" in second.wait_for("demo:", 30)
    assert second.process.wait(30) == 1

    # killed without warning: the next start ends what is left and is ready soon
    first.process.kill()
    first.process.wait(20)
    again = Demo(folder, port)
    line = again.wait_for("ready in", 120)
    assert "0 resources" not in "".join(again.lines)
    assert int(line.split("ready in ")[1].split(" s")[0]) < 60

    again.stop()
    assert again.process.returncode == 0, "".join(again.lines)
    end = time.monotonic() + 15
    while _ours(folder, port) and time.monotonic() < end:
        time.sleep(0.2)
    assert _ours(folder, port) == []


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        demo = Demo(tmp_path, port)
        line = demo.wait_for("demo:", 30)

        assert f"port {port} is taken" in line
        assert demo.process.wait(30) == 1
        assert len(demo.lines) == 1


@pytest.mark.parametrize("port", ["http", "0", "70000"])
def test_a_port_that_is_none_is_said_in_one_line(tmp_path: Path, port: str) -> None:
    demo = Demo(tmp_path, port)  # type: ignore[arg-type]

    assert "PORT" in demo.wait_for("demo:", 30)
    assert demo.process.wait(30) == 1
