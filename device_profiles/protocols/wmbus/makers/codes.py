"""Codes inside ordinary records that only their manufacturer explains: VIFEs behind FF, bits of status and flags."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from device_profiles.protocols.mbus import Address, Record

# Kamstrup, technical descriptions of MULTICAL 403 and 603, table of info codes.
_KAMSTRUP_HEAT: Final[Mapping[int, str]] = {
    3: "sensor_t1_above_measuring_range",
    4: "sensor_t2_above_measuring_range",
    5: "sensor_t1_below_measuring_range",
    6: "sensor_t2_below_measuring_range",
    16: "v1_communication_error",
}
# Kamstrup, MULTICAL 21 and flowIQ: four states, each with how long it lasted within the last 30 days.
_KAMSTRUP_WATER: Final = ("dry", "reversed", "leak", "burst")
_LASTED: Final = (
    "",
    "1-8 hours",
    "9-24 hours",
    "2-3 days",
    "4-7 days",
    "8-14 days",
    "15-21 days",
    "22-31 days",
)
_TIMES: Final = ("time_dry", "time_reversed", "time_leaking", "time_bursting")
# Apator Ultrimis: a state now, in this month, in the month before.
_ULTRIMIS: Final = {0: "tamper", 3: "no_flow", 6: "reverse"}
_KADEN: Final = {0x20: "leak_flow_low", 0x40: "leak_flow_high"}
_SMOKE: Final = 0x04
_LANSEN_DOOR: Final = (0x07, 0x1D)
_LANSEN_COUNTERS: Final = (0x0B, 0x14)


class Explained(Struct, frozen=True, kw_only=True):
    """Records and words that a manufacturer's codes stand for; `tells` are all words that they could."""

    rows: Sequence[Record]
    states: Sequence[str] = ()
    tells: Sequence[str] = ()
    understood: int = 0


def kamstrup(rows: Sequence[Record]) -> Explained:
    """Explain Kamstrup's: volume times temperature of both pipes, and info codes."""
    found: list[Record] = []
    states: list[str] = []
    tells: Sequence[str] = ()
    for record in rows:
        if record.code in (b"\xff\x07", b"\xff\x08"):
            word = "flow" if record.code[1] == 0x07 else "return"
            found.append(replace(record, quantity="volume_temperature", unit="m3.Cel", qualifiers=(word,)))
        elif record.code == b"\xff\x22" and record.storage == 0:
            states += _named(record, _KAMSTRUP_HEAT, "info_code")
            found.append(replace(record, quantity="info_code"))
        elif record.code == b"\xff\x20":
            code, tells = _bits(record), _KAMSTRUP_WATER
            states += [word for bit, word in enumerate(_KAMSTRUP_WATER) if code >> bit & 1]
            found += [replace(record, quantity="info_code"), *_lasted(code)]
        else:
            found.append(record)
    return Explained(rows=found, states=states, tells=tells)


def _lasted(code: int) -> Iterator[Record]:
    for step, name in enumerate(_TIMES):
        text = _LASTED[code >> (4 + 3 * step) & 0x07]
        if text:
            yield Record(quantity=name, value=text)


def axioma(rows: Sequence[Record]) -> Explained:
    """Explain Axioma's: a battery in one octet is what is left of it in percent."""
    return Explained(
        rows=[
            replace(record, quantity="battery_percent", unit="%", value=Decimal(record.raw[0]))
            if record.quantity == "battery_left" and len(record.raw) == 1
            else record
            for record in rows
        ]
    )


def elf(rows: Sequence[Record]) -> Explained:
    """Explain Apator's heat meter: the record of its own holds the error flags."""
    return Explained(
        rows=[
            replace(record, quantity="error_flags") if record.code == b"\x7f" else record for record in rows
        ]
    )


def ultrimis(rows: Sequence[Record]) -> Explained:
    """Explain the flags of Apator's Ultrimis, as far as they are known."""
    words = {
        bit + shift: word + suffix
        for shift, suffix in ((0, ""), (8, "_this_month"), (16, "_previous_month"))
        for bit, word in _ULTRIMIS.items()
    }
    return _flagged(rows, words)


def gran(rows: Sequence[Record]) -> Explained:
    """Explain the flags of Gran-System's electricity meters, whose high half says how many phases there are."""
    found, states = [], []
    for record in rows:
        flags = _bits(record)
        if record.quantity != "error_flags" or flags >> 16 not in (0x0101, 0x0102):
            found.append(record)
            continue
        states.append("single_phase_meter" if flags >> 16 == 0x0102 else "three_phase_meter")
        if flags & 0x02:
            states.append("rtc_error")
        rest = flags & 0xFFFD
        found.append(replace(record, value=Decimal(rest)))
    return Explained(rows=found, states=states)


def lansen(rows: Sequence[Record], meter: Address, status: int) -> Explained:
    """Explain Lansen's: a door contact says open or closed, a pulse counter that its case was opened."""
    if (meter.version, meter.medium_code) == _LANSEN_DOOR:
        contacts = [_bits(record) for record in rows if record.quantity == "digital_input"]
        return Explained(rows=rows, states=["open" if one & 0x04 else "closed" for one in contacts])
    if meter.version in _LANSEN_COUNTERS:
        words = ["sabotage_enclosure"] if status & 0x40 else []
        return Explained(rows=rows, states=words, tells=("sabotage_enclosure",), understood=0x40)
    return Explained(rows=rows)


def smoke_detector(rows: Sequence[Record]) -> Explained:
    """Explain the flags of a smoke detector that says that it keeps to the standard (VIFE 1D)."""
    found: list[Record] = []
    states: list[str] = []
    tells: list[str] = []
    for record in rows:
        if record.quantity != "error_flags" or "standard_conform" not in record.qualifiers:
            found.append(record)
            continue
        flags = _bits(record)
        tells = ["smoke"]
        states += tells if flags & _SMOKE else []
        found.append(replace(record, value=Decimal(flags & ~_SMOKE)))
    return Explained(rows=found, states=states, tells=tells)


def kaden(rows: Sequence[Record], status: int) -> Explained:
    """Explain Kaden's status bits: water runs without a pause, slower or faster than the limit."""
    words = [word for bit, word in _KADEN.items() if status & bit]
    return Explained(rows=rows, states=words, tells=tuple(_KADEN.values()), understood=sum(_KADEN))


def _flagged(rows: Sequence[Record], words: Mapping[int, str]) -> Explained:
    found: list[Record] = []
    states: list[str] = []
    tells: list[str] = []
    known = sum(1 << bit for bit in words)
    for record in rows:
        if record.quantity != "error_flags":
            found.append(record)
            continue
        flags = _bits(record)
        tells = list(words.values())
        states += [word for bit, word in words.items() if flags >> bit & 1]
        found.append(replace(record, value=Decimal(flags & ~known)))
    return Explained(rows=found, states=states, tells=tells)


def _named(record: Record, words: Mapping[int, str], other: str) -> Iterator[str]:
    flags = _bits(record)
    for bit in range(flags.bit_length()):
        if flags >> bit & 1:
            yield words.get(bit, f"{other}_{bit}")


def _bits(record: Record) -> int:
    return int.from_bytes(record.raw, "little")
