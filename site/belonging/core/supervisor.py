"""`make demo`: servers, set-up, web, worker and beat in one terminal. Ctrl-C ends all of it.

What it starts is written down with each process's start time, so that the next start can end what a kill -9 left behind
and can never end a stranger that was given the same process id.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import psutil

from belonging.core.servers import EmbeddedServers, ServerError

ROOT = Path(__file__).resolve().parents[3]
HOME = Path(os.environ.get("DEMO_DIR") or ROOT / ".local" / "demo").resolve()
RECORD = HOME / "processes.json"
LOGS = HOME / "log"
STOP_SECONDS = 20.0
MOST_RESTARTS = 5
PR_SET_PDEATHSIG = 1


class Refusal(Exception):
    """The demo cannot start; the message says why and what to do, in one line."""


def say(text: str) -> None:
    print(f"demo: {text}", flush=True)


class Supervisor:
    """Starts everything, watches it, ends it."""

    def __init__(self) -> None:
        self.port = _port()
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.restarts: dict[str, int] = {}
        self.stopping = False
        self.servers: EmbeddedServers | None = None
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "belonging.settings.demo",
            "PORT": str(self.port),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "site"), str(ROOT)]),
            "PYTHONUNBUFFERED": "1",
        }
        self.environment.setdefault("EMAIL_URL", f"file://{ROOT / '.local' / 'mail'}")
        self.environment.setdefault("BASE_URL", f"http://127.0.0.1:{self.port}")

    def run(self) -> int:
        started = time.monotonic()
        HOME.mkdir(parents=True, exist_ok=True)
        LOGS.mkdir(exist_ok=True)
        end_leftovers()
        refuse_busy_port(self.port)
        _write_record([psutil.Process()])
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        try:
            self._start_servers()
            self._set_up()
            self._start_programs()
            self._wait_until_served()
            say(f"ready in {time.monotonic() - started:.0f} s: http://127.0.0.1:{self.port}/  (Ctrl-C stops it)")
            say("sign in as lead@demo.example, practitioner@demo.example, … with the password belonging-demo")
            return self._watch()
        except KeyboardInterrupt:
            return 0
        finally:
            self._end()

    def _start_servers(self) -> None:
        missing = {name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)}
        if not missing:
            say("using the servers of DATABASE_URL and REDIS_URL")
            return
        self.servers = EmbeddedServers(HOME)
        say("starting PostgreSQL and Valkey")
        addresses = self.servers.start(postgres="DATABASE_URL" in missing, valkey="REDIS_URL" in missing)
        self.environment.update(addresses)

    def _set_up(self) -> None:
        command = [sys.executable, str(ROOT / "manage.py"), "prepare"]
        done = self._wait_for(self._spawn("prepare", command, log=False))
        if done:
            raise Refusal(f"setting up failed (see above). Mend it, or start afresh: rm -r {HOME}")

    def _start_programs(self) -> None:
        say("starting web, worker and beat")
        python = sys.executable
        manage = [python, str(ROOT / "manage.py")]
        self.children["web"] = self._spawn("web", [python, "-m", "gunicorn", "-c", str(ROOT / "gunicorn.conf.py")])
        self.children["worker"] = self._spawn(
            "worker", [*manage, "celery", "worker", "--concurrency=2", "--loglevel=WARNING", "--hostname=demo@%h"]
        )
        self.children["beat"] = self._spawn(
            "beat", [*manage, "celery", "beat", "--loglevel=WARNING", f"--schedule={HOME / 'beat'}", "--pidfile="]
        )
        self._record()

    def _wait_until_served(self) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self.stopping:
                raise KeyboardInterrupt
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self.children["web"].poll() is not None:
                raise Refusal(f"the web server stopped at once; see {LOGS / 'web.log'}")
            time.sleep(0.1)
        raise Refusal(f"the web server does not answer after 60 s; see {LOGS / 'web.log'}")

    def _watch(self) -> int:
        """Until told to stop: a program that ends is started again a few times, a dead server ends the demo with a word."""
        checked = time.monotonic()
        while not self.stopping:
            time.sleep(0.3)
            for name, child in list(self.children.items()):
                if child.poll() is not None and not self.stopping:
                    self._restart(name, child)
            if self.servers and time.monotonic() - checked > 5:
                checked = time.monotonic()
                if dead := self._dead_server():
                    raise Refusal(f"{dead} has stopped. Start again: nothing that was saved is lost.")
        return 0

    def _dead_server(self) -> str:
        """The server that does not answer three times in six seconds: a busy machine is not a dead one."""
        assert self.servers is not None  # noqa: S101
        for _try in range(3):
            dead = self.servers.is_up()
            if not dead or self.stopping:
                return ""
            time.sleep(2)
        return dead

    def _restart(self, name: str, child: subprocess.Popen[bytes]) -> None:
        self.restarts[name] = self.restarts.get(name, 0) + 1
        if self.restarts[name] > MOST_RESTARTS:
            raise Refusal(f"{name} ended {MOST_RESTARTS} times; see {LOGS / f'{name}.log'}")
        say(f"{name} ended with code {child.returncode}; starting it again")
        time.sleep(min(self.restarts[name], 5))
        if not self.stopping:
            self.children[name] = self._spawn(name, [str(part) for part in child.args])  # type: ignore[union-attr]
            self._record()

    def _spawn(self, name: str, command: list[str], *, log: bool = True) -> subprocess.Popen[bytes]:
        out = (LOGS / f"{name}.log").open("ab") if log else None
        try:
            return subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True, preexec_fn=_die_with_parent,
            )  # fmt: skip
        finally:
            if out:
                out.close()

    def _wait_for(self, child: subprocess.Popen[bytes]) -> int:
        self.children["prepare"] = child
        self._record()
        while child.poll() is None:
            if self.stopping:
                raise KeyboardInterrupt
            time.sleep(0.1)
        del self.children["prepare"]
        return child.returncode

    def _record(self) -> None:
        processes = [psutil.Process()]
        for child in self.children.values():
            try:
                processes.append(psutil.Process(child.pid))
            except psutil.NoSuchProcess:
                continue
        _write_record(processes)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True  # and nothing else: a handler that prints can meet a print that is under way

    def _end(self) -> None:
        if self.stopping:
            say("stopping")
        for name in ("beat", "worker", "web", "prepare"):
            if child := self.children.get(name):
                _signal_group(child.pid, signal.SIGTERM)
        families = [process for child in self.children.values() for process in _family(child.pid)]
        _gone, alive = psutil.wait_procs(families, timeout=STOP_SECONDS)
        for process in alive:
            _quietly(process.kill)
        for child in self.children.values():
            child.wait(timeout=STOP_SECONDS)
        if self.servers:
            self.servers.stop()
        RECORD.unlink(missing_ok=True)


def end_leftovers() -> None:
    """End what an earlier start left behind. Raises ``Refusal`` when that demo is alive and well."""
    found: list[psutil.Process] = []
    for index, (pid, created) in enumerate(_read_record()):
        try:
            process = psutil.Process(pid)
            if abs(process.create_time() - created) > 1 or process.status() == psutil.STATUS_ZOMBIE:
                continue
        except psutil.NoSuchProcess:
            continue
        if index == 0:
            raise Refusal(f"it already runs (process {pid}). Stop that one with Ctrl-C, or: kill {pid}")
        found += [process, *_family(pid)]
    if found:
        say(f"ending {len(found)} processes that an earlier start left behind")
        for process in found:
            _quietly(process.kill)
        psutil.wait_procs(found, timeout=STOP_SECONDS)
    RECORD.unlink(missing_ok=True)


def refuse_busy_port(port: int) -> None:
    """Raises ``Refusal`` when something else listens on ``port``."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Refusal(f"port {port} needs special rights. Choose one above 1024: make demo PORT=8001") from None
        except OSError:
            raise Refusal(
                f"port {port} is taken by another program. Choose another: make demo PORT={port + 1}"
            ) from None


def _port() -> int:
    value = os.environ.get("PORT", "").strip() or "8000"
    if not value.isdecimal() or not 1 <= int(value) <= 65535:
        raise Refusal(f"PORT is {value!r}; it must be a number from 1 to 65535")
    return int(value)


def _read_record() -> list[tuple[int, float]]:
    try:
        return [(int(pid), float(created)) for pid, created in json.loads(RECORD.read_text())]
    except (OSError, ValueError, TypeError):
        return []


def _write_record(processes: list[psutil.Process]) -> None:
    temporary = RECORD.with_suffix(".part")
    temporary.write_text(json.dumps([[process.pid, process.create_time()] for process in processes]))
    temporary.replace(RECORD)


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _signal_group(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _quietly(act: object) -> None:
    try:
        act()  # type: ignore[operator]
    except psutil.NoSuchProcess:
        return


def _die_with_parent() -> None:
    """On Linux a child gets SIGTERM when its parent is killed; elsewhere the record of processes does it at the next start."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def main() -> int:
    try:
        return Supervisor().run()
    except (Refusal, ServerError) as error:
        print(f"demo: {error}", file=sys.stderr, flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
