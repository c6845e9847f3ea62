"""Compact frames: values alone, whose records' heads were sent before and are named by a checksum (EN 13757-7)."""

from collections.abc import Mapping
from typing import Final

from device_profiles.errors import DecodeError
from device_profiles.protocols.mbus import Records, read_values
from device_profiles.protocols.wmbus.crc import crc16

_HEAD: Final = 4

# The heads (DIF, DIFE, VIF, VIFE) of the full telegrams that these meters send every few minutes in between. What names
# them is their checksum, so a wrong entry could never be used.
_HEADS: Final = (
    # water: Multical 21, flowIQ 2200 and 3100
    "02ff20 0413 4413 615b 6167",
    "02ff20 0413 4413 615b 5167",
    "02ff20 0413 4413",
    "02ff20 0413 523b",
    "02ff20 0413 92013b a1015b 8101e7ff0f",
    "02ff20 0413 4413 a1015b 8101e7ff0f",
    "04ff23 0413 523b 06ff1b 426c 6167 5167 023b 0413 8101e7ff0f",
    "02ff20 0413 4413 426c 523b 615b 6167 5167 8101e7ff0f 06ff1b",
    "04ff23 0413 4413 426c 023b 92013b a2013b 06ff1b a1015b 91015b a10167",
    # heat: Multical 302, 303, 403, 603 and 803
    "0306 4306 0314 426c 022d 01ff21",
    "030f 430f 0314 426c 022d 01ff21",
    "030e 430e 0313 426c 022d 01ff21",
    "0406 04ff07 04ff08 0414 043b 0259 025d 04ff22",
    "0406 04ff07 04ff08 0414 043b 042d 0259 025d 04ff22 0422 143b 142d",
    "0305 4305 4313 43ff07 43ff08 426c 01ff21",
    "02f9ff15 0406 04eeff07 04eeff08 0414 02fd17 026c 426c 4406 4414 043b 0259 025d",
    "040f 04ff07 04ff08 0414 02fd17 043b 0259 025d",
    "0406 04ff07 04ff08 0414 043b 0259 025d 04ff22 026c 4406 4414 426c",
    "040f04ff0704ff08041484401484804014043b0259025d142d84100f84200f04ff22026c440f4414c44014c4804014426c",
    "02f9ff15 0406 04eeff07 04eeff08 0414 844014 84804014 02fd17 026c 426c 4406 4414 c44014 c4804014 043b 0259 025d",
)


def _named(heads: tuple[str, ...]) -> Mapping[int, bytes]:
    octets = [bytes.fromhex(text) for text in heads]
    return {crc16(one): one for one in octets}


FORMATS: Final = _named(_HEADS)
"""The heads by the checksum that names them."""


def read_compact(content: bytes) -> Records:
    """Read a compact frame.

    Raises:
        DecodeError: its heads are not known here, or put together with them it has another checksum than it says.
    """
    if len(content) < _HEAD:
        raise DecodeError(f"expected a compact frame of at least {_HEAD} bytes, got {len(content)}")
    name = int.from_bytes(content[:2], "little")
    heads = FORMATS.get(name)
    if heads is None:
        raise DecodeError(f"expected a compact frame whose format is known here, got {name:04X}")
    records = read_values(heads, content[_HEAD:])
    if crc16(records.whole) != int.from_bytes(content[2:4], "little"):
        raise DecodeError(
            "expected the values to fit the format that the compact frame names, got a wrong checksum"
        )
    return records
