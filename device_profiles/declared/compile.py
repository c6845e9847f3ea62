"""Compiles a profile.toml's frames to plain Python functions, once, when the profile is loaded."""

from collections.abc import Callable, Sequence
from typing import cast

from device_profiles.declared import runtime
from device_profiles.declared.document import Document
from device_profiles.declared.frames import LONGEST, Sized, sized, write_frame
from device_profiles.declared.source import Source
from device_profiles.declared.spot import Spot
from device_profiles.profile import Codec
from device_profiles.reading import Format, Reading
from wire import Observation, PropertyName, TimeTrust


def compile_codec(document: Document, spot: Spot) -> Codec:
    """Return the codec that the document's frames declare.

    Raises:
        ProfileError: a frame is declared wrongly; names file, table and key.
    """
    source, frames = _write(document, spot)
    names: dict[str, object] = {
        **bound_names(source),
        "BYTES": Format.BYTES,
        "frames": tuple((_called(one), one.frame.ports) for one in frames),
        "link_rssi": PropertyName("link.rssi"),
        "link_snr": PropertyName("link.snr"),
        "unread": PropertyName("device.unread"),
    }
    # The text holds whole numbers and made-up names alone (see Source); what a profile says is bound in `names`.
    exec(compile(source.text(), f"<{spot.path}>", "exec"), names)  # noqa: S102
    return cast(Callable[[Reading], Sequence[Observation]], names["decode"])


def bound_names(source: Source) -> dict[str, object]:
    """Return what the names in written frames stand for."""
    return {
        **source.constants,
        "Observation": Observation,
        "DEVICE": TimeTrust.DEVICE,
        **{name: getattr(runtime, name) for name in _CALLED},
    }


def source_of(document: Document, spot: Spot) -> str:
    """Return the Python that a document's frames are compiled to.

    Raises:
        ProfileError: as for `compile_codec`.
    """
    return _write(document, spot)[0].text()


_CALLED = (
    "ascii_text",
    "bcd",
    "fits",
    "not_bytes",
    "not_chosen",
    "out_of_range",
    "stepped",
    "too_short",
)


def _write(document: Document, spot: Spot) -> tuple[Source, list[Sized]]:
    source = Source()
    frames = [
        sized(frame, document, spot.inside(f"frame {number} ({frame.name})"))
        for number, frame in enumerate(document.frame, 1)
    ]
    for number, one in enumerate(frames):
        write_frame(source, number, one, document.order)
    with source.block("def decode(reading):"):
        with source.block("if reading.format is not BYTES:"):
            source.line("raise not_bytes(reading)")
        source.line("payload = reading.payload")
        source.line("port = reading.port")
        source.line("size = len(payload)")
        for number, one in enumerate(frames):
            _write_choice(source, number, one, document.link)
        source.line("raise not_chosen(reading, frames)")
    if document.link:
        _write_link(source)
    return source, frames


def _write_choice(source: Source, number: int, one: Sized, link: bool) -> None:
    frame = one.frame
    conditions = []
    if frame.ports:
        many = len(frame.ports) > 1
        conditions.append(f"port in {frame.ports!r}" if many else f"port == {frame.ports[0]}")
    if one.least == one.most:
        conditions.append(f"size == {one.least}")
    elif one.most < LONGEST:
        conditions.append(f"{one.least} <= size <= {one.most}")
    else:
        conditions.append(f"size >= {one.least}")
    for byte in frame.having:
        shown = f"payload[{byte.at}]" + (f" & {byte.mask}" if byte.mask != 0xFF else "")
        many = len(byte.values) > 1
        conditions.append(f"({shown}) in {byte.values!r}" if many else f"{shown} == {byte.values[0]}")
    if frame.first is not None:
        shown = "payload[0]" if frame.first.mask == 0xFF else f"payload[0] & {frame.first.mask}"
        conditions.append(
            f"size and {shown} == {frame.first.value}"
            if one.least == 0
            else f"{shown} == {frame.first.value}"
        )
    with source.block(f"if {' and '.join(conditions)}:"):
        call = f"frame_{number}(reading, payload, size)"
        source.line(f"return with_link(reading, {call})" if link else f"return {call}")


def _write_link(source: Source) -> None:
    with source.block("def with_link(reading, rows):"):
        source.line("at_ms = reading.taken_ms")
        source.line("trust = reading.taken_trust")
        for name, value in (("link_rssi", "rssi_dbm"), ("link_snr", "snr_db")):
            with source.block(f"if reading.{value} is not None:"):
                shown = f"property={name}, value=reading.{value}, at_ms=at_ms, trust=trust"
                source.line(f"rows.append(Observation(device=reading.device, {shown}))")
        source.line("return rows")


def _called(one: Sized) -> str:
    """Say how a frame is recognised: "heartbeat (port 2, 1 to 2 bytes)"."""
    frame = one.frame
    parts = [f"port {' or '.join(map(str, frame.ports))}"] * bool(frame.ports)
    if frame.first is not None:
        mask = "" if frame.first.mask == 0xFF else f" under mask 0x{frame.first.mask:02x}"
        parts.append(f"first byte 0x{frame.first.value:02x}{mask}")
    for byte in frame.having:
        mask = "" if byte.mask == 0xFF else f" under mask 0x{byte.mask:02x}"
        parts.append(f"byte {byte.at} {' or '.join(f'0x{value:02x}' for value in byte.values)}{mask}")
    if one.least == one.most:
        parts.append(f"{one.least} byte" + "s" * (one.least != 1))
    elif one.most < LONGEST:
        parts.append(f"{one.least} to {one.most} bytes")
    else:
        parts.append(f"at least {one.least} bytes")
    return f"{frame.name} ({', '.join(parts)})"
