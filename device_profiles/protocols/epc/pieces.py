"""How the parts of an identity become bits: the encoding methods of the Tag Data Standard.

Facts: GS1 EPC Tag Data Standard 2.3, sections 14.3 and 14.4. Each piece writes one or two parts and reads them back;
what a number of bits cannot hold, and bits that no part can mean, are refused.
"""

from collections.abc import Sequence
from typing import Final, Protocol

from msgspec import Struct

from device_profiles.errors import DecodeError
from device_profiles.protocols.epc.bits import Bits, BitWriter

COMPANY_BITS: Final = {12: 40, 11: 37, 10: 34, 9: 30, 8: 27, 7: 24, 6: 20}
_PARTITION_BITS: Final = 3


class Piece(Protocol):
    """Turns one or two parts into bits and back."""

    @property
    def parts(self) -> int:
        """How many parts it takes."""
        ...

    def write(self, parts: Sequence[str], out: BitWriter) -> None:
        """Write the parts.

        Raises:
            DecodeError: this encoding cannot hold them.
        """
        ...

    def read(self, bits: Bits) -> list[str]:
        """Read the parts.

        Raises:
            DecodeError: the bits are none of this encoding's.
        """
        ...


class Integer(Struct, frozen=True, kw_only=True):
    """A number without leading zeros."""

    width: int
    parts: int = 1

    def write(self, parts: Sequence[str], out: BitWriter) -> None:
        """Write it; see `Piece`."""
        out.put(_number(parts[0], self.width), self.width)

    def read(self, bits: Bits) -> list[str]:
        """Read it; see `Piece`."""
        return [str(bits.take(self.width, "number"))]


class Padded(Struct, frozen=True, kw_only=True):
    """A number of so many digits, leading zeros and all."""

    width: int
    digits: int
    parts: int = 1

    def write(self, parts: Sequence[str], out: BitWriter) -> None:
        """Write it; see `Piece`."""
        out.put(int(parts[0]), self.width)

    def read(self, bits: Bits) -> list[str]:
        """Read it; see `Piece`."""
        return [_padded(bits.take(self.width, "number"), self.digits)]


class NumericString(Struct, frozen=True, kw_only=True):
    """Digits behind a 1, so that leading zeros count."""

    width: int
    parts: int = 1

    def write(self, parts: Sequence[str], out: BitWriter) -> None:
        """Write it; see `Piece`."""
        if not (parts[0].isascii() and parts[0].isdigit()):
            raise DecodeError(f"expected digits only, got {parts[0]!r}")
        out.put(_fitting(int("1" + parts[0]), self.width, parts[0]), self.width)

    def read(self, bits: Bits) -> list[str]:
        """Read it; see `Piece`."""
        text = str(bits.take(self.width, "numeric string"))
        if text[0] != "1":
            raise DecodeError(f"expected a numeric string that begins with 1, got {text}")
        return [text[1:]]


class Ascii(Struct, frozen=True, kw_only=True):
    """Seven bits a character, filled up with zeros."""

    width: int
    parts: int = 1

    def write(self, parts: Sequence[str], out: BitWriter) -> None:
        """Write it; see `Piece`."""
        count = self.width // 7
        if len(parts[0]) > count:
            raise DecodeError(f"expected at most {count} characters, got {len(parts[0])}")
        for character in parts[0]:
            out.put(ord(character), 7)
        out.put(0, self.width - 7 * len(parts[0]))

    def read(self, bits: Bits) -> list[str]:
        """Read it; see `Piece`."""
        codes = [bits.take(7, "text") for _ in range(self.width // 7)]
        bits_left = bits.take(self.width % 7, "text")
        text = "".join(map(chr, codes)).rstrip("\0")
        if "\0" in text or bits_left:
            raise DecodeError(f"expected zeros after the end of a text, got {text!r}")
        return [text]


class Sixes(Struct, frozen=True, kw_only=True):
    """Six bits a character and six zeros at the end."""

    most: int
    parts: int = 1

    def write(self, parts: Sequence[str], out: BitWriter) -> None:
        """Write it; see `Piece`."""
        for character in parts[0]:
            out.put(ord(character) & 0x3F, 6)
        out.put(0, 6)

    def read(self, bits: Bits) -> list[str]:
        """Read it; see `Piece`."""
        codes: list[int] = []
        while code := bits.take(6, "text"):
            codes.append(code)
            if len(codes) > self.most:
                raise DecodeError(f"expected at most {self.most} characters and six zeros, got more")
        return ["".join(map(_six, codes))]


class Cage(Struct, frozen=True, kw_only=True):
    """A CAGE code or DODAAC of six characters, a code of five behind a space."""

    width: int
    parts: int = 1

    def write(self, parts: Sequence[str], out: BitWriter) -> None:
        """Write it; see `Piece`."""
        for character in parts[0].rjust(6):
            out.put(ord(character) & ((1 << self.width) - 1), self.width)

    def read(self, bits: Bits) -> list[str]:
        """Read it; see `Piece`."""
        codes = [bits.take(self.width, "CAGE or DODAAC") for _ in range(6)]
        text = "".join(map(_six if self.width == 6 else chr, codes))
        return [text[1:] if text[0] == " " else text]


class Zeros(Struct, frozen=True, kw_only=True):
    """Bits kept for the future."""

    width: int
    parts: int = 0

    def write(self, parts: Sequence[str], out: BitWriter) -> None:
        """Write them; see `Piece`."""
        del parts
        out.put(0, self.width)

    def read(self, bits: Bits) -> list[str]:
        """Read them; see `Piece`."""
        if value := bits.take(self.width, "reserved bits"):
            raise DecodeError(f"expected {self.width} reserved bits that are zero, got {value:#x}")
        return []


class Partitioned(Struct, frozen=True, kw_only=True):
    """Company prefix and a reference of digits that share `width` bits and `together` digits."""

    width: int
    together: int
    parts: int = 2

    def write(self, parts: Sequence[str], out: BitWriter) -> None:
        """Write them; see `Piece`."""
        bits = _write_company(parts[0], out)
        out.put(int(parts[1] or "0"), self.width - bits)

    def read(self, bits: Bits) -> list[str]:
        """Read them; see `Piece`."""
        company, used = _read_company(bits)
        value = bits.take(self.width - used, "reference")
        return [company, _padded(value, self.together - len(company))]


class PartitionedNumber(Struct, frozen=True, kw_only=True):
    """Company prefix and a reference that is a number without leading zeros, of at most so many digits together."""

    width: int
    together: int
    parts: int = 2

    def write(self, parts: Sequence[str], out: BitWriter) -> None:
        """Write them; see `Piece`."""
        bits = _write_company(parts[0], out)
        value = _number(parts[1], self.width - bits)
        self._check(parts[0], parts[1])
        out.put(value, self.width - bits)

    def read(self, bits: Bits) -> list[str]:
        """Read them; see `Piece`."""
        company, used = _read_company(bits)
        text = str(bits.take(self.width - used, "reference"))
        self._check(company, text)
        return [company, text]

    def _check(self, company: str, text: str) -> None:
        most = self.together - len(company)
        if len(text) > most:
            raise DecodeError(f"expected a reference of at most {most} digits, got {text}")


class PartitionedText(Struct, frozen=True, kw_only=True):
    """Company prefix and a reference of seven bits a character in the bits that are left of `width`."""

    width: int
    parts: int = 2

    def write(self, parts: Sequence[str], out: BitWriter) -> None:
        """Write them; see `Piece`."""
        bits = _write_company(parts[0], out)
        Ascii(width=self.width - bits).write(parts[1:], out)

    def read(self, bits: Bits) -> list[str]:
        """Read them; see `Piece`."""
        company, used = _read_company(bits)
        return [company, *Ascii(width=self.width - used).read(bits)]


class PartitionedSixes(Struct, frozen=True, kw_only=True):
    """Company prefix and a reference of six bits a character, as long as it is."""

    together: int
    parts: int = 2

    def write(self, parts: Sequence[str], out: BitWriter) -> None:
        """Write them; see `Piece`."""
        _write_company(parts[0], out)
        Sixes(most=self.together).write(parts[1:], out)

    def read(self, bits: Bits) -> list[str]:
        """Read them; see `Piece`."""
        company, _ = _read_company(bits)
        return [company, *Sixes(most=self.together - len(company)).read(bits)]


def _write_company(company: str, out: BitWriter) -> int:
    """Write partition and company prefix; return how many bits the latter has."""
    bits = COMPANY_BITS[len(company)]
    out.put(12 - len(company), _PARTITION_BITS)
    out.put(int(company), bits)
    return bits


def _read_company(bits: Bits) -> tuple[str, int]:
    partition = bits.take(_PARTITION_BITS, "partition")
    digits = 12 - partition
    if digits not in COMPANY_BITS:
        raise DecodeError(f"expected a partition of 0 to 6, got {partition}")
    value = bits.take(COMPANY_BITS[digits], "company prefix")
    return _padded(value, digits), COMPANY_BITS[digits]


def _padded(value: int, digits: int) -> str:
    text = f"{value:0{digits}d}" if digits else ("" if not value else str(value))
    if len(text) > digits:
        raise DecodeError(f"expected a number of at most {digits} digits, got {value}")
    return text


def _number(text: str, width: int) -> int:
    if not (text.isascii() and text.isdigit()) or (len(text) > 1 and text[0] == "0"):
        raise DecodeError(f"expected a number without leading zeros, got {text!r}")
    return _fitting(int(text), width, text)


def _fitting(value: int, width: int, text: str) -> int:
    if value >> width:
        raise DecodeError(f"expected what fits into {width} bits, got {text}")
    return value


def _six(code: int) -> str:
    """Return the character of a six-bit code: those from @ to _, then those from space to ?."""
    return chr(code | 0x40) if code < 0x20 else chr(code)
