"""Where a field stands in what a codec gives."""

from collections.abc import Iterator
from typing import Final

from device_profiles.declared import Path

MISSING: Final = object()
Steps = tuple[str | int, ...]


def steps_of(path: Path) -> Steps:
    """Return the steps of a path: a name in an object, or a place in a list."""
    if isinstance(path, tuple):
        return path
    return tuple(int(step) if step.isdecimal() else step for step in path.split("."))


def at(thing: object, steps: Steps) -> object:
    """Return what stands at the end of a path, `MISSING` where the path leads nowhere."""
    for step in steps:
        if isinstance(thing, dict):
            thing = thing.get(str(step), MISSING)
        elif isinstance(thing, list) and isinstance(step, int) and 0 <= step < len(thing):
            thing = thing[step]
        else:
            return MISSING
    return thing


def leaves(thing: object, before: Steps = ()) -> Iterator[tuple[Steps, object]]:
    """Give every value that is neither an object nor a list, with the path that leads to it."""
    if isinstance(thing, dict):
        for name, inner in thing.items():
            yield from leaves(inner, (*before, name))
    elif isinstance(thing, list):
        for place, inner in enumerate(thing):
            yield from leaves(inner, (*before, place))
    else:
        yield before, thing


def shown(steps: Steps) -> str:
    """Return a path as people write it."""
    return ".".join(map(str, steps))
