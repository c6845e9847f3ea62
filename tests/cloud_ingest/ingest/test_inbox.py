"""An inbox has a limit, says when it is reached, and gives out in order."""

import asyncio

from cloud_ingest.ingest.inbox import Inbox, Parcel


def parcel(size: int, name: str = "") -> Parcel:
    return Parcel(topic=name, raw=bytes(size), size=size, up=None)


def test_it_takes_no_more_than_its_limit_and_goes_on_when_there_is_room() -> None:
    inbox = Inbox(2)
    assert inbox.offer(parcel(1, "a"))
    assert inbox.offer(parcel(1, "b"))
    assert not inbox.offer(parcel(1, "c"))
    first = inbox.take()
    assert first is not None
    assert first.topic == "a"
    assert inbox.offer(parcel(1, "d"))
    assert len(inbox) == 2


def test_its_bytes_are_limited_too() -> None:
    inbox = Inbox(1000)
    taken = sum(inbox.offer(parcel(1024 * 1024)) for _ in range(100))
    assert taken == 32
    assert inbox.take() is not None
    assert inbox.offer(parcel(1024 * 1024))


def test_whoever_waits_is_woken() -> None:
    async def scenario() -> str:
        inbox = Inbox(2)
        async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
            waiting = tasks.create_task(inbox.wait())
            await asyncio.sleep(0)
            assert not waiting.done()
            inbox.offer(parcel(1, "a"))
        found = inbox.take()
        assert inbox.take() is None
        return found.topic if found else ""

    assert asyncio.run(scenario()) == "a"
