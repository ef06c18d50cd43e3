"""A PostgreSQL of its own for a test, as the package of Debian installs it."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

_HOMES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
INITDB = shutil.which("initdb", path=str(_HOMES[-1]) if _HOMES else "")
PASSWORD = "not-to-be-shown"
# It refuses to run as root; the package makes an account for it.
_ROOT = os.geteuid() == 0
_USER = {"user": "postgres", "group": "postgres", "extra_groups": []} if _ROOT else {}


@contextlib.contextmanager
def serving():
    """Give the URL of an empty database."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if _ROOT:
            account = pwd.getpwnam("postgres")
            os.chown(folder, account.pw_uid, account.pw_gid)
        secret = folder / "secret"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        _run(INITDB, "--auth=scram-sha-256", "--username=back", f"--pwfile={secret}",
             "--encoding=UTF8", "--no-sync", "-D", folder / "data")  # fmt: skip
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        options = f"-p {port} -h 127.0.0.1 -k {folder} -F"
        control = Path(INITDB).with_name("pg_ctl")
        _run(control, "-D", folder / "data", "-l", folder / "log", "-o", options, "-w", "start")
        try:
            yield f"postgresql+psycopg://back:{PASSWORD}@127.0.0.1:{port}/postgres"
        finally:
            _run(control, "-D", folder / "data", "-m", "immediate", "-w", "stop")


def _run(*command):
    subprocess.run(
        [str(part) for part in command],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=600,
        cwd="/",
        **_USER,
    )
