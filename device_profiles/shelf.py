"""The profiles at hand, found by folder, by entry point and in the site's own folders."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Final

from device_profiles.errors import ProfileError
from device_profiles.folder import Loaded, folders_in, load_folder
from device_profiles.profile import Profile

GROUP: Final = "lilong.profiles"
"""The entry points by which other distributions bring profiles: a path, or a package that holds profile folders."""
SHIPPED: Final = Path(__file__).parent
"""Where the product's own profile folders lie."""


class Shelf:
    """Profiles by key."""

    def __init__(self, profiles: Mapping[str, Profile]) -> None:
        self._profiles = dict(sorted(profiles.items()))

    def profile(self, key: str) -> Profile:
        """Return the profile of this key; the version after the @ may be left out where there is only one.

        Raises:
            ProfileError: there is none, or several versions; names the nearest keys.
        """
        found = self._profiles.get(key)
        if found is not None:
            return found
        versions = [name for name in self._profiles if name.partition("@")[0] == key]
        if len(versions) == 1:
            return self._profiles[versions[0]]
        if versions:
            raise ProfileError(f"expected {key!r} with a version, one of: {', '.join(versions)}")
        near = get_close_matches(key, self._profiles, n=3, cutoff=0.4)
        hint = f"near: {', '.join(near)}" if near else "lilong profile list shows all"
        raise ProfileError(f"expected a known device profile, got {key!r}; {hint}")

    def keys(self) -> tuple[str, ...]:
        """Return every key, sorted."""
        return tuple(self._profiles)


def load_shelf(extra: Sequence[Path] = ()) -> Shelf:
    """Load every profile: the shipped folders, those of entry points, then those inside the `extra` folders.

    Raises:
        ProfileError: a profile is declared wrongly, its key stands twice, or an extra folder holds none.
    """
    return Shelf({one.profile.key: one.profile for one in load_folders(extra)})


def load_folders(extra: Sequence[Path] = ()) -> list[Loaded]:
    """Load every profile with its folder, as `load_shelf` does.

    Raises:
        ProfileError: as for `load_shelf`.
    """
    found: dict[str, Loaded] = {}
    for folder in _folders(extra):
        one = load_folder(folder)
        before = found.get(one.profile.key)
        if before is not None:
            raise ProfileError(
                f"expected each key once, got {one.profile.key!r} in {before.folder} and {folder}"
            )
        found[one.profile.key] = one
    return list(found.values())


def _folders(extra: Iterable[Path]) -> Iterator[Path]:
    yield from folders_in(SHIPPED)
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            brought = point.load()
        except (ImportError, AttributeError) as error:
            raise ProfileError(f"entry point {point.name!r} of {GROUP}: {error}") from error
        yield from folders_in(_place(brought, point.name))
    for shelf in extra:
        folders = folders_in(shelf)
        if not folders:
            raise ProfileError(f"{shelf}: expected profile folders with a profile.toml, got none")
        yield from folders


def _place(brought: object, name: str) -> Path:
    if isinstance(brought, ModuleType) and brought.__file__ is not None:
        return Path(brought.__file__).parent
    if isinstance(brought, str | Path):
        return Path(brought)
    raise ProfileError(
        f"entry point {name!r} of {GROUP}: expected a path or a package, got {type(brought).__name__}"
    )
