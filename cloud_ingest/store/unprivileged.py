"""How a program that refuses to run as root is started by root: as `nobody`, and dying with us."""

import os
import pwd
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path

_USER = "nobody"  # every Debian and Ubuntu has it, so no account has to be made


def command_prefix(*reached: Path) -> list[str]:
    """Words to put before a command, so that it runs unprivileged and gets SIGINT when the calling thread ends.

    `reached` are the paths that the command must get to. Where one lies below a folder that only root may pass (a clone
    in /root), the command keeps the one capability that lets it through, and no folder's permissions are changed.
    Raises FileNotFoundError if `setpriv` (util-linux, part of every Debian) is missing.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise FileNotFoundError("expected the command setpriv, got none: apt-get install util-linux")
    prefix = [setpriv, "--pdeathsig=INT"]
    if os.geteuid() != 0:
        return [*prefix, "--"]
    account = pwd.getpwnam(_USER)
    prefix += [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    if not _open_to_all(reached):
        # access(2), with which PostgreSQL looks for its own programs, leaves capabilities aside without the secure bit.
        prefix += [
            "--securebits=+no_setuid_fixup",
            "--inh-caps=+dac_override",
            "--ambient-caps=+dac_override",
        ]
    return [*prefix, "--"]


def give_away(folder: Path) -> None:
    """Make `folder` belong to the user that `command_prefix` runs commands as; nothing unless we are root."""
    if os.geteuid() == 0:
        account = pwd.getpwnam(_USER)
        os.chown(folder, account.pw_uid, account.pw_gid)


def _open_to_all(paths: Iterable[Path]) -> bool:
    passed = {parent for path in paths for parent in path.resolve().parents}
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in passed)
