"""What a device asks for when it registers or updates its registration (LwM2M 1.1 core, 6.2)."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from device_profiles import DecodeError, check_device
from device_profiles.protocols.lwm2m import Link, Path, read_links, read_path
from wire import DeviceId

VERSIONS: Final = ("1.0", "1.1", "1.2")
_LONGEST_LIFETIME_S: Final = 10 * 365 * 86_400
_MOST_LINKS: Final = 256
_ROOT_TYPE: Final = "oma.lwm2m"


class VersionError(DecodeError):
    """The device speaks a version of LwM2M that nobody here knows."""


class Asked(Struct, frozen=True, kw_only=True):
    """The parameters of a request; None where it does not give them.

    `queued` says that the device sleeps and hears only right after it has spoken (binding Q). `root` is what stands
    before the device's paths, `paths` its objects and instances.
    """

    endpoint: DeviceId | None = None
    lifetime_s: int | None = None
    queued: bool | None = None
    root: str = ""
    paths: Sequence[Path] | None = None


def read_asked(query: Sequence[str], payload: bytes) -> Asked:
    """Return what the query and the links of a request say.

    Raises:
        VersionError: the version is not supported.
        DecodeError: a parameter or the links are not what LwM2M has; says what was expected.
    """
    given = {name: value for name, _, value in (pair.partition("=") for pair in query)}
    version = given.get("lwm2m", VERSIONS[0])
    if version not in VERSIONS:
        raise VersionError(f"expected LwM2M {', '.join(VERSIONS)}, got {version[:20]!r}")
    links = _links(payload)
    root = next(
        (link.target.rstrip("/") for link in links if _ROOT_TYPE in link.attributes.get("rt", "")), ""
    )
    return Asked(
        endpoint=check_device(given["ep"]) if "ep" in given else None,
        lifetime_s=_lifetime(given["lt"]) if "lt" in given else None,
        queued=_queued(given),
        root=root,
        paths=_paths(links, root) if payload else None,
    )


def _links(payload: bytes) -> list[Link]:
    try:
        links = read_links(payload.decode())
    except UnicodeDecodeError as error:
        raise DecodeError(f"expected links as UTF-8, got {payload[:40]!r}") from error
    if len(links) > _MOST_LINKS:
        raise DecodeError(f"expected at most {_MOST_LINKS} links, got {len(links)}")
    return links


def _lifetime(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 0 < int(text[:12]) <= _LONGEST_LIFETIME_S:
        raise DecodeError(f"expected a lifetime lt of 1 to {_LONGEST_LIFETIME_S} seconds, got {text[:20]!r}")
    return int(text)


def _queued(given: dict[str, str]) -> bool | None:
    """Queue mode is the letter Q in the binding of 1.0, a parameter of its own since 1.1."""
    if "Q" in given:
        return True
    return "Q" in given["b"] if "b" in given else None


def _paths(links: Sequence[Link], root: str) -> list[Path]:
    """Return objects and instances; other links (a root, a gateway's devices) are not ours to ask for."""
    paths = []
    for link in links:
        target = link.target.removeprefix(root)
        if target.strip("/").replace("/", "").isdigit() and target.startswith("/"):
            path = read_path(target)
            if path.resource is None:
                paths.append(path)
    return paths
