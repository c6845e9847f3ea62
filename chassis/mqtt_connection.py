"""One connection to a broker on the event loop, from CONNECT to its end."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any, Final

import paho.mqtt.client as paho

from chassis.mqtt_client import Client

_MISC_EVERY_S: Final = 1.0
_DENIED: Final = 0x80


class Connection:
    """Moves bytes between paho and the socket; what arrives waits here until the owner of the link takes it.

    paho connects with blocking calls (name look-up, TCP, TLS, WebSocket), so that step runs in a daemon thread: one
    that hangs in a name look-up holds up neither a time-out nor the end of the program. It can do no harm later,
    because paho only queues CONNECT, and the event loop is what sends it.
    """

    def __init__(self, client: Client) -> None:
        """Take over a client that has not connected yet."""
        self.client = client
        self.ended = ""
        self.resumed = False
        self.denied: list[str] = []
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        self._refused = ""
        self._accepted = False
        self._arrived: deque[paho.MQTTMessage] = deque()
        self._asked: dict[int | None, str] = {}
        self._broken: Exception | None = None
        self._sock: Any = None  # paho hands over plain, TLS and WebSocket sockets alike
        self._fd = -1
        client.on_connect = self._on_connect
        client.on_disconnect = lambda _c, _u, _f, reason, _p: self.end(str(reason))
        client.on_message = lambda _c, _u, publish: self._arrived.append(publish)
        client.on_subscribe = self._on_subscribe
        client.on_socket_close = lambda _c, _u, _s: self._detach()
        client.on_socket_register_write = lambda _c, _u, _s: self._want_write()
        client.on_socket_unregister_write = lambda _c, _u, _s: self._no_write()

    async def open(self, host: str, port: int, keepalive_s: int) -> None:
        """Connect and wait for the broker's yes.

        Raises:
            OSError: the broker cannot be reached, says no, or ends the connection instead of answering.
        """
        try:
            await _in_thread(lambda: self.client.connect(host, port, keepalive_s), self.client)
            self._attach()
            await self._answer()
        except BaseException:
            self.close(say_goodbye=False)
            raise

    async def news(self) -> None:
        """Wait until something arrived or ended, at most a second, and keep the connection alive."""
        try:
            async with asyncio.timeout(_MISC_EVERY_S):
                await self._changed.wait()
        except TimeoutError:
            pass  # nothing happened: time to look after the connection
        self._changed.clear()
        self.client.loop_misc()
        if self._broken is not None:
            raise self._broken

    def arrived(self) -> Iterator[paho.MQTTMessage]:
        """Give what arrived since the last call."""
        while self._arrived:
            yield self._arrived.popleft()

    def subscribe(self, topic: str) -> None:
        """Ask to hear a topic; `denied` names it if the broker refuses."""
        _, mid = self.client.subscribe(topic, qos=1)
        self._asked[mid] = topic

    def end(self, reason: str) -> None:
        """Take note that the connection is of no use any more."""
        self.ended = self.ended or reason
        self._changed.set()

    def close(self, *, say_goodbye: bool) -> None:
        """Send what is still queued and close; without a good-bye the broker publishes the will."""
        self.client.on_disconnect = None
        if self._fd >= 0:
            if say_goodbye:
                self.client.disconnect()
            self.client.loop_write()
        self._detach()
        sock = self.client.socket()
        if sock is not None:
            sock.close()
        self.end("closed")

    async def _answer(self) -> None:
        while not self._accepted:
            await self.news()
            if self._refused:
                raise ConnectionRefusedError(f"the broker refused the connection: {self._refused}")
            if self.ended:
                raise ConnectionResetError("the broker ended the connection instead of accepting it")

    # -- the socket ----------------------------------------------------------------------------------------------

    def _attach(self) -> None:
        self._sock = self.client.socket()
        self._fd = self._sock.fileno()
        self._loop.add_reader(self._fd, self._guarded, self._read)
        if self.client.want_write():
            self._want_write()

    def _detach(self) -> None:
        if self._fd >= 0:
            self._loop.remove_reader(self._fd)
            self._loop.remove_writer(self._fd)
        self._fd = -1

    def _want_write(self) -> None:
        if self._fd >= 0:
            self._loop.add_writer(self._fd, self._guarded, self.client.loop_write)

    def _no_write(self) -> None:
        if self._fd >= 0:
            self._loop.remove_writer(self._fd)

    def _read(self) -> None:
        self.client.loop_read()
        # A TLS record may hold more packets than paho took; the socket itself will not be readable again for them.
        while self._fd >= 0 and getattr(self._sock, "pending", int)():
            self.client.loop_read()
        if self._arrived:
            self._changed.set()

    def _guarded(self, step: Callable[[], object]) -> None:
        try:
            step()
        except Exception as error:  # noqa: BLE001  # a bug below: the task that serves the connection raises it again
            self._broken = error
            self._detach()
            self.end(f"broken: {error}")

    # -- what paho says ------------------------------------------------------------------------------------------

    def _on_connect(self, _client: object, _data: object, flags: Any, reason: Any, _more: object) -> None:
        self.resumed = flags.session_present
        self._accepted = not reason.is_failure
        self._refused = str(reason) if reason.is_failure else ""
        self._changed.set()

    def _on_subscribe(self, _client: object, _data: object, mid: int, reasons: Any, _more: object) -> None:
        topic = self._asked.pop(mid, "")
        if any(reason.value >= _DENIED for reason in reasons):
            self.denied.append(topic)
            self._changed.set()


async def _in_thread(connect: Callable[[], object], client: Client) -> None:
    """Run a blocking call in a daemon thread; if nobody waits any more when it returns, close what it opened."""
    done: Future[None] = Future()
    done.set_running_or_notify_cancel()

    def run() -> None:
        try:
            connect()
        except BaseException as error:  # noqa: BLE001  # raised again where the thread's result is awaited
            done.set_exception(error)
        else:
            done.set_result(None)

    threading.Thread(target=run, name="mqtt-connect", daemon=True).start()
    try:
        await asyncio.wrap_future(done)
    except asyncio.CancelledError:
        done.add_done_callback(lambda _: _close_unused(client))
        raise


def _close_unused(client: Client) -> None:
    sock = client.socket()
    if sock is not None:
        sock.close()
