"""Rows of vendors' LoRaWAN codecs: bytes and what the vendor's own JavaScript makes of them."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, Final

from device_profiles.conformance.compare import same
from device_profiles.conformance.vector import Mismatch, Row, Setting, SkippedError, Vector
from device_profiles.errors import ProfileError
from device_profiles.javascript import Entry, Output, Script, engine_folder, patient_runner
from device_profiles.written import from_hex

_ENTRIES: Final[Mapping[str, Entry]] = {
    "decodeUplink": Entry.UPLINK,
    "encodeDownlink": Entry.ENCODE,
    "decodeDownlink": Entry.DECODE_DOWNLINK,
    "normalizeUplink": Entry.NORMALIZE_UPLINK,
}
_AT_MS: Final = 1_700_000_000_000
"""The time in the codec's world; the rows give none."""
_LISTS: Final = ("errors", "warnings")
_KEYS: Final = ("data", "bytes", "fPort", *_LISTS)
"""What a network server takes of an answer (TS013); it never sees anything else that a codec adds."""


def fits(row: Row, /) -> bool:
    """Say whether the row calls a function of a vendor's codec."""
    return row.get("kind") in _ENTRIES and "codec_path" in row


def vector(row: Row, setting: Setting, /) -> Vector:
    """Call the vendor's codec as the row says; it lies in the folder of codecs that the run was given.

    Raises:
        SkippedError: there is no such folder, the codec is not in it, or the engine is not installed.
    """
    try:
        engine_folder()
    except ProfileError as error:
        raise SkippedError(str(error)) from error
    script = _script(_found(str(row["codec_path"]), setting))
    entry = _ENTRIES[row["kind"]]
    given, at_ms = _given(row)
    runner = patient_runner()

    def decode() -> Output:
        return runner.run(script, entry, given, at_ms)

    lenient = row.get("vendor_codec_agrees") == "lenient"

    def compare(came: Output) -> Mismatch | None:
        if lenient:
            return differing(_without_nulls(row["expected"]), _without_nulls(came))
        return differing(row["expected"], came)

    return Vector(decode=decode, compare=compare)


def differing(expected: Mapping[str, Any], came: Mapping[str, Any]) -> Mismatch | None:
    """Compare a whole answer; a list of errors or warnings that is empty is as good as none."""
    first = _plain(expected)
    second = _plain({key: value for key, value in came.items() if key in _KEYS or key in expected})
    wrong = [key for key in {**first, **second} if key not in first or key not in second]
    wrong += [key for key in first if key in second and not same(first[key], second[key])]
    if not wrong:
        return None
    return Mismatch(
        expected={key: first.get(key, "nothing") for key in wrong},
        came={key: second.get(key, "nothing") for key in wrong},
    )


def _plain(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key not in _LISTS or value}


def _without_nulls(thing: Any) -> Any:
    """A lenient row writes null for what JavaScript leaves undefined, which JSON cannot say."""
    if isinstance(thing, Mapping):
        return {key: _without_nulls(value) for key, value in thing.items() if value is not None}
    return [_without_nulls(one) for one in thing] if isinstance(thing, list) else thing


def _given(row: Row) -> tuple[dict[str, Any], int]:
    """Return what the codec is given, and the time in its world: the row's `recvTime`, where it has one."""
    if row.get("input") is not None:
        given = dict(row["input"])
    else:
        octets = row["bytes"]
        given = {"bytes": list(octets) if isinstance(octets, list) else list(from_hex(octets))}
        if row.get("fPort") is not None:
            given["fPort"] = row["fPort"]
    came = given.get("recvTime")
    if not isinstance(came, str):
        return given, _AT_MS
    return {**given, "recvTime": True}, int(datetime.fromisoformat(came).timestamp() * 1000)


@cache
def _script(path: Path) -> Script:
    return Script(path)


def _found(name: str, setting: Setting) -> Path:
    if setting.codecs is None:
        raise SkippedError("needs --codecs DIR, a checkout of the vendors' codecs")
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise SkippedError("the codec's path leads out of the folder of codecs")
    tries = (path, PurePosixPath(*path.parts[1:]))
    for one in tries:
        if (setting.codecs / one).is_file():
            return setting.codecs / one
    raise SkippedError("the codec is not in the folder of codecs")
