"""Chooses who explains a telegram: by manufacturer, version, kind and CI field."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from device_profiles.protocols.mbus import Address, Record, dated, unpacked
from device_profiles.protocols.wmbus.link import Link
from device_profiles.protocols.wmbus.makers import apator, codes, layouts, own, prios, techem
from device_profiles.protocols.wmbus.makers.codes import Explained
from device_profiles.protocols.wmbus.said import Said
from device_profiles.protocols.wmbus.status import STATUS_WORDS, status_words
from device_profiles.protocols.wmbus.transport import Transport

_IMPULSES: Final = 0xA0
_SMOKE_DETECTOR: Final = 0x1A
_DEFINED_MODES: Final = 15
_WALKED_BY: Final = frozenset({"QDS", "LSE"})
_KADEN: Final = frozenset({"KDN", "VIP"})
_APPENDED: Final[Mapping[str, Callable[[bytes], tuple[list[Record], list[str]]]]] = {
    "APA": apator.registers,
    "BMP": own.hydroclima,
    "GWF": own.gwf,
    "ZRI": own.zenner,
}
_CODED: Final[Mapping[str, Callable[[Sequence[Record]], Explained]]] = {
    "AXI": codes.axioma,
    "GSS": codes.gran,
    "KAM": codes.kamstrup,
    "KAW": codes.kamstrup,
}


def _as_they_are(rows: Sequence[Record]) -> Explained:
    return Explained(rows=rows)


_APATORS: Final[Mapping[str, Callable[[Sequence[Record]], Explained]]] = {
    "heat": codes.elf,
    "cold_water": codes.ultrimis,
}


def proprietary(link: Link) -> Said | None:
    """Return what a telegram says that has no layers of the standard above its link; None where it has.

    Raises:
        DecodeError: its layout is broken.
    """
    maker, ci = link.address.maker, link.content[0]
    if maker in prios.MAKERS and ci in prios.CI_FIELDS:
        return prios.read_prios(link)
    if maker in techem.MAKERS and ci in techem.CI_FIELDS:
        return techem.read_techem(link)
    if maker == "APT" and ci == _IMPULSES:
        return apator.read_impulses(link)
    return None


def without_records(link: Link, transport: Transport) -> Said | None:
    """Return what a content says that is no records, though its header is the standard's.

    Raises:
        DecodeError: its layout is broken.
    """
    if link.address.maker == "BFW":
        return layouts.read_bfw(transport.content)
    if link.address.maker in prios.MAKERS and transport.mode > _DEFINED_MODES:
        return Said(
            records=prios.read_real(link, transport.content),
            states=tuple(status_words(transport.header.status)),
            tells=STATUS_WORDS,
            meter=prios.transposed(link.address),
        )
    return None


def interpret(link: Link, transport: Transport, said: Said) -> Said:
    """Add what a manufacturer says in its own codes."""
    return explain(transport.header.address or link.address, transport.header.status, said)


def explain(meter: Address, status: int, said: Said) -> Said:
    """Add what a manufacturer says in its own codes."""
    explained = _explained(meter, status, dated(unpacked(said.records.rows)))
    rows, states = [*explained.rows], [*said.states, *explained.states]
    append = _APPENDED.get(meter.maker)
    if append is not None and said.records.has_own:
        more, words = append(said.records.own)
        rows += more
        states += words
    if meter.maker in _WALKED_BY:
        rows += [more for record in said.records.rows for more in own.walk_by(record)]
    return replace(
        said,
        records=replace(said.records, rows=rows),
        states=tuple(states),
        tells=(*said.tells, *explained.tells),
        understood=explained.understood,
    )


def _explained(meter: Address, status: int, rows: Sequence[Record]) -> Explained:
    if meter.maker in _CODED:
        return _CODED[meter.maker](rows)
    if meter.maker == "APA":
        return _APATORS.get(meter.medium, _as_they_are)(rows)
    if meter.maker in _KADEN:
        return codes.kaden(rows, status)
    if meter.medium_code == _SMOKE_DETECTOR:
        return codes.smoke_detector(rows)
    if meter.maker == "LAS":
        return codes.lansen(rows, meter, status)
    return _as_they_are(rows)
