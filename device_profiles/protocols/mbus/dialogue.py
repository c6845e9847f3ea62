"""How a meter on an M-Bus line is asked: by its primary address, or selected by its eight digits."""

import re
from collections.abc import Sequence
from typing import Final

from device_profiles.errors import DecodeError
from device_profiles.protocols.mbus.frame import frame_at, long_frame, short_frame
from device_profiles.protocols.mbus.maker import maker_code

_SND_NKE: Final = 0x40
_SND_UD: Final = 0x53
_REQ_UD2: Final = 0x5B
_FCB: Final = 0x20
_SELECT: Final = 0x52
_SELECTED: Final = 0xFD
_HIGHEST: Final = 250
_ACKNOWLEDGEMENT: Final = b"\xe5"
_SECONDARY: Final = re.compile(r"([0-9A-F]{8})(?:\.([A-Z]{3})(?:\.([0-9A-F]{2})(?:\.([0-9A-F]{2}))?)?)?")
_ANY_MAKER: Final = b"\xff\xff"


class MbusDialogue:
    """Asks a meter for its data; a meter that has more telegrams is asked again with the other frame count bit.

    Addresses are `1` to `250`, or a secondary address: `12345678`, or with manufacturer, version and kind
    `12345678.ELS.33.07`; an F in the digits stands for any digit. `telegrams` is how many answers a meter has at most:
    a further question would start over from the first one.
    """

    def __init__(self, telegrams: int = 1) -> None:
        """Ask for so many telegrams."""
        self._telegrams = telegrams

    def questions(self, address: str) -> Sequence[bytes]:
        """Return a reset of the frame count bit, the selection if there is one, and the requests for data.

        Raises:
            DecodeError: it is no address of this bus.
        """
        if address.isascii() and address.isdecimal() and len(address) <= 3:
            number = int(address)
            if not 1 <= number <= _HIGHEST:
                raise DecodeError(f"expected a primary address from 1 to {_HIGHEST}, got {number}")
            return [short_frame(_SND_NKE, number), *self._requests(number)]
        chosen = _SECONDARY.fullmatch(address)
        if chosen is None:
            raise DecodeError(
                f"expected an address such as 5, 12345678 or 12345678.ELS.33.07, got {address!r}"
            )
        select = long_frame(_SND_UD, _SELECTED, _SELECT, _secondary(*chosen.groups()))
        return [short_frame(_SND_NKE, _SELECTED), select, *self._requests(_SELECTED)]

    def _requests(self, number: int) -> list[bytes]:
        """Return the requests; the frame count bit is set in the first and then alternates (EN 13757-2, 5.7.5)."""
        return [
            short_frame(_REQ_UD2 | _FCB if turn % 2 == 0 else _REQ_UD2, number)
            for turn in range(self._telegrams)
        ]

    def answer(self, address: str, question: bytes, heard: bytes) -> bytes | None:
        """Return the frame in what was heard that answers the question; None while it is not complete.

        Raises:
            DecodeError: an answer came whole and is broken.
        """
        wants_records = question[:1] == b"\x10" and question[1] & ~_FCB == _REQ_UD2
        heard = heard.removeprefix(question)
        if not wants_records:
            return _ACKNOWLEDGEMENT if _ACKNOWLEDGEMENT in heard else None
        return _frame_in(heard, _answerer(address, question[2]))


def _answerer(address: str, number: int) -> re.Pattern[bytes]:
    """Return what a frame of the asked meter has behind its control field: the address, or any and the digits."""
    if number != _SELECTED:
        return re.compile(re.escape(bytes([number])))
    digits = "".join(reversed(re.findall("..", address[:8])))
    masks = [(int(digit, 16), digit == "F") for digit in digits]
    octets = [_matching(*high, *low) for high, low in zip(masks[::2], masks[1::2], strict=True)]
    return re.compile(b"." + b"[\x72\x73]" + b"".join(octets), re.DOTALL)


def _matching(high: int, any_high: bool, low: int, any_low: bool) -> bytes:
    fitting = [
        octet for octet in range(256) if (any_high or octet >> 4 == high) and (any_low or octet & 15 == low)
    ]
    return b"[" + b"".join(b"\\x%02x" % octet for octet in fitting) + b"]"


def _frame_in(heard: bytes, answerer: re.Pattern[bytes]) -> bytes | None:
    """Return the first whole frame of the asked meter; what stands before it is noise, or somebody else's."""
    at = heard.find(b"\x68")
    while at >= 0:
        head = heard[at : at + 4]
        if len(head) == 4 and head[1] == head[2] and head[3] == 0x68 and head[1] >= 3:
            size = head[1] + 6
            if len(heard) < at + size:
                return None
            if answerer.match(heard, at + 5):
                frame_at(heard, at)
                return heard[at : at + size]
        at = heard.find(b"\x68", at + 1)
    return None


def _secondary(digits: str, letters: str | None, version: str | None, kind: str | None) -> bytes:
    if any(digit not in "0123456789F" for digit in digits):
        raise DecodeError(f"expected eight digits, or F for any digit, got {digits!r}")
    maker = _ANY_MAKER if letters is None else maker_code(letters).to_bytes(2, "little")
    return bytes.fromhex(digits)[::-1] + maker + bytes.fromhex(version or "FF") + bytes.fromhex(kind or "FF")
