"""What a frame says: its identifier, its values, or the error that the meter answers."""

from typing import Final

from msgspec import Struct

from device_profiles.protocols.dlt645.control import (
    ADDRESS,
    FOLLOW_2007,
    FUNCTION,
    edition,
    error_words,
    identifier_width,
)
from device_profiles.protocols.dlt645.frame import ERROR, MORE, RESPONSE, Frame, read_frame
from device_profiles.protocols.dlt645.identifiers_1997 import item_1997
from device_profiles.protocols.dlt645.identifiers_2007 import item_2007
from device_profiles.protocols.dlt645.item import Content, Item, read_content
from wire import Words

_SEPARATOR: Final = 0xAA


class Message(Struct, frozen=True, kw_only=True):
    """One frame with its meaning.

    `item` is what stands behind the `identifier`, None for an identifier that the tables do not have. `content` is
    what was read, None in questions, for unknown items and where the bytes are not as long as the item is.
    `rest` are the bytes behind the identifier; `sequence` is the number of a follow-up.
    """

    frame: Frame
    version: int
    identifier: int | None = None
    item: Item | None = None
    content: Content | None = None
    rest: bytes = b""
    sequence: int | None = None
    address_read: str | None = None
    errors: tuple[Words, ...] = ()

    @property
    def response(self) -> bool:
        """Whether the meter answers; else it is asked."""
        return bool(self.frame.control & RESPONSE)

    @property
    def refused(self) -> bool:
        """Whether the meter answers with an error."""
        return bool(self.frame.control & ERROR)

    @property
    def more_follows(self) -> bool:
        """Whether the rest of the answer must be asked for."""
        return bool(self.frame.control & MORE)


def decode(octets: bytes) -> Message:
    """Return what the first frame says.

    Raises:
        DecodeError: there is no whole and right frame.
    """
    return understand(read_frame(octets)[0])


def understand(frame: Frame) -> Message:
    """Return what a frame says."""
    control, data = frame.control, frame.data
    version = edition(control, data)
    if control & ERROR:
        return Message(frame=frame, version=version, rest=data, errors=error_words(data, version))
    width = identifier_width(control, version)
    if not width or len(data) < width:
        return Message(frame=frame, version=version, rest=data, address_read=_address(control, data))
    identifier = int.from_bytes(data[:width], "little")
    item = item_2007(identifier) if version == 2007 else item_1997(identifier)
    rest = data[width:]
    sequence = None
    if control & FUNCTION == FOLLOW_2007 and rest:  # the edition of 1997 numbers nothing
        rest, sequence = rest[:-1], rest[-1]
    return Message(
        frame=frame,
        version=version,
        identifier=identifier,
        item=item,
        content=_content(item, rest) if item is not None and control & RESPONSE and rest else None,
        rest=rest,
        sequence=sequence,
    )


def _content(item: Item, rest: bytes) -> Content | None:
    if item.block and rest[-1] == _SEPARATOR and len(rest) % item.width == 1:
        rest = rest[:-1]  # the edition of 1997 ends a block with AA
    return read_content(item, rest)


def _address(control: int, data: bytes) -> str | None:
    """Return the address that answers the question for it."""
    if control & FUNCTION == ADDRESS and control & RESPONSE and len(data) == 6:
        return data[::-1].hex()
    return None
