"""Under which licence a repository is, and which of its commits is checked out."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_NAMES: Final = ("LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "COPYING")
_KNOWN: Final[Mapping[str, str]] = {
    r"Apache License\s+Version 2\.0": "Apache-2.0",
    r"GNU AFFERO GENERAL PUBLIC LICENSE\s+Version 3": "AGPL-3.0-only",
    r"GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3": "LGPL-3.0-only",
    r"GNU GENERAL PUBLIC LICENSE\s+Version 3": "GPL-3.0-only",
    r"GNU GENERAL PUBLIC LICENSE\s+Version 2": "GPL-2.0-only",
    r"Mozilla Public License Version 2\.0": "MPL-2.0",
    r"Permission is hereby granted, free of charge": "MIT",
    r"Redistribution and use in source and binary forms": "BSD-3-Clause",
}
_UNKNOWN: Final = b"The repository from which codec.js was taken has no file that says its licence.\n"


def licence_of(root: Path) -> tuple[str, bytes]:
    """Return the SPDX identifier of a repository's licence, and the text of its file."""
    for name in _NAMES:
        path = root / name
        if path.is_file():
            octets = path.read_bytes()
            text = octets.decode("utf-8", "replace")
            found = next((spdx for pattern, spdx in _KNOWN.items() if re.search(pattern, text)), None)
            return found or "LicenseRef-see-LICENCE", octets
    return "NOASSERTION", _UNKNOWN


def commit_of(root: Path) -> str:
    """Return the commit that is checked out, in short; empty where the folder is no checkout of git."""
    git = root / ".git"
    try:
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        if head.startswith("ref: "):
            head = _resolved(git, head.removeprefix("ref: "))
    except (OSError, UnicodeDecodeError):
        return ""
    return head[:12]


def _resolved(git: Path, name: str) -> str:
    loose = git / name
    if loose.is_file():
        return loose.read_text(encoding="utf-8").strip()
    for line in (git / "packed-refs").read_text(encoding="utf-8").splitlines():
        if line.endswith(f" {name}"):
            return line.partition(" ")[0]
    return ""
