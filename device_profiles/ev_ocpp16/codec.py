"""OCPP 1.6 charging points: the fields of a call as JSON, with the action's name beside them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from device_profiles import DecodeError, Reading
from wire import DeviceId, Observation, PropertyName, TimeTrust, Value

_STATES = frozenset(
    {
        "Available",
        "Preparing",
        "Charging",
        "SuspendedEVSE",
        "SuspendedEV",
        "Finishing",
        "Reserved",
        "Unavailable",
        "Faulted",
    }
)
# Measurand to property, and by how much each unit is to be multiplied (OCPP 1.6, 7.31 and 7.36).
_MEASURANDS: Mapping[str, tuple[str, Mapping[str, float]]] = {
    "Energy.Active.Import.Register": ("ev.index", {"Wh": 0.001, "kWh": 1}),
    "Power.Active.Import": ("ev.power", {"W": 1, "kW": 1000}),
    "Current.Import": ("ev.current", {"A": 1}),
    "Voltage": ("ev.voltage", {"V": 1}),
    "Temperature": ("ev.temperature", {"Celcius": 1, "Celsius": 1}),
}
_USUAL = {
    "ev.index": "Wh",
    "ev.power": "W",
    "ev.current": "A",
    "ev.voltage": "V",
    "ev.temperature": "Celsius",
}
Row = tuple[str, Value]


def decode(reading: Reading, /) -> Sequence[Observation]:
    """Return what a charging point said; a connector is the device <charging point>/<connector>."""
    try:
        said = msgspec.json.decode(reading.payload, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DecodeError(f"expected a JSON object with an action: {error}") from error
    action = said.get("action")
    if action == "MeterValues":
        return [row for one in _list(said, "meterValue") for row in _rows(reading, said, one, _metered(one))]
    rows = _ACTIONS.get(action if isinstance(action, str) else "")
    if rows is None:
        raise DecodeError(f"expected an action that this profile knows, got {action!r}")
    return _rows(reading, said, said, rows(said))


def _booted(said: Mapping[str, Any]) -> Iterator[Row]:
    yield "device.started", "boot"
    if isinstance(said.get("firmwareVersion"), str):
        yield "device.firmware", said["firmwareVersion"]


def _lives(_: Mapping[str, Any]) -> Iterator[Row]:
    yield "device.heartbeat", 1


def _state(said: Mapping[str, Any]) -> Iterator[Row]:
    status, error = said.get("status"), said.get("errorCode")
    if status not in _STATES or not isinstance(error, str):
        raise DecodeError(f"expected a status and an errorCode of OCPP 1.6, got {status!r} and {error!r}")
    yield "ev.state", str(status).lower()
    yield "ev.fault", "none" if error == "NoError" else error


def _started(said: Mapping[str, Any]) -> Iterator[Row]:
    yield "ev.index", _number(said, "meterStart") / 1000


def _stopped(said: Mapping[str, Any]) -> Iterator[Row]:
    yield "ev.index", _number(said, "meterStop") / 1000


_ACTIONS = {
    "BootNotification": _booted,
    "Heartbeat": _lives,
    "StatusNotification": _state,
    "StartTransaction": _started,
    "StopTransaction": _stopped,
}


def _metered(one: Mapping[str, Any]) -> Iterator[Row]:
    """Give one value a measurand: of the whole, else sum (power), highest (current) or mean (voltage) of the phases."""
    found: dict[str, dict[str, float]] = {}
    for value in _list(one, "sampledValue"):
        measurand = value.get("measurand", "Energy.Active.Import.Register")
        known = _MEASURANDS.get(measurand)
        if known is None or value.get("format", "Raw") != "Raw":
            continue
        name, units = known
        unit = value.get("unit", _USUAL[name])
        if unit not in units:
            raise DecodeError(f"expected {measurand} in {' or '.join(units)}, got {unit!r}")
        found.setdefault(name, {})[str(value.get("phase", ""))] = _number(value, "value") * units[unit]
    for name, phases in found.items():
        yield name, round(phases[""] if "" in phases else _of_phases(name, list(phases.values())), 6)


def _of_phases(name: str, values: list[float]) -> float:
    if name == "ev.current":
        return max(values)
    return sum(values) if name in ("ev.power", "ev.index") else sum(values) / len(values)


def _rows(
    reading: Reading, said: Mapping[str, Any], dated: Mapping[str, Any], rows: Iterator[Row]
) -> list[Observation]:
    """Date rows by the charging point's own time where it gives one."""
    connector = said.get("connectorId", 0)
    if not isinstance(connector, int) or not 0 <= connector < 1000:
        raise DecodeError(f"expected a connectorId from 0 on, got {connector!r}")
    at_ms = _time_ms(dated.get("timestamp"))
    return [
        Observation(
            device=DeviceId(f"{reading.device}/{connector}") if connector else reading.device,
            property=PropertyName(name),
            value=value,
            at_ms=reading.taken_ms if at_ms is None else at_ms,
            trust=reading.taken_trust if at_ms is None else TimeTrust.DEVICE,
        )
        for name, value in rows
    ]


def _time_ms(text: object) -> int | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(str(text))
        at_ms = round(at.timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise DecodeError(f"expected a timestamp of RFC 3339, got {text!r:.60}") from error
    if at.tzinfo is None:
        raise DecodeError(f"expected a timestamp with its zone, got {text!r:.60}")
    return at_ms


def _list(said: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    values = said.get(name)
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise DecodeError(f"expected a list {name}, got {values!r:.60}")
    return values


def _number(said: Mapping[str, Any], name: str) -> float:
    value = said.get(name)
    try:
        number = float(value)  # type: ignore[arg-type]  # whatever it is, it is a number or refused
    except (TypeError, ValueError) as error:
        raise DecodeError(f"expected a number {name}, got {value!r:.60}") from error
    if not -1e15 < number < 1e15:
        raise DecodeError(f"expected a number {name}, got {value!r:.60}")
    return number
