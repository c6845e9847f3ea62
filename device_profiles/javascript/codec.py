"""Makes a profile's decode function of the table [javascript]: run the vendor's codec, read its fields."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from device_profiles.declared import Document, Javascript, Spot, Unfit
from device_profiles.errors import DecodeError, ProfileError
from device_profiles.javascript.field import Field
from device_profiles.javascript.paths import Steps, leaves, shown, steps_of
from device_profiles.javascript.process import engine_folder
from device_profiles.javascript.runner import Output, Runner
from device_profiles.javascript.script import Entry, Script
from device_profiles.profile import Codec
from device_profiles.reading import Format, Reading
from wire import Observation, PropertyName, Value

_UPLINKS: Final = (Entry.UPLINK, Entry.DECODE_UPLINK, Entry.DECODE, Entry.DECODER)


def javascript_codec(document: Document, table: Javascript, spot: Spot, runner: Runner) -> Codec:
    """Return the decode function; the vendor's file is read when the first reading comes.

    Raises:
        ProfileError: the table is declared wrongly, its file is missing, or the engine is not installed.
    """
    engine_folder()
    inside = spot.inside("javascript")
    script = Script(_file(table.file, inside))
    entry = _entry(table.entry, inside)
    reader = _Reader(table, inside)

    def decode(reading: Reading, /) -> Sequence[Observation]:
        _check_reading(reading, table)
        try:
            answer = _answer(runner, script, entry, reading)
            rows = list(reader.observations(_measured(runner, script, table, answer, reading), reading))
        except ProfileError as error:  # the engine or the file is gone: the reading is kept, with the reason
            raise DecodeError(str(error)) from error
        return [*rows, *_link(reading)] if document.link else rows

    return decode


class _Reader:
    """The fields of a table, and what becomes of all others."""

    def __init__(self, table: Javascript, spot: Spot) -> None:
        if not table.field:
            raise spot.error("field", "expected at least one")
        self._fields = [
            Field(one, spot.inside(f"field {number}")) for number, one in enumerate(table.field, 1)
        ]
        self._strict = table.unknown is Unfit.REFUSE
        self._known = [field.steps for field in self._fields] + [steps_of(path) for path in table.ignored]

    def observations(self, measured: Sequence[object], reading: Reading) -> Iterator[Observation]:
        """Give what the fields say, each property once a measurement."""
        for one in measured:
            if self._strict:
                self._refuse_unknown(one)
            for name, value in self._values(one).items():
                yield _observation(reading, name, value)

    def _values(self, measurement: object) -> dict[PropertyName, Value]:
        values: dict[PropertyName, Value] = {}
        for field in self._fields:
            if field.property not in values and (value := field.value(measurement)) is not None:
                values[field.property] = value
        return values

    def _refuse_unknown(self, measurement: object) -> None:
        for steps, _ in leaves(measurement):
            if not any(_below(steps, known) for known in self._known):
                raise DecodeError(f"expected fields that the profile lists, got {shown(steps)} of the codec")


def _below(steps: Steps, known: Steps) -> bool:
    return tuple(map(str, steps[: len(known)])) == tuple(map(str, known))


def _check_reading(reading: Reading, table: Javascript) -> None:
    if reading.format is not Format.BYTES:
        raise DecodeError(f"expected the device's own bytes, got {reading.format}")
    if table.ports and reading.port not in table.ports:
        port = "no port" if reading.port is None else f"port {reading.port}"
        raise DecodeError(f"expected port {' or '.join(map(str, table.ports))}, got {port}")


def _answer(runner: Runner, script: Script, entry: Entry, reading: Reading) -> Output:
    """Ask the codec what an uplink means; `recvTime` and the time in its world are the reading's."""
    given: dict[str, object] = {"bytes": list(reading.payload), "recvTime": True, "variables": {}}
    if reading.port is not None:
        given["fPort"] = reading.port
    return _sound(runner, runner.run(script, entry, given, reading.taken_ms))


def _measured(
    runner: Runner, script: Script, table: Javascript, answer: Output, reading: Reading
) -> list[object]:
    """Return the measurements of an answer: its data, or what the codec's normalizeUplink makes of it."""
    if not table.normalize:
        return [answer["data"]]
    given = {**answer, "recvTime": True}
    normal = _sound(runner, runner.run(script, Entry.NORMALIZE_UPLINK, given, reading.taken_ms))["data"]
    return normal if isinstance(normal, list) else [normal]


def _sound(runner: Runner, answer: Output) -> Output:
    """Return an answer that has data and no errors; its warnings are counted."""
    errors = answer.get("errors")
    if errors:
        raise DecodeError(f"the codec refuses: {_listed(errors)}")
    warnings = answer.get("warnings")
    if warnings:
        runner.count("warnings", len(warnings) if isinstance(warnings, list) else 1)
    if not isinstance(answer.get("data"), dict | list):
        raise DecodeError(f"expected data from the codec, got {sorted(answer) or 'nothing'}")
    return answer


def _link(reading: Reading) -> Iterator[Observation]:
    for name, value in (("link.rssi", reading.rssi_dbm), ("link.snr", reading.snr_db)):
        if value is not None:
            yield _observation(reading, PropertyName(name), value)


def _observation(reading: Reading, name: PropertyName, value: Value) -> Observation:
    return Observation(
        device=reading.device,
        property=name,
        value=value,
        at_ms=reading.taken_ms,
        trust=reading.taken_trust,
    )


def _listed(errors: object) -> str:
    return "; ".join(map(str, errors))[:300] if isinstance(errors, list) else str(errors)[:300]


def _entry(name: str, spot: Spot) -> Entry:
    if name not in _UPLINKS:
        raise spot.error("entry", f"expected one of {', '.join(_UPLINKS)}, got {name!r}")
    return Entry(name)


def _file(name: str, spot: Spot) -> Path:
    if not name or Path(name).name != name:
        raise spot.error("file", f"expected a file beside the profile.toml, got {name!r}")
    found = spot.path.parent / name
    if not found.is_file():
        raise spot.error("file", f"expected a file {name!r} beside the profile.toml, there is none")
    return found
