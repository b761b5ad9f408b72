"""A running nginx with the configuration of the page, in a folder and on ports of its own."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

from tests.ports import reserve_port

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "run-behind-nginx.md"
HOST = "house.example"
READY_S = 20.0
_SEARCHED = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin"
_AROUND = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/house.conf;
}}
"""


def configuration() -> str:
    """The one block of the page that is for nginx."""
    (block,) = re.findall(r"^```nginx\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)
    return str(block)


class Nginx:
    """nginx in front of a port; only ports and paths differ from the page.

    Args:
        folder: for everything that it reads and writes.
        upstream_port: where the relayer listens.
    """

    def __init__(self, folder: Path, upstream_port: int) -> None:
        self.folder = folder
        self.port, self.tls_port = reserve_port(), reserve_port()
        self._program = shutil.which("nginx", path=_SEARCHED) or "nginx"
        self._certify()
        text = configuration()
        for written, ours in (
            (" 80;", f" {self.port};"),
            (":80;", f":{self.port};"),
            ("443 ssl;", f"{self.tls_port} ssl;"),
            ("127.0.0.1:8080", f"127.0.0.1:{upstream_port}"),
            (f"/etc/letsencrypt/live/{HOST}", str(folder)),
        ):
            if written not in text:
                raise AssertionError(f"the page's configuration has no {written!r} any more")
            text = text.replace(written, ours)
        (folder / "house.conf").write_text(text)
        (folder / "nginx.conf").write_text(_AROUND.format(folder=folder))
        self._process: subprocess.Popen[bytes] | None = None

    def test(self) -> subprocess.CompletedProcess[str]:
        """What `nginx -t` says."""
        return subprocess.run(
            self._command("-t"), capture_output=True, text=True, check=False, timeout=30
        )

    def start(self) -> None:
        """Run it until `stop`."""
        self._process = subprocess.Popen(self._command())
        give_up_at = time.monotonic() + READY_S
        while time.monotonic() < give_up_at:
            try:
                socket.create_connection(("127.0.0.1", self.tls_port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError((self.folder / "error.log").read_text())

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)

    def _command(self, *flags: str) -> list[str]:
        return [self._program, "-c", str(self.folder / "nginx.conf"), *flags]

    def _certify(self) -> None:
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
                *("-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"),
                *("-keyout", str(self.folder / "privkey.pem")),
                *("-out", str(self.folder / "fullchain.pem")),
            ],
            check=True,
            capture_output=True,
            timeout=60,
        )
