"""The profiles at hand, found by folder, by entry point and in the site's own folders."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from device_profiles.errors import ProfileError
from device_profiles.profile import Profile


class Shelf:
    """Profiles by key."""

    def __init__(self, profiles: Mapping[str, Profile]) -> None:
        self._profiles = dict(sorted(profiles.items()))

    def profile(self, key: str) -> Profile:
        """Return the profile of this key.

        Raises:
            ProfileError: there is none; names the nearest keys.
        """
        found = self._profiles.get(key)
        if found is None:
            near = get_close_matches(key, self._profiles, n=3, cutoff=0.4) or list(self._profiles)
            raise ProfileError(f"expected a known device profile, got {key!r}; near: {', '.join(near)}")
        return found

    def keys(self) -> tuple[str, ...]:
        """Return every key, sorted."""
        return tuple(self._profiles)


def load_shelf(extra: Sequence[Path] = ()) -> Shelf:
    """Load every profile: the shipped folders, entry points `lilong.profiles`, then the `extra` folders.

    Raises:
        ProfileError: a profile is declared wrongly or its key stands twice.
    """
    raise NotImplementedError(f"loading from {len(extra)} extra folders comes with the declarative profiles")
