"""Loads one profile folder: profile.toml, and codec.py where frames are not enough."""

import struct
from collections.abc import Sequence
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from device_profiles.declared import (
    Document,
    Spot,
    compile_codec,
    compile_registers,
    failing,
    in_family,
    read_document,
)
from device_profiles.dialogue import Dialogue
from device_profiles.errors import DecodeError, ProfileError
from device_profiles.javascript import javascript_codec, shared_runner
from device_profiles.profile import Codec, Picture, Profile
from device_profiles.reading import Reading
from device_profiles.resources import Names, resource_codec
from wire import CATALOGUE, Observation, PropertyName

PROFILE_FILE: Final = "profile.toml"
CODEC_FILE: Final = "codec.py"
# What a mistake in a codec.py raises on bytes that its author did not think of.
_SLIPS = (LookupError, ValueError, TypeError, ArithmeticError, AttributeError, struct.error)


class Loaded(Struct, frozen=True, kw_only=True):
    """A profile with the folder and the document that it came from."""

    profile: Profile
    document: Document
    folder: Path


class Written(Struct, frozen=True, kw_only=True):
    """What a folder brings beside its declaration: how bytes are understood, asked for, and seen as pictures."""

    decode: Codec
    dialogue: Dialogue | None = None
    frame: Picture | None = None


def load_folder(folder: Path) -> Loaded:
    """Load the profile of a folder, and hold it to the tests that its profile.toml gives.

    A vendor's codec is started by the first reading, not by loading: `lilong profile check` runs its tests.

    Raises:
        ProfileError: the profile is declared wrongly or fails a test; names file, table and key.
    """
    path = folder / PROFILE_FILE
    spot = Spot(path=path)
    document = in_family(read_document(path), spot)
    _check(document, spot)
    written = _codec(document, folder, spot)
    codec = written.decode
    if document.javascript is None:
        hold_to_tests(document, codec, spot)
    profile = Profile(
        key=document.key,
        title=document.title,
        heartbeat_s=float(document.heartbeat_s),
        silent_after_s=float(document.silent_after_s),
        decode=codec,
        dialogue=written.dialogue,
        frame=written.frame,
        private=document.private,
        slow=document.javascript is not None,
        objects=frozenset() if document.senml is None else Names(document.senml).objects,
    )
    return Loaded(profile=profile, document=document, folder=folder)


def hold_to_tests(document: Document, codec: Codec, spot: Spot) -> None:
    """Run the tests of a profile.toml.

    Raises:
        ProfileError: one fails.
    """
    for number, trial in enumerate(document.tests, 1):
        problem = failing(trial, codec)
        if problem:
            raise spot.inside(f"tests {number}").error("hex", problem)


def folders_in(shelf: Path) -> list[Path]:
    """Return the profile folders directly inside a folder, or the folder itself where it is one."""
    if (shelf / PROFILE_FILE).is_file():
        return [shelf]
    return sorted(path.parent for path in shelf.glob(f"*/{PROFILE_FILE}"))


def key_problem(key: str) -> str:
    """Return what is wrong with a profile's key, nothing if it can be one."""
    if key and not set(key) - set("abcdefghijklmnopqrstuvwxyz0123456789_.@-"):
        return ""
    return f"expected lower case letters, digits and _ . @ - , got {key!r}"


def _check(document: Document, spot: Spot) -> None:
    problem = key_problem(document.key)
    if problem:
        raise spot.error("key", problem)
    if not document.tests and document.javascript is None:
        raise spot.error("tests", "expected at least one test")
    if not document.sources:
        raise spot.error("sources", "expected where the facts come from")
    if not 0 < document.heartbeat_s <= document.silent_after_s:
        raise spot.error("silent_after_s", "expected at least heartbeat_s, and both above 0")
    for name, named in document.senml.names.items() if document.senml else ():
        if PropertyName(named.property) not in CATALOGUE:
            raise spot.inside("senml").error(
                name, f"expected a property of the catalogue, got {named.property!r}"
            )


def _codec(document: Document, folder: Path, spot: Spot) -> Written:
    code = folder / CODEC_FILE
    table = document.javascript
    ways = {
        "frame": bool(document.frame),
        "senml": document.senml is not None,
        "modbus": document.modbus is not None,
        "javascript": table is not None,
        CODEC_FILE: code.is_file(),
    }
    chosen = [name for name, there in ways.items() if there]
    if len(chosen) != 1:
        raise spot.error("frame", f"expected one of {', '.join(ways)}, got {' and '.join(chosen) or 'none'}")
    if document.frame:
        return Written(decode=compile_codec(document, spot))
    if document.senml is not None:
        return Written(decode=resource_codec(document.senml))
    if document.modbus is not None:
        decode, asked = compile_registers(document.modbus, spot)
        return Written(decode=decode, dialogue=asked)
    if table is not None:
        return Written(decode=javascript_codec(document, table, spot, shared_runner()))
    written = _written(code)
    dialogue = None if written.dialogue is None else _GuardedDialogue(written.dialogue)
    return replace(written, decode=_guarded(written.decode), dialogue=dialogue)


def _written(code: Path) -> Written:
    """Load what a codec.py brings, by its path; profile folders are no packages."""
    spec = spec_from_file_location(f"lilong_profile_{abs(hash(str(code)))}", code)
    if spec is None or spec.loader is None:
        raise ProfileError(f"{code}: expected a Python file")
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (ImportError, SyntaxError, NameError, *_SLIPS) as error:
        raise ProfileError(f"{code}: {type(error).__name__}: {error}") from error
    decode: Codec | None = getattr(module, "decode", None)
    if not callable(decode):
        raise ProfileError(f"{code}: expected a function decode(reading)")
    return Written(
        decode=decode, dialogue=getattr(module, "dialogue", None), frame=getattr(module, "frame", None)
    )


def _guarded(codec: Codec) -> Codec:
    """One unforeseen message of one device must not stop a gateway, so a slip becomes a refusal that names it."""

    def decode(reading: Reading, /) -> Sequence[Observation]:
        try:
            return codec(reading)
        except _SLIPS as error:
            raise DecodeError(f"the profile's codec.py failed: {type(error).__name__}: {error}") from error

    return decode


class _GuardedDialogue:
    """The same for a dialogue: a slip over noise on a line is no answer."""

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue

    def questions(self, address: str) -> Sequence[bytes]:
        try:
            return self._dialogue.questions(address)
        except _SLIPS as error:
            raise DecodeError(f"the profile's dialogue failed: {type(error).__name__}: {error}") from error

    def answer(self, address: str, question: bytes, heard: bytes) -> bytes | None:
        try:
            return self._dialogue.answer(address, question, heard)
        except _SLIPS as error:
            raise DecodeError(f"the profile's dialogue failed: {type(error).__name__}: {error}") from error
