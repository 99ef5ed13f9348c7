"""What was probably meant by a path that is not there, and what to do with a packed one."""

from __future__ import annotations

import os
import re

__all__ = ["packed", "packed_below", "probably_meant"]

#: The first bytes of what packs files, the name of that, and what unpacks it.
_PACKERS = (
    (b"\x1f\x8b", "gzip", "gunzip -k {file}"),
    (b"PK\x03\x04", "zip", "unzip {file} -d {folder}"),
    (b"BZh", "bzip2", "bunzip2 -k {file}"),
    (b"\xfd7zXZ\x00", "xz", "unxz -k {file}"),
    (b"\x28\xb5\x2f\xfd", "zstd", "unzstd {file}"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip", "7z x {file} -o{folder}"),
)
_TAR_AT, _TAR = 257, b"ustar"
_TARRED = (".tar", ".tgz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst")
_ENDINGS = (*_TARRED, ".gz", ".zip", ".bz2", ".xz", ".zst", ".7z")
_QUOTES = "'\"`"


def packed(path: str, head: bytes) -> str:
    """Return how a file was packed and the command that unpacks it; empty if it was not.

    Parameters
    ----------
    path
        The file.
    head
        Its first 512 bytes, or fewer.
    """
    name = path.replace("\\", "/").rsplit("/", 1)[-1]
    stem = name
    for ending in sorted(_TARRED, key=len, reverse=True):
        stem = stem.removesuffix(ending)
    stem = os.path.splitext(stem)[0] if stem == name else stem  # noqa: PTH122 - a URL is no path
    found = next((item for item in _PACKERS if head.startswith(item[0])), None)
    is_tar = head[_TAR_AT : _TAR_AT + len(_TAR)] == _TAR or name.lower().endswith(_TARRED)
    if found is None and not is_tar:
        return ""
    how, command = ("tar", "") if found is None else (found[1], found[2])
    if is_tar:
        how = how if found is None else f"tar and {how}"
        command = "mkdir {folder} && tar -xf {file} -C {folder}"
    command = command.format(file=_quoted(name), folder=_quoted(stem or "logs"))
    return f"packed by {how}; this unpacks it: {command}"


def packed_below(folder: str) -> str:
    """Return which packed file lies in a local folder, with what unpacks it; or nothing."""
    if "://" in folder:
        return ""
    try:
        with os.scandir(os.path.expanduser(folder)) as entries:  # noqa: PTH111 - as the readers do
            files = sorted(entry.path for entry in entries if entry.is_file())
        for path in files:
            if path.lower().endswith(_ENDINGS):
                with open(path, "rb") as file:  # noqa: PTH123 - a text
                    how = packed(path, file.read(512))
                if how:
                    return f"{path} is {how}"
    except OSError:
        pass  # what cannot be read is told elsewhere
    return ""


def _quoted(name: str) -> str:
    import shlex

    return shlex.quote(name)


def probably_meant(path: str) -> str:
    """Return a sentence on what was probably meant by a path that does not exist; or nothing.

    Parameters
    ----------
    path
        As it was written: local, or a URL.
    """
    if "://" in path:
        return ""
    return _unquoted(path) or _several(path) or _expanded(path) or _sibling(path)


def _unquoted(path: str) -> str:
    name = _bare(path)
    return f"did you mean {name!r}?" if name and name != path else ""


def _several(path: str) -> str:
    """Return how several folders are named."""
    if any(sign in path for sign in "*?["):
        above = path[: min(path.index(sign) for sign in "*?[" if sign in path)].rpartition("/")[0]
        return (
            f"a pattern is not expanded: name the folder above, {above or '.'!r}, whose folders"
            " all are runs, or give a list of folders, such as glob.glob makes"
        )
    parts = [part.strip() for part in path.split(",") if part.strip()]
    pairs = [part.partition(":") for part in parts]
    if all(colon and name and where for name, colon, where in pairs):
        named = ", ".join(f"{name!r}: {where!r}" for name, _, where in pairs)
        return (
            f"folders have names as in nbboard.open({{{named}}}), or as %tensorboard --logdir_spec"
            " has them"
        )
    if len(parts) > 1:
        listed = ", ".join(map(repr, parts))
        return f"several folders are given as a list, [{listed}], or as {{name: folder}}"
    return ""


def _expanded(path: str) -> str:
    """Return what the shell would have made of a path with its variables."""
    variable = re.search(r"\$(\w+|\{[^}]*\})", path)
    if variable is None:
        return ""
    expanded = os.path.expandvars(path)
    what = f"{variable[0]} is not set here" if expanded == path else f"did you mean {expanded!r}?"
    return f"variables of the shell are not expanded: {what}"


def _bare(path: str) -> str:
    """Return a path without the blanks, quotes and signs that are left of another syntax."""
    before = None
    while path != before:
        before = path
        path = path.strip().strip(_QUOTES).lstrip("=").rstrip(";,")
    return path


def _sibling(path: str) -> str:
    """Return the folder beside it that has nearly this name."""
    folder, name = os.path.split(os.path.expanduser(path).rstrip("/\\"))  # noqa: PTH111 - as above
    try:
        with os.scandir(folder or ".") as entries:
            names = [entry.name for entry in entries if entry.is_dir()]
    except OSError:
        # The nearest folder that is there tells where the path goes wrong.
        there = _there(folder)
        return f"{there!r} is there, what follows is not" if there else ""
    from difflib import get_close_matches

    near = get_close_matches(name, names, n=1)
    if not near:
        near = [one for one in names if one.lower() == name.lower()]
    return f"did you mean {os.path.join(folder, near[0])!r}?" if near else ""  # noqa: PTH118 - a text


def _there(folder: str) -> str:
    while folder and not os.path.isdir(folder):  # noqa: PTH112 - as above
        above = os.path.dirname(folder)  # noqa: PTH120 - as above
        if above == folder:
            return ""
        folder = above
    return folder if folder.strip("/\\") else ""
