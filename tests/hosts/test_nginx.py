"""JupyterLab behind nginx with TLS and a prefix."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from tests.hosts.conftest import (
    Secrets,
    free_port,
    jupyter_behind,
    need,
    show_cell,
    shows_tensorboard,
    wait_for_port,
)

if TYPE_CHECKING:
    from tests.browser.jupyter import JupyterServer
    from tests.browser.notebook_page import NotebookPage

CONFIGURATION = """\
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  map $http_upgrade $connection_upgrade {{ default upgrade; '' close; }}
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {folder}/certificate.pem;
    ssl_certificate_key {folder}/key.pem;
    location /notebooks/ {{
      proxy_pass http://127.0.0.1:{behind};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-Proto https;
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
    }}
  }}
}}
"""


def test_frame_and_views_come_through_and_the_log_opens_nothing(
    start_jupyter: Callable[..., JupyterServer],
    open_notebook: Callable[..., NotebookPage],
    program: Callable[..., Path],
    tmp_path: Path,
    logdir: Path,
) -> None:
    """All goes by TLS below the prefix, and nginx's log holds no secret of TensorBoard's."""
    nginx = need("nginx")
    jupyter = start_jupyter(
        "lab", base_url="/notebooks/", arguments=["--ServerApp.trust_xheaders=1"]
    )
    port, behind = free_port(), int(jupyter.url.split(":")[2].split("/")[0])
    subprocess.run(
        [
            *(need("openssl"), "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-days", "2"),
            *("-subj", "/CN=localhost", "-keyout", "key.pem", "-out", "certificate.pem"),
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    configuration = tmp_path / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(folder=tmp_path, port=port, behind=behind))
    wait_for_port(port, program([nginx, "-c", configuration]))

    server: Any = jupyter_behind(jupyter, f"https://127.0.0.1:{port}/notebooks/")
    cells = [show_cell(logdir), f"import nbboard; nbboard.open({str(logdir)!r}, progress=False)"]
    page = open_notebook(server, cells, ignore_https_errors=True)
    secrets = Secrets(page.page)
    page.run_all()
    frame = page.frame_page(0)
    shows_tensorboard(frame)
    expect(page.output(1).get_by_role("tab")).not_to_have_count(0)

    assert frame.url.startswith(f"https://127.0.0.1:{port}/notebooks/proxy/")
    assert secrets.found_in("\n".join(secrets.urls)) == []
    log = (tmp_path / "access.log").read_text()
    assert "/data/runs" in log
    assert secrets.found_in(log + jupyter.log()) == []
