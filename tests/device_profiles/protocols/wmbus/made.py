"""Telegrams made for a test, encrypted by the test's own AES."""

from device_profiles.protocols.wmbus import crc16
from tests.device_profiles.protocols.wmbus import aes

KEY = bytes.fromhex("000102030405060708090a0b0c0d0e0f")
OTHER = bytes.fromhex("000102030405060708090a0b0c0d0eff")
SENDER = bytes.fromhex("9315 78563412 3303")
RECORDS = bytes.fromhex("2f2f 0c14 27048502 046d 32371f15 02fd17 0000 2f2f2f2f2f2f2f2f2f2f2f2f2f")
ACCESS = 0x2A


def bare(content: bytes) -> bytes:
    """Return a telegram without checksums."""
    body = b"\x44" + SENDER + content
    return bytes([len(body)]) + body


def plain() -> bytes:
    return bare(bytes.fromhex("7a2a000000") + RECORDS)


def mode_5(key: bytes = KEY) -> bytes:
    closed = aes.close_cbc(key, SENDER + bytes([ACCESS] * 8), RECORDS)
    return bare(bytes.fromhex("7a2a002005") + closed)


def mode_7(key: bytes = KEY, counter: int = 0x0AB3) -> bytes:
    count = counter.to_bytes(4, "little")
    tail = count + SENDER[2:6] + bytes([7] * 7)
    closed = aes.close_cbc(aes.cmac(key, b"\x00" + tail), bytes(16), RECORDS)
    transport = bytes.fromhex("7a2a00200710") + closed
    mac = aes.cmac(aes.cmac(key, b"\x01" + tail), b"\x25" + count + transport)[:8]
    return bare(bytes.fromhex("8c202a") + bytes.fromhex("900f002c25") + count + mac + transport)


def session(key: bytes = KEY, ci: int = 0x8D) -> bytes:
    """Return a telegram whose extended link layer is encrypted by a counter."""
    number = bytes.fromhex("91d37c21")
    clear = b"\x78" + RECORDS
    clear = crc16(clear).to_bytes(2, "little") + clear
    closed = aes.close_ctr(key, SENDER + b"\x20" + number + bytes(3), clear)
    second = SENDER[::-1] if ci == 0x8F else b""
    return bare(bytes([ci, 0x20, ACCESS]) + second + number + closed)
