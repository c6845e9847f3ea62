"""What a frame says: totals, temperatures, the status word, or the error that the meter answers."""

from typing import Final

from msgspec import Struct

from device_profiles.protocols.cjt188.frame import ERROR, RESPONSE, Frame, read_frame
from device_profiles.protocols.cjt188.identifiers import (
    METERED,
    PURCHASE,
    SETTLED,
    VALVE,
    VALVE_CLOSED,
    VALVE_OPEN,
    identifier_of,
)
from device_profiles.protocols.cjt188.meter_types import Family, family_of
from device_profiles.protocols.cjt188.quantity import (
    WIDTH,
    Dimension,
    Quantity,
    decimals,
    read_quantities,
    units_fit,
)

_TIME: Final = 7
_STATUS: Final = 2
_STANDARD: Final = 19
_HEAT: Final = 43
_HEAT_DIMENSIONS: Final = (
    Dimension.ENERGY,
    Dimension.ENERGY,
    Dimension.POWER,
    Dimension.FLOW,
    Dimension.VOLUME,
)
_LOW_BATTERY: Final = 0b100
_VALVES: Final = {0b00: "open", 0b01: "closed", 0b11: "fault"}
# How many quantities, whether the clock and whether the status stand in an answer of this many bytes: the standard has
# 19, meters without a settlement day or without a clock leave them out.
_METERED: Final = {
    5: (1, False, False),
    7: (1, False, True),
    10: (2, False, False),
    12: (2, False, True),
    14: (1, True, True),
    17: (2, True, False),
    19: (2, True, True),
}


class Content(Struct, frozen=True, kw_only=True):
    """What an answer says; whatever the meter does not send, or fills with FF, is None.

    `clock` are the digits YYYYMMDDhhmmss as they came. `status` are its two bytes as they came.
    """

    total: Quantity | None = None
    settlement: Quantity | None = None
    power: Quantity | None = None
    flow: Quantity | None = None
    volume: Quantity | None = None
    supply_c: float | None = None
    return_c: float | None = None
    hours: int | None = None
    clock: str | None = None
    status: bytes | None = None
    history: tuple[Quantity, ...] = ()
    balance: float | None = None
    unit_first: bool = False

    @property
    def valve(self) -> str | None:
        """The valve by the status word: open, closed, fault; None where it does not say."""
        return None if self.status is None else _VALVES.get(self.status[0] & 0b11)

    @property
    def battery_low(self) -> bool | None:
        """Whether the status word says that the battery is low."""
        return None if self.status is None else bool(self.status[0] & _LOW_BATTERY)


class Message(Struct, frozen=True, kw_only=True):
    """One frame with its meaning.

    `identifier` is the standard's (901F), `swapped` says that its low byte came first. `body` are the bytes behind
    identifier and serial number. `content` is None in questions and for what is not laid out as the standard says.
    `moved` is what a question wants of the valve.
    """

    frame: Frame
    identifier: int | None = None
    swapped: bool = False
    serial: int | None = None
    body: bytes = b""
    content: Content | None = None
    moved: str | None = None

    @property
    def response(self) -> bool:
        """Whether the meter answers; else it is asked."""
        return bool(self.frame.control & RESPONSE)

    @property
    def refused(self) -> bool:
        """Whether the meter answers with an error."""
        return bool(self.frame.control & ERROR)


def decode(octets: bytes) -> Message:
    """Return what the first frame says.

    Raises:
        DecodeError: there is no whole and right frame.
    """
    return understand(read_frame(octets)[0])


def understand(frame: Frame) -> Message:
    """Return what a frame says."""
    control, data = frame.control, frame.data
    if control & ERROR:
        serial = data[0] if data else None
        status = Content(status=data[1:3]) if len(data) >= 3 else None
        return Message(frame=frame, serial=serial, body=data[1:], content=status)
    if len(data) < 3:
        return Message(frame=frame, body=data)
    identifier, swapped = identifier_of(data[:2])
    body = data[3:]
    content, moved = None, None
    if control & RESPONSE:
        content = _content(frame.meter_type, identifier, body)
    elif identifier == VALVE and body:
        moved = {VALVE_OPEN: "open", VALVE_CLOSED: "closed"}.get(body[0])
    return Message(
        frame=frame,
        identifier=identifier,
        swapped=swapped,
        serial=data[2],
        body=body,
        content=content,
        moved=moved,
    )


def _content(meter_type: int, identifier: int, body: bytes) -> Content | None:
    if identifier == METERED:
        if family_of(meter_type) is Family.HEAT:
            return _heat(body)
        return _metered(body)
    if identifier in SETTLED and body and not len(body) % WIDTH:
        history, first = read_quantities(body, [None] * (len(body) // WIDTH))
        return Content(history=history, unit_first=first)
    if identifier == VALVE and len(body) == _STATUS:
        return Content(status=body)
    if identifier == PURCHASE and len(body) == 15:
        balance = decimals(body[9:13])
        return Content(balance=None if balance is None else balance / 100, status=body[13:])
    return None


def _metered(body: bytes) -> Content | None:
    shape = _METERED.get(len(body)) or _begun(body)
    if shape is None:
        return None
    count, timed, has_status = shape
    found, first = read_quantities(body, [None] * count)
    end = count * WIDTH
    state = end + (_TIME if timed else 0)
    return Content(
        total=found[0],
        settlement=found[1] if count > 1 else None,
        clock=body[end:state][::-1].hex() if timed else None,
        status=body[state : state + _STATUS] if has_status else None,
        unit_first=first,
    )


def _begun(body: bytes) -> tuple[int, bool, bool] | None:
    """Return what can be told of an answer of another length: makers add fields behind those of the standard.

    The quantities count if their units stand where they must, clock and status if the clock is one.
    """
    for count in (2, 1):
        if len(body) >= count * WIDTH and units_fit(body, count):
            clock = body[count * WIDTH : count * WIDTH + _TIME][::-1].hex()
            timed = len(body) > _STANDARD and count == 2 and _is_clock(clock)
            return count, timed, timed
    return None


def _is_clock(digits: str) -> bool:
    return (
        digits.isdigit()
        and digits[:2] == "20"
        and 1 <= int(digits[4:6]) <= 12
        and 1 <= int(digits[6:8]) <= 31
    )


def _heat(body: bytes) -> Content | None:
    """Read the standard's fields; what a maker adds behind them is left out if all units stand where they must."""
    if len(body) < _HEAT:
        return None
    found, first = read_quantities(body, _HEAT_DIMENSIONS)
    fits = [
        one.unit is not None and one.unit.dimension is kind
        for one, kind in zip(found, _HEAT_DIMENSIONS, strict=True)
    ]
    if len(body) > _HEAT and not all(fits):
        return None
    settlement, total, power, flow, volume = found
    return Content(
        settlement=settlement,
        total=total,
        power=power,
        flow=flow,
        volume=volume,
        supply_c=_hundredths(body[25:28]),
        return_c=_hundredths(body[28:31]),
        hours=decimals(body[31:34]),
        clock=body[34:41][::-1].hex(),
        status=body[41:_HEAT],
        unit_first=first,
    )


def _hundredths(data: bytes) -> float | None:
    raw = decimals(data)
    return None if raw is None else raw / 100
