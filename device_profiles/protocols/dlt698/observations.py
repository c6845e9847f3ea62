"""A meter's answers and reports as observations: values in the catalogue's units, what is not measured left out."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from device_profiles.errors import DecodeError
from device_profiles.protocols.dlt698.apdu import Apdu, Records, Result, read_apdu
from device_profiles.protocols.dlt698.dar import dar_words
from device_profiles.protocols.dlt698.data import Data
from device_profiles.protocols.dlt698.link import Frame, assembled, read_frames
from device_profiles.protocols.dlt698.objects import Attribute, attribute_of
from device_profiles.reading import Reading
from wire import Observation, PropertyName, TimeTrust, Value

_Fact = tuple[PropertyName, Value]
_IDENTITY: Final = PropertyName("meter.identity")
_STATUS: Final = PropertyName("meter.status")
_DEMAND: Final = PropertyName("electricity.demand")
_TOTAL: Final = PropertyName("electricity.index")
_HEARTBEAT: Final = PropertyName("device.heartbeat")
_LOGIN: Final = "LinkRequest"
"""What a meter with a modem says when it logs in, lives, and logs out."""
_FROZEN_AT: Final = "20210200"
_BEIJING_MS: Final = 8 * 3_600_000
"""Meters of this standard run on Beijing time."""
_POWERS: Final = (1, 10, 100, 1000, 10_000)
_ALL_ONES: Final = {
    "double-long-unsigned": 0xFFFFFFFF,
    "long-unsigned": 0xFFFF,
    "long64-unsigned": 0xFFFFFFFFFFFFFFFF,
}


def observations(reading: Reading) -> Sequence[Observation]:
    """Return what the meter said; its own address goes along with its energies.

    A record is as old as its time of freezing says.

    Raises:
        DecodeError: a frame is broken, is a question, answers with an error or holds nothing that can be read.
    """
    found: list[Observation] = []
    for frame in assembled(read_frames(reading.payload)):
        apdu = _opened(frame)
        if apdu.service == _LOGIN:
            found.append(_observed(reading, (_HEARTBEAT, 1)))
            continue
        facts = list(_facts(apdu))
        if any(name == _TOTAL for name, _ in facts):
            facts.insert(0, (_IDENTITY, frame.server.digits))
        found += [_observed(reading, fact) for fact in facts]
        found += _recorded(reading, apdu)
    return found


def _observed(reading: Reading, fact: _Fact, at_ms: int | None = None) -> Observation:
    return Observation(
        device=reading.device,
        property=fact[0],
        value=fact[1],
        at_ms=reading.taken_ms if at_ms is None else at_ms,
        trust=reading.taken_trust if at_ms is None else TimeTrust.DEVICE,
    )


def _opened(frame: Frame) -> Apdu:
    """Return the APDU in which a meter says something."""
    if not frame.from_server:
        raise DecodeError(f"expected a meter's frame, got one to a meter (control {frame.control:02X})")
    apdu = read_apdu(frame.apdu)
    if apdu.service == "SecurityResponse":
        if apdu.secured is None or apdu.fields.get("enciphered"):
            raise DecodeError("expected an answer in plain text, got one that is enciphered or refused")
        apdu = read_apdu(apdu.secured)
    if apdu.service == "ErrorResponse":
        raise DecodeError(f"the meter {frame.server.digits} refuses: error {apdu.fields['error']}")
    if not apdu.service.startswith(("GetResponse", "ReportNotification", _LOGIN)):
        raise DecodeError(f"expected what a meter reads or reports, got {apdu.service}")
    return apdu


def _results(apdu: Apdu) -> Iterator[Result | Records]:
    """Yield every result of an answer or report, and those that the meter added by itself."""
    for part in (*apdu.fields.values(), apdu.follow):
        for one in part if isinstance(part, list) else [part]:
            if isinstance(one, Result | Records):
                yield one


def _facts(apdu: Apdu) -> Iterator[_Fact]:
    results = list(_results(apdu))
    refused = [result for result in results if result.dar is not None]
    if refused and len(refused) == len(results):
        words = ", ".join(f"{one.oad}: {dar_words(one.dar or 0).en}" for one in refused)
        raise DecodeError(f"the meter refuses: {words}")
    if not results:
        raise DecodeError(f"expected results in the {apdu.service}, got none")
    for result in results:
        if isinstance(result, Result) and result.data is not None:
            yield from _of(result.oad, result.data)


def _recorded(reading: Reading, apdu: Apdu) -> Iterator[Observation]:
    for records in _results(apdu):
        if isinstance(records, Records):
            names = [name if isinstance(name, str) else str(name["oad"]) for name in records.columns]
            for row in records.rows:
                yield from _row(reading, list(zip(names, row, strict=True)))


def _row(reading: Reading, cells: Sequence[tuple[str, Data]]) -> Iterator[Observation]:
    at_ms = next((_utc_ms(data.value) for name, data in cells if name == _FROZEN_AT), None)
    for name, data in cells:
        for fact in _of(name, data):
            yield _observed(reading, fact, at_ms)


def _utc_ms(time: object) -> int | None:
    if not isinstance(time, str):
        return None
    try:
        moment = datetime.fromisoformat(time).replace(tzinfo=UTC)
    except ValueError:  # the 30th of February
        return None
    return int(moment.timestamp() * 1000) - _BEIJING_MS


def _of(oad: str, data: Data) -> Iterator[_Fact]:
    """Yield what one attribute says; one that the catalogue has no name for says nothing."""
    attribute = attribute_of(oad)
    if attribute is None or not attribute.properties:
        return
    element = int(oad[6:], 16)
    names = attribute.properties
    if attribute.properties[0] == _STATUS:
        yield from _status(data)
    elif attribute.properties[0] == _DEMAND or oad.startswith("202c"):
        yield from _first_of_structure(attribute, data)
    elif isinstance(data.value, list):
        yield from _elements(attribute, names, data.value)
    else:
        yield from _elements(attribute, names[max(element - 1, 0) : max(element, 1)], [data])


def _elements(
    attribute: Attribute, names: Iterable[PropertyName], elements: Iterable[Data]
) -> Iterator[_Fact]:
    for name, one in zip(names, elements, strict=False):
        value = _value(attribute, one)
        if value is not None:
            yield name, value


def _value(attribute: Attribute, data: Data) -> Value | None:
    value = data.value
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float):
        return None if value != value else value  # NaN
    if _ALL_ONES.get(data.type) == value:
        return None
    decimals = attribute.decimals - attribute.shift
    return value / _POWERS[decimals] if decimals > 0 else value * _POWERS[-decimals]


def _first_of_structure(attribute: Attribute, data: Data) -> Iterator[_Fact]:
    """A demand stands before its time, the credit before the count of purchases; tariffs may surround them."""
    value = data.value
    while isinstance(value, list) and value:
        data = value[0]
        value = data.value
    yield from _elements(attribute, attribute.properties, [data])


def _status(data: Data) -> Iterator[_Fact]:
    words = data.value if isinstance(data.value, list) else [data]
    bits = [word.value for word in words if isinstance(word.value, str) and word.type == "bit-string"]
    if bits:
        yield _STATUS, "".join(f"{int(one or '0', 2):0{(len(one) + 3) // 4}x}" for one in bits)
