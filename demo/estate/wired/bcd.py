"""Decimal digits two a byte, the lowest byte first, as Chinese meters and M-Bus write numbers."""


def digits(number: int, width: int) -> bytes:
    """Return a number of at most 2 × `width` digits."""
    return bytes.fromhex(f"{number:0{2 * width}d}")[::-1]


def number_of(octets: bytes) -> str:
    """Return the digits, the highest first."""
    return octets[::-1].hex()


def sum8(covered: bytes) -> int:
    """Return the sum of bytes, modulo 256."""
    return sum(covered) & 0xFF
