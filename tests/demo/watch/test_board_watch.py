"""The watcher of a board measures changes that show, and none whose time would mean nothing."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette

from chassis import BoardHub, listen, screen_routes, serve
from demo.estate import LOT, Ledger, Moment, Utterance, build_garage
from demo.watch import BoardWatch
from tests.until import until
from wire import BayId, Board, Link, Sight, board_floors, total_count

GARAGE = build_garage(6, 1)
(LOT_PLAN,) = GARAGE.plan.lots
FIRST, SECOND, *_ = GARAGE.sensors


class Gateway:
    """The gateway's screens with boards that a test makes up."""

    def __init__(self) -> None:
        self.hub = BoardHub()
        self.ledger = Ledger()
        self._sights: dict[BayId, Sight] = {}
        self._seq = 0
        self.show()

    def show(self, **_: object) -> None:
        self._seq += 1
        floors = board_floors(LOT_PLAN, self._sights)
        board = Board(
            lot=LOT,
            name=LOT_PLAN.name,
            life="one",
            seq=self._seq,
            at_ms=0,
            heard_ms=0,
            heard_age_ms=0,
            link=Link.LIVE,
            count=total_count(floors),
            floors=floors,
        )
        self.hub.put(board)

    def turn(self, bay: BayId, sight: Sight) -> None:
        self._sights[bay] = sight
        self.show()


def utterance(number: int, sensor: int = 0, *, occupied: bool = True, changed: bool = True) -> Utterance:
    moment = Moment(at_s=0.0, sensor=GARAGE.sensors[sensor], occupied=occupied, changed=changed)
    return Utterance(moment=moment, number=number, at_ms=number)


def watched(scenario: Callable[[Gateway, BoardWatch], Awaitable[None]]) -> BoardWatch:
    async def run() -> BoardWatch:
        gateway, sock = Gateway(), listen("127.0.0.1", 0, table="http")
        watch = BoardWatch(sock.getsockname()[1], LOT, gateway.ledger)
        app = Starlette(routes=screen_routes(gateway.hub))
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(serve(app, sock)), group.create_task(watch.run())]
            await until(lambda: watch.board)
            await scenario(gateway, watch)
            for task in tasks:
                task.cancel()
        sock.close()
        return watch

    return asyncio.run(run())


def say(gateway: Gateway, watch: BoardWatch, said: Utterance, *, held: bool = False) -> None:
    gateway.ledger.said(said)
    watch.expect(said)
    if held:
        gateway.ledger.held(said)
    gateway.ledger.sent(said, asyncio.get_running_loop().time())


def test_a_change_is_measured_when_it_shows() -> None:
    async def scenario(gateway: Gateway, watch: BoardWatch) -> None:
        say(gateway, watch, utterance(1))
        say(gateway, watch, utterance(2, sensor=1, changed=False))
        gateway.turn(SECOND.bay, Sight.OCCUPIED)
        boards = watch.boards
        await until(lambda: watch.boards > boards)
        assert len(watch.latencies) == 0
        gateway.turn(FIRST.bay, Sight.OCCUPIED)
        await until(lambda: len(watch.latencies) == 1)

    watched(scenario)


def test_what_was_held_back_is_not_measured() -> None:
    async def scenario(gateway: Gateway, watch: BoardWatch) -> None:
        say(gateway, watch, utterance(1), held=True)
        say(gateway, watch, utterance(2, sensor=1))
        gateway.turn(FIRST.bay, Sight.OCCUPIED)
        gateway.turn(SECOND.bay, Sight.OCCUPIED)
        await until(lambda: len(watch.latencies) == 1)

    watched(scenario)


def test_an_overtaken_change_and_its_overtaker_are_counted_and_not_measured() -> None:
    async def scenario(gateway: Gateway, watch: BoardWatch) -> None:
        gateway.turn(FIRST.bay, Sight.FREE)
        await until(lambda: watch.board and watch.board.count.free == 1)
        say(gateway, watch, utterance(1, occupied=True))
        say(gateway, watch, utterance(2, occupied=False))
        say(gateway, watch, utterance(3, sensor=1))
        gateway.turn(SECOND.bay, Sight.OCCUPIED)
        await until(lambda: len(watch.latencies) == 1)

    assert watched(scenario).overtaken == 1


def test_a_change_soon_after_another_is_debounced_on_purpose_and_not_measured() -> None:
    async def scenario(gateway: Gateway, watch: BoardWatch) -> None:
        gateway.turn(FIRST.bay, Sight.FREE)
        await until(lambda: watch.board and watch.board.count.free == 1)
        say(gateway, watch, utterance(1, occupied=True))
        gateway.turn(FIRST.bay, Sight.OCCUPIED)
        await until(lambda: watch.debounced == 1)
        assert len(watch.latencies) == 0

    watched(scenario)
