"""Who may read the files of an instance: its owner, and a group of readers the publications.

Folders are 0700 and files 0600, whatever the umask. With C360_PUBLISH_GROUP the members of that
group may pass through the instance's folder (0710) and read what is published (0750, 0640).
"""

from __future__ import annotations

import grp
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PRIVATE_UMASK = 0o077
PUBLISH_FOLDER = "publish"


class ModesError(Exception):
    """Whose file stands in the way, and what to do."""


@contextmanager
def private_umask() -> Iterator[None]:
    """What the process makes meanwhile is its owner's only."""
    before = os.umask(PRIVATE_UMASK)
    try:
        yield
    finally:
        os.umask(before)


def group_id(name: str) -> int:
    """Number of a group that this process may give files to.

    Raises:
        ValueError: there is no such group, or the process's user is no member of it.
    """
    try:
        number = grp.getgrnam(name).gr_gid
    except KeyError:
        raise ValueError(
            f"this machine has no group {name!r}; name one that `getent group` lists"
        ) from None
    if os.geteuid() != 0 and number not in {os.getegid(), *os.getgroups()}:
        raise ValueError(
            f"the user of the pipeline is no member of the group {name!r} and so cannot give files"
            " to it; add the user to the group, and start the pipeline anew"
        )
    return number


def shut_instance(home: Path, data: Path, group: str | None) -> None:
    """Shut the instance's folder, all but its publications; readers may pass through.

    Args:
        home: the instance's folder; made where it is missing.
        data: where deliveries come in; when it lies in the instance, it keeps its modes, since
            others write there.
        group: the group of readers, or None.

    Raises:
        ModesError: a file or folder belongs to another user.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in home.iterdir():
        is_delivery = data == path or data.is_relative_to(path)
        if path.name != PUBLISH_FOLDER and not path.is_symlink() and not is_delivery:
            _set(path, 0o700 if path.is_dir() else 0o600, None)
    _set(home, 0o710 if group else 0o700, group)


def share(folder: Path, group: str | None) -> None:
    """Give a publication, or the folder of all of them, to the readers and to nobody else.

    Names that begin with a dot (locks, what is being written) stay the owner's, but for the folder
    itself.

    Raises:
        ModesError: a file or folder belongs to another user.
    """
    for path in folder.iterdir():
        if path.is_symlink() or path.name.startswith("."):
            continue
        if path.is_dir():
            share(path, group)
        else:
            _set(path, 0o640 if group else 0o600, group)
    _set(folder, 0o750 if group else 0o700, group)


def _set(path: Path, mode: int, group: str | None) -> None:
    """Modes are set where they differ only: so they may be right and another's."""
    found = path.stat()
    try:
        if group and found.st_gid != group_id(group):
            os.chown(path, -1, group_id(group))
        if stat.S_IMODE(found.st_mode) != mode:
            path.chmod(mode)
    except PermissionError:
        raise ModesError(
            f"{path} belongs to another user, so its mode cannot be made {mode:o}; give it to the"
            " user of the pipeline (chown)"
        ) from None
