"""Speakers that are none of ours: mosquitto's and libcoap's clients, and bare datagrams."""

import asyncio
import secrets
import shutil
import socket
from contextlib import suppress
from pathlib import Path

import pytest

from demo.estate import coap
from demo.stage import HOST

COAP_CLIENTS = ("coap-client-notls", "coap-client", "coap-client-openssl", "coap-client-gnutls")


def program(*names: str) -> str:
    """Return the path of the first of these programs that is installed; skips the test where none is."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"{names[0]} is not installed (apt-get install mosquitto-clients libcoap3-bin)")
    return found


async def run(*words: str | Path, wrote: bytes = b"") -> str:
    """Run a program and return what it said, whatever its exit status."""
    process = await asyncio.create_subprocess_exec(
        *words,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(30):
        said, _ = await process.communicate(wrote)
    return said.decode(errors="replace")


async def publish(port: int, topic: str, payload: bytes) -> None:
    """Publish with QoS 1 by mosquitto_pub."""
    content = ("-s",) if payload else ("-n",)
    words = ("-h", HOST, "-p", str(port), "-q", "1", "-t", topic, *content)
    said = await run(program("mosquitto_pub"), *words, wrote=payload)
    assert said == "", said


async def post(port: int, path: str, payload: bytes, content_format: int) -> str:
    """Post by libcoap's client and return what it printed: nothing for an empty 2.04, else the error."""
    return await run(
        program(*COAP_CLIENTS),
        *("-m", "post", "-B", "10", "-t", str(content_format), "-f", "-"),
        f"coap://{HOST}:{port}/{path}",
        wrote=payload,
    )


async def datagram(port: int, raw: bytes, *, times: int = 10, each_s: float = 3.0) -> coap.Answer | None:
    """Send one datagram, again while nothing comes back, and return the answer; None if there is none."""
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        await loop.sock_connect(sock, (HOST, port))
        for _ in range(times):
            await loop.sock_sendall(sock, raw)
            with suppress(TimeoutError):
                async with asyncio.timeout(each_s):
                    return await _answer(sock)
    return None


async def _answer(sock: socket.socket) -> coap.Answer | None:
    """Return the first answer that says something; a busy server acknowledges first and answers later."""
    loop = asyncio.get_running_loop()
    while True:
        answer = coap.read_answer(await loop.sock_recv(sock, 65_536))
        if answer is None or answer.code != coap.EMPTY or answer.type is coap.Type.RESET:
            return answer


async def post_pack(port: int, payload: bytes, content_format: int) -> coap.Answer | None:
    """Post a pack in one bare datagram."""
    mid = secrets.randbelow(0x10000)
    return await datagram(port, coap.post(mid, secrets.token_bytes(4), "senml", content_format, payload))
