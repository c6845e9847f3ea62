"""Frames written byte by byte as the standards say, by none of the code that they test."""


def dlt645(address: str, control: int, data: bytes) -> bytes:
    """68, the address from its last pair of digits on, 68, control, length, each byte of data plus 33, sum, 16."""
    pairs = [int(address[at : at + 2], 16) for at in (10, 8, 6, 4, 2, 0)]
    octets = [0x68, *pairs, 0x68, control, len(data), *((one + 0x33) % 256 for one in data)]
    return bytes([*octets, sum(octets) % 256, 0x16])


def identifier(digits: str) -> bytes:
    """An identifier as it is sent: its last pair of digits first."""
    return bytes(reversed(bytes.fromhex(digits)))


def decimals(digits: str) -> bytes:
    """Decimal digits as they are sent: the last pair first."""
    return bytes(int(digits[at : at + 2], 16) for at in range(len(digits) - 2, -1, -2))


def cjt188(kind: int, address: str, control: int, data: bytes) -> bytes:
    """68, type, the address from its last pair of digits on, control, length, data, sum, 16."""
    octets = [0x68, kind, *decimals(address), control, len(data), *data]
    return bytes([*octets, sum(octets) % 256, 0x16])


def fcs16(octets: bytes) -> bytes:
    """RFC 1662's check, bit by bit."""
    register = 0xFFFF
    for octet in octets:
        for bit in range(8):
            carry = (register ^ (octet >> bit)) & 1
            register >>= 1
            if carry:
                register ^= 0x8408
    register ^= 0xFFFF
    return bytes([register % 256, register // 256])


def dlt698(
    address: str, control: int, apdu: bytes, client: int = 0x10, described: int | None = None
) -> bytes:
    """68, length, control, address, client, check of the head, APDU, check of all, 16."""
    server = decimals(address)
    kind = len(server) - 1 if described is None else described
    length = 2 + 1 + 1 + len(server) + 1 + 2 + len(apdu) + 2
    head = bytes([length % 256, length // 256, control, kind, *server, client])
    checked = head + fcs16(head) + apdu
    return b"\x68" + checked + fcs16(checked) + b"\x16"


def gbt26875(command: int, application: bytes, serial: int = 1, source: int = 0x00000001E240) -> bytes:
    """@@, serial, version, time, source, destination, length, command, application data, sum, ##."""
    body = bytes([serial % 256, serial // 256, 1, 1])
    body += bytes([9, 8, 7, 6, 5, 24])
    body += bytes((source >> shift) % 256 for shift in range(0, 48, 8))
    body += bytes([100, 0, 0, 0, 0, 0])
    body += bytes([len(application) % 256, len(application) // 256, command])
    body += application
    return b"@@" + body + bytes([sum(body) % 256]) + b"##"


def component(kind: int, bits: int, *, text: str = "", address: int = 0x00010203, system: int = 1) -> bytes:
    """One object of the state of a component, of 2024-05-06 07:08:09."""
    described = text.encode("gb18030").ljust(31, b"\x00")
    at = bytes((address >> shift) % 256 for shift in range(0, 32, 8))
    state = bytes([bits % 256, bits // 256])
    return bytes([system, 1, kind]) + at + state + described + bytes([9, 8, 7, 6, 5, 24])
