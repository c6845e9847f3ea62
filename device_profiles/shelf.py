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
    """Profiles by key; those in `folders` are loaded when somebody asks for them, as few gateways need many."""

    def __init__(self, profiles: Mapping[str, Profile], folders: Mapping[str, Path] | None = None) -> None:
        """Take profiles, and folders by the key of the profile that they hold."""
        self._profiles = dict(profiles)
        self._folders = dict(folders or {})
        self._keys = tuple(sorted({*self._profiles, *self._folders}))

    def profile(self, key: str) -> Profile:
        """Return the profile of this key; the version after the @ may be left out where there is only one.

        Raises:
            ProfileError: there is none, or several versions; names the nearest keys.
        """
        if key in self._profiles or key in self._folders:
            return self._taken(key)
        versions = [name for name in self._keys if name.partition("@")[0] == key]
        if len(versions) == 1:
            return self._taken(versions[0])
        if versions:
            raise ProfileError(f"expected {key!r} with a version, one of: {', '.join(versions)}")
        near = get_close_matches(key, self._keys, n=3, cutoff=0.4)
        hint = f"near: {', '.join(near)}" if near else "lilong profile list shows all"
        raise ProfileError(f"expected a known device profile, got {key!r}; {hint}")

    def keys(self) -> tuple[str, ...]:
        """Return every key, sorted."""
        return self._keys

    def by_key(self) -> Mapping[str, Profile]:
        """Return all profiles as a mapping that loads each when it is looked up."""
        return _ByKey(self)

    def _taken(self, key: str) -> Profile:
        found = self._profiles.get(key)
        if found is None:
            found = self._profiles[key] = load_folder(self._folders[key]).profile
        return found


class _ByKey(Mapping[str, Profile]):
    """A shelf as a mapping."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._keys = frozenset(shelf.keys())

    def __getitem__(self, key: str) -> Profile:
        if key not in self._keys:
            raise KeyError(key)
        return self._shelf.profile(key)

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._shelf.keys())

    def __len__(self) -> int:
        return len(self._keys)


def load_shelf(extra: Sequence[Path] = ()) -> Shelf:
    """Find every profile: the shipped folders, those of entry points, then those inside the `extra` folders.

    The shipped ones, which the project's own tests hold to their golden readings, are loaded when they are asked for;
    the others now, so that what is wrong with them is told at the start.

    Raises:
        ProfileError: a profile is declared wrongly, its key stands twice, or an extra folder holds none.
    """
    shipped = {folder.name: folder for folder in folders_in(SHIPPED)}
    brought = _loaded(_brought(extra), shipped)
    return Shelf({one.profile.key: one.profile for one in brought}, shipped)


def load_folders(extra: Sequence[Path] = ()) -> list[Loaded]:
    """Load every profile with its folder.

    Raises:
        ProfileError: as for `load_shelf`.
    """
    return _loaded([*folders_in(SHIPPED), *_brought(extra)], {})


def _loaded(folders: Iterable[Path], taken: Mapping[str, Path]) -> list[Loaded]:
    found: dict[str, Loaded] = {}
    for folder in folders:
        one = load_folder(folder)
        key = one.profile.key
        before = found[key].folder if key in found else taken.get(key)
        if before is not None:
            raise ProfileError(f"expected each key once, got {key!r} in {before} and {folder}")
        found[key] = one
    return list(found.values())


def _brought(extra: Iterable[Path]) -> Iterator[Path]:
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
