"""The loopback ports on which everything is found: any free ones, or a row of fixed ones."""

import socket
from contextlib import ExitStack
from typing import Final

from msgspec import Struct

from demo.stage.errors import StageError
from wire import Words

HOST: Final = "127.0.0.1"


class Ports(Struct, frozen=True, kw_only=True):
    """In the order in which fixed ones follow each other."""

    gateway_http: int
    cloud_http: int
    devices_mqtt: int
    devices_coap: int
    uplink_mqtt: int
    spare_http: int
    """For a second ingest worker."""


def choose_ports(first: int = 0) -> Ports:
    """Return ports that are free now: the row that begins with `first`, or with 0 any.

    Raises:
        StageError: a port of the row is in use.
    """
    names = Ports.__struct_fields__
    with ExitStack() as held:
        found = [_hold(first + number if first else 0, held) for number in range(len(names))]
    return Ports(**dict(zip(names, found, strict=True)))


def _hold(port: int, held: ExitStack) -> int:
    """Take a port for TCP and UDP until the stack closes, so that no two of the row are the same."""
    tcp = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    udp = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        tcp.bind((HOST, port))
        taken: int = tcp.getsockname()[1]
        udp.bind((HOST, taken))
    except (OSError, OverflowError) as error:
        raise StageError(
            Words(
                zh=f"无法使用端口 {HOST}:{port}({error}):请结束占用它的程序,或用 --port 另选一个",
                en=f"cannot use port {HOST}:{port} ({error}): end what uses it, or choose another with --port",
            )
        ) from error
    return taken
