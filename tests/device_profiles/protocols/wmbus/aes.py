"""AES-128 written down from FIPS 197, so that what is encrypted in a test is not encrypted by what decrypts it."""


def _times(value: int, factor: int) -> int:
    product = 0
    while factor:
        product ^= value if factor & 1 else 0
        value = (value << 1) ^ (0x11B if value & 0x80 else 0)
        factor >>= 1
    return product


def _box() -> list[int]:
    found = [0x63]
    for value in range(1, 256):
        inverse = next(other for other in range(1, 256) if _times(value, other) == 1)
        turned = inverse
        for step in range(1, 5):
            turned ^= (inverse << step | inverse >> (8 - step)) & 0xFF
        found.append(turned ^ 0x63)
    return found


_BOX = _box()


def _keys(key: bytes) -> list[bytes]:
    words = [key[at : at + 4] for at in range(0, 16, 4)]
    constant = 1
    for number in range(4, 44):
        word = words[-1]
        if number % 4 == 0:
            word = bytes(_BOX[octet] for octet in word[1:] + word[:1])
            word = bytes([word[0] ^ constant]) + word[1:]
            constant = _times(constant, 2)
        words.append(xor(words[-4], word))
    return [b"".join(words[at : at + 4]) for at in range(0, 44, 4)]


def xor(first: bytes, second: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(first, second, strict=False))


def block(key: bytes, clear: bytes) -> bytes:
    """Encrypt one block."""
    keys = _keys(key)
    state = xor(clear, keys[0])
    for number in range(1, 11):
        state = bytes(_BOX[octet] for octet in state)
        state = bytes(state[(at + 4 * (at % 4)) % 16] for at in range(16))
        if number < 10:
            state = b"".join(_mixed(state[at : at + 4]) for at in range(0, 16, 4))
        state = xor(state, keys[number])
    return state


def _mixed(column: bytes) -> bytes:
    return bytes(
        _times(column[at], 2) ^ _times(column[(at + 1) % 4], 3) ^ column[(at + 2) % 4] ^ column[(at + 3) % 4]
        for at in range(4)
    )


def close_cbc(key: bytes, start: bytes, clear: bytes) -> bytes:
    """Encrypt whole blocks, each with the one before."""
    closed = b""
    for at in range(0, len(clear), 16):
        start = block(key, xor(clear[at : at + 16], start))
        closed += start
    return closed


def close_ctr(key: bytes, start: bytes, clear: bytes) -> bytes:
    """Encrypt with a counter that begins at `start`."""
    first = int.from_bytes(start, "big")
    closed = b""
    for step, at in enumerate(range(0, len(clear), 16)):
        closed += xor(clear[at : at + 16], block(key, (first + step).to_bytes(16, "big")))
    return closed


def cmac(key: bytes, content: bytes) -> bytes:
    """Authenticate (RFC 4493)."""
    first = _doubled(block(key, bytes(16)))
    count = max(1, (len(content) + 15) // 16)
    head, last = content[: 16 * (count - 1)], content[16 * (count - 1) :]
    padded = (last + b"\x80").ljust(16, b"\0")
    last = xor(last, first) if len(last) == 16 else xor(padded, _doubled(first))
    return close_cbc(key, bytes(16), head + last)[-16:]


def _doubled(value: bytes) -> bytes:
    number = int.from_bytes(value, "big") << 1
    return ((number ^ (0x87 if number >> 128 else 0)) & (2**128 - 1)).to_bytes(16, "big")
