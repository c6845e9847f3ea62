"""The other things that gateway and cloud tell each other: hello, acknowledgement, command, reply."""

from msgspec import Struct

from wire.ids import Epoch, GatewayId, Seq, Stream


class LaneHello(Struct, frozen=True, kw_only=True, array_like=True):
    """What a gateway holds of one (stream, epoch): rows `oldest` to `next` (exclusive)."""

    stream: Stream
    epoch: Epoch
    oldest: Seq
    next: Seq
    closed: bool
    oldest_ms: int = 0


class BootClock(Struct, frozen=True, kw_only=True, array_like=True):
    """The offset that turns an epoch's unsynced times into UTC: UTC ms = boot ms + `offset_ms`."""

    epoch: Epoch
    offset_ms: int


class Hello(Struct, frozen=True, kw_only=True, array_like=True, tag="hello1"):
    """A gateway's account of itself: what it holds, how its clock is, what it runs.

    `clocks` lists the open epochs whose boot offset is known. `counts` are totals since the agent started (heard,
    refused, quarantined, lost ...).
    """

    gateway: GatewayId
    sent_ms: int
    synced: bool
    agent: str
    lanes: tuple[LaneHello, ...]
    clocks: tuple[BootClock, ...] = ()
    counts: dict[str, int] = {}


class LaneAck(Struct, frozen=True, kw_only=True, array_like=True):
    """What the cloud's database holds of one (stream, epoch): everything below `next`.

    `refused` says that `next` is not an answer to rows taken but a request to go on from there: the batch started
    above it, or the cloud was restored. `first` is the number that the answered batch started with, -1 where a hello is
    answered.
    """

    stream: Stream
    epoch: Epoch
    next: Seq
    first: Seq
    refused: bool = False


class Ack(Struct, frozen=True, kw_only=True, array_like=True, tag="ack1"):
    """The cloud's word to one gateway, sent only after its database committed."""

    gateway: GatewayId
    lanes: tuple[LaneAck, ...]


class Command(Struct, frozen=True, kw_only=True, array_like=True, tag="command1"):
    """Something that the cloud asks a gateway to do, answered by a `Reply` with the same id."""

    id: str
    verb: str
    arguments: dict[str, str] = {}


class Reply(Struct, frozen=True, kw_only=True, array_like=True, tag="reply1"):
    """What came of a command; `reason` says why not, where it was not done."""

    id: str
    done: bool
    reason: str = ""
