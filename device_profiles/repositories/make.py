"""Makes profile folders of a repository's devices: the codec as it is, a table for its fields, its examples."""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

from msgspec import Struct

from device_profiles.declared import Document, Spot, Trial, failing
from device_profiles.errors import DecodeError, ProfileError
from device_profiles.folder import PROFILE_FILE
from device_profiles.javascript import Runner, javascript_codec, patient_runner
from device_profiles.profile import Codec
from device_profiles.repositories.licence import commit_of, licence_of
from device_profiles.repositories.names import KINDS
from device_profiles.repositories.offer import Example, Offer, Refused, Repository
from device_profiles.repositories.survey import Survey, survey
from device_profiles.repositories.text import (
    HEARTBEAT_S,
    MARK,
    SILENT_AFTER_S,
    golden_text,
    profile_text,
    quality_text,
)
from wire import Words

_NO_SLUG: Final = re.compile(r"[^a-z0-9.]+")
_MOST_EXAMPLES: Final = 200


class Status(StrEnum):
    """What became of a folder: `kept` is one whose profile.toml a person has taken over."""

    NEW = "new"
    RENEWED = "renewed"
    SAME = "same"
    KEPT = "kept"


class Imported(Struct, frozen=True, kw_only=True):
    """A device that is a profile now: its properties, the codec's fields that are not read, its golden readings.

    `disagreeing` are examples of the repository that its own codec does not agree with. `names` is what network servers
    call the device, for `by_name` of a source.
    """

    key: str
    folder: Path
    status: Status
    properties: Sequence[str]
    unread: Sequence[str]
    golden: int
    disagreeing: Sequence[str]
    names: Sequence[str]


class NotImported(Struct, frozen=True, kw_only=True):
    """A device that is no profile, and why."""

    vendor: str
    device: str
    reason: str


def import_devices(
    repository: Repository, into: Path, *, vendor: str = "", device: str = ""
) -> Iterator[Imported | NotImported]:
    """Make a profile folder of every device, in the order of the repository; the same again for the same checkout.

    Raises:
        ProfileError: a file of the repository cannot be read, or one of ours not be written.
    """
    licence, text = licence_of(repository.root)
    commit = commit_of(repository.root)
    source = repository.title + (f" at {commit}" if commit else "")
    target = _Into(folder=into, source=source, licence=licence, text=text, mark=repository.mark, taken=set())
    for offer in repository.offers(vendor, device):
        if isinstance(offer, Refused):
            yield NotImported(vendor=offer.vendor, device=offer.device, reason=offer.reason)
            continue
        yield _imported(offer, target)


class _Into(Struct, frozen=True, kw_only=True):
    folder: Path
    source: str
    licence: str
    text: bytes
    mark: str
    taken: set[str]


def _imported(offer: Offer, into: _Into) -> Imported | NotImported:
    runner = patient_runner()
    found = survey(offer, runner)
    if isinstance(found, str):
        return NotImported(vendor=offer.vendor, device=offer.device, reason=found)
    properties = list(dict.fromkeys(one.field.property for one in found.guesses))
    key = _key(offer, properties, into.mark, into.taken)
    source = f"{into.source}: {offer.place}"
    trials, disagreeing = _trials(offer, found, source, runner)
    files = {
        PROFILE_FILE: profile_text(key, offer, found, source, into.licence).encode(),
        "codec.js": offer.codec.read_bytes(),
        "LICENCE": into.text,
        "quality.toml": quality_text(found, list(trials.values())).encode(),
        **{f"golden/{name}.toml": golden_text(trial).encode() for name, trial in trials.items()},
    }
    return Imported(
        key=key,
        folder=into.folder / key,
        status=_write(into.folder / key, files),
        properties=properties,
        unread=found.unknown,
        golden=len(trials),
        disagreeing=disagreeing,
        names=offer.names,
    )


def _key(offer: Offer, properties: Sequence[str], mark: str, taken: set[str]) -> str:
    """Return `<kind>_<vendor>_<model>@<firmware>-<repository>`, which neither the product nor another import has."""
    kind = next(
        (kind for start, kind in KINDS.items() if any(name.startswith(start) for name in properties)),
        "sensor",
    )
    firmware = _slug(offer.firmwares[0]) if offer.firmwares else ""
    key = f"{kind}_{_slug(offer.vendor)}_{_slug(offer.device)}@{firmware}{'-' * bool(firmware)}{mark}"
    free = next(
        one for number in range(1, 1000) if (one := key if number == 1 else f"{key}-{number}") not in taken
    )
    taken.add(free)
    return free


def _slug(text: str) -> str:
    return _NO_SLUG.sub("-", text.lower()).strip("-.")


def _trials(offer: Offer, found: Survey, source: str, runner: Runner) -> tuple[dict[str, Trial], list[str]]:
    """Return golden readings by the name of their file, and the examples that the codec does not agree with."""
    codec, trials, disagreeing = _codec(offer, found, runner), {}, []
    for number, example in enumerate(offer.examples[:_MOST_EXAMPLES], 1):
        trial = _trial(found, example, f"{source}, {example.text}"[:200])
        if trial is None:
            continue
        if failing(trial, codec):
            disagreeing.append(example.text)
        else:
            trials[f"{number:03d}_{_slug(example.text).replace('.', '-')[:40].strip('-') or 'example'}"] = (
                trial
            )
    return trials, disagreeing


def _codec(offer: Offer, found: Survey, runner: Runner) -> Codec:
    document = Document(
        key="",
        title=Words(zh="", en=""),
        heartbeat_s=HEARTBEAT_S,
        silent_after_s=SILENT_AFTER_S,
        sources=(),
        javascript=found.table,
    )
    return javascript_codec(document, found.table, Spot(path=offer.codec.with_name(PROFILE_FILE)), runner)


def _trial(found: Survey, example: Example, source: str) -> Trial | None:
    """Make a test of what the repository says that comes of an example; nothing where it does not say it."""
    said = example.answer or {}
    errors = said.get("errors")
    if isinstance(errors, list) and errors:
        return Trial(
            source=source, hex=example.payload.hex(), port=example.port, refused=str(errors[0])[:200]
        )
    answer = example.normal or {} if found.table.normalize else said
    try:
        gives = found.given(answer.get("data"))
    except DecodeError:
        return None
    if not gives:
        return None
    return Trial(source=source, hex=example.payload.hex(), port=example.port, gives=gives)


def _write(folder: Path, files: Mapping[str, bytes]) -> Status:
    """Write what is not there yet, and take away golden readings of an earlier import.

    Raises:
        ProfileError: a file cannot be written.
    """
    profile = folder / PROFILE_FILE
    try:
        if profile.is_file() and not profile.read_text(encoding="utf-8").startswith(MARK):
            return Status.KEPT
        fresh = not profile.is_file()
        stale = [
            one for one in folder.glob("golden/*.toml") if f"golden/{one.name}" not in files and _ours(one)
        ]
        for one in stale:
            one.unlink()
        changed = [name for name, octets in files.items() if not _holds(folder / name, octets)]
        for name in changed:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(files[name])
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"{folder}: {error}") from error
    if fresh:
        return Status.NEW
    return Status.RENEWED if changed or stale else Status.SAME


def _holds(path: Path, octets: bytes) -> bool:
    return path.is_file() and path.read_bytes() == octets


def _ours(path: Path) -> bool:
    return path.read_bytes().startswith(MARK.encode())
