"""The link layer: 68 L C address HCS user-data FCS 16, two checks of 16 bits each."""

from binascii import crc_hqx
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from device_profiles.errors import DecodeError
from device_profiles.protocols.heard import frames_in, may_be_noise

START: Final = 0x68
END: Final = 0x16
FROM_SERVER: Final = 0x80
BY_CLIENT: Final = 0x40
SEGMENTED: Final = 0x20
SCRAMBLED: Final = 0x08
USER_DATA: Final = 0x03
LINK_MANAGEMENT: Final = 0x01
ASKING: Final = BY_CLIENT | USER_DATA
"""The control byte of a question."""

_FUNCTION: Final = 0x07
_KILO: Final = 0x4000
_LONGEST: Final = 0x3FFF
_SHORTEST: Final = 12
_WAKE_UP: Final = b"\xfe\x00\xff"
_PLAIN: Final = bytes((octet - 0x33) & 0xFF for octet in range(256))
_KINDS: Final = ("single", "wildcard", "group", "broadcast")


_TURNED: Final = bytes(int(f"{octet:08b}"[::-1], 2) for octet in range(256))


class Server(Struct, frozen=True, kw_only=True):
    """A server's address: its digits as read on the meter, `single`, `wildcard`, `group` or `broadcast`."""

    digits: str
    kind: str = "single"
    logical: int = 0


class Segment(Struct, frozen=True, kw_only=True):
    """Where a piece of a longer APDU stands; `kind` is first, last, confirm or middle."""

    number: int
    kind: str


_SEGMENTS: Final = ("first", "last", "confirm", "middle")


class Frame(Struct, frozen=True, kw_only=True):
    """One frame; `apdu` is what it carries, of a segmented frame the piece that it carries."""

    control: int
    server: Server
    client: int
    apdu: bytes
    segment: Segment | None = None

    @property
    def from_server(self) -> bool:
        """Whether the meter speaks; else it is spoken to."""
        return bool(self.control & FROM_SERVER)


def check16(octets: bytes) -> bytes:
    """Return the check of some bytes as it is sent: CRC-16/X-25 (RFC 1662), the low byte first.

    The standard library has the same polynomial with the highest bit first, so the bits are turned around.
    """
    crc = crc_hqx(octets.translate(_TURNED), 0xFFFF) ^ 0xFFFF
    return crc.to_bytes(2, "big").translate(_TURNED)


def read_frame(octets: bytes) -> tuple[Frame, bytes]:
    """Return the first frame and the bytes behind it.

    Raises:
        DecodeError: there is no frame, it is cut off, its end is missing or one of its checks is wrong.
    """
    body = octets.lstrip(_WAKE_UP)
    start = body.find(START)
    if start < 0 or not may_be_noise(body[:start], _SHORTEST):
        raise DecodeError(f"start: expected 68, got {octets[:12].hex(' ') or 'nothing'}")
    body = body[start:]
    end = _end(body)
    if body[end - 1] != END:
        raise DecodeError(f"end: expected 16 at the frame's end, got {body[end - 1]:02X}")
    control = body[3]
    server, at = _server(body, end)
    client = body[at]
    _check(body[1 : at + 1], body[at + 1 : at + 3], "HCS")
    _check(body[1 : end - 3], body[end - 3 : end - 1], "FCS")
    user = body[at + 3 : end - 3]
    if control & SCRAMBLED:
        user = user.translate(_PLAIN)
    segment, apdu = _segment(user) if control & SEGMENTED else (None, user)
    frame = Frame(control=control, server=server, client=client, apdu=apdu, segment=segment)
    return frame, body[end:]


def read_frames(octets: bytes) -> list[Frame]:
    """Return every frame of a payload; wake-up bytes and line ends between them are passed over.

    Raises:
        DecodeError: as `read_frame`, or something else stands behind a frame.
    """
    return frames_in(octets, read_frame)


def assembled(frames: Sequence[Frame]) -> list[Frame]:
    """Return frames with whole APDUs: pieces that follow one another are put together.

    Raises:
        DecodeError: a piece is missing, or comes from another server.
    """
    found: list[Frame] = []
    pieces: list[Frame] = []
    for frame in frames:
        if frame.segment is None or frame.segment.kind == "confirm":
            _nothing_open(pieces)
            found += [frame] if frame.segment is None else []
            continue
        last = pieces[-1].segment if pieces else None
        expected = 0 if last is None else last.number + 1
        if frame.segment.number != expected or (pieces and frame.server != pieces[0].server):
            raise DecodeError(f"expected piece {expected} of an APDU, got piece {frame.segment.number}")
        pieces.append(frame)
        if frame.segment.kind == "last":
            apdu = b"".join(piece.apdu for piece in pieces)
            found.append(
                Frame(control=frame.control & ~SEGMENTED, server=frame.server, client=frame.client, apdu=apdu)
            )
            pieces = []
    _nothing_open(pieces)
    return found


def _nothing_open(pieces: Sequence[Frame]) -> None:
    if pieces:
        raise DecodeError(
            f"expected the last piece of an APDU behind its {len(pieces)} pieces; ask for less at once"
        )


def write_frame(frame: Frame) -> bytes:
    """Return a frame's bytes; not scrambled, not segmented.

    Raises:
        DecodeError: the address is none, or the APDU is too long.
    """
    address = server_bytes(frame.server)
    length = 2 + 1 + len(address) + 1 + 2 + len(frame.apdu) + 2
    if length > _LONGEST:
        raise DecodeError(f"expected at most {_LONGEST} bytes in a frame, got {length}")
    head = length.to_bytes(2, "little") + bytes((frame.control,)) + address + bytes((frame.client,))
    body = head + check16(head) + frame.apdu
    return bytes((START,)) + body + check16(body) + bytes((END,))


def server_of(address: str) -> Server:
    """Return the server of an address of up to 12 digits; one with an A in it means every meter that fits.

    Raises:
        DecodeError: it is no address.
    """
    digits = address.strip().lower()
    digits = digits.zfill(12) if len(digits) < 12 else digits.zfill(len(digits) + len(digits) % 2)
    if not address.strip() or len(digits) > 30 or set(digits) - set("0123456789a"):
        raise DecodeError(f"expected a meter address of 12 digits (A for any digit), got {address!r}")
    return Server(digits=digits, kind="wildcard" if "a" in digits else "single")


def server_bytes(server: Server) -> bytes:
    """Return an address as it is sent, behind the byte that describes it."""
    raw = bytes.fromhex(server.digits)[::-1]
    extended = b"" if server.logical < 2 else bytes((server.logical,))
    described = _KINDS.index(server.kind) << 6 | len(raw) + len(extended) - 1
    described |= 0x20 if extended else server.logical << 4
    return bytes((described,)) + extended + raw


def _end(body: bytes) -> int:
    if len(body) < 3:
        raise DecodeError(f"length: expected a length behind 68, got {len(body)} bytes")
    length = int.from_bytes(body[1:3], "little")
    if length & ~_LONGEST:
        raise DecodeError(f"length: expected a length in bytes, got {length:04X}")
    end = length + 2
    if end < _SHORTEST or len(body) < end:
        raise DecodeError(f"length: expected {max(end, _SHORTEST)} bytes from 68 on, got {len(body)}")
    return end


def _server(body: bytes, end: int) -> tuple[Server, int]:
    """Return the server's address, and where the client's address stands."""
    described = body[4]
    at = 5 + (described & 0x0F) + 1
    if at + 6 > end:
        raise DecodeError(f"length: expected an address of {at - 5} bytes within {end} bytes")
    raw = body[5:at]
    logical = described >> 4 & 0x01
    if described & 0x20:
        logical, raw = raw[0], raw[1:]
    return Server(digits=raw[::-1].hex(), kind=_KINDS[described >> 6], logical=logical), at


def _check(checked: bytes, came: bytes, name: str) -> None:
    right = check16(checked)
    if came != right:
        raise DecodeError(f"checksum: expected the {name} {right.hex()}, got {came.hex()}")


def _segment(user: bytes) -> tuple[Segment, bytes]:
    if len(user) < 2:
        raise DecodeError(f"length: expected the format of a segment, got {len(user)} bytes")
    described = int.from_bytes(user[:2], "little")
    return Segment(number=described & 0x0FFF, kind=_SEGMENTS[described >> 14]), user[2:]
