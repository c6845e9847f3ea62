"""A cloud in a test: keeps rows in memory by the rules of `wire.sync.accept` and answers over a real broker."""

from chassis import Arrival, MqttLink, MqttPlan, MqttSettings
from wire import (
    Ack,
    Batch,
    Epoch,
    Gap,
    GatewayId,
    Hello,
    LaneAck,
    Reply,
    Seq,
    Stream,
    ack_topic,
    decode,
    encode,
    shard_filter,
    up_topic,
)
from wire.sync import accept
from wire.topics import Lane

LaneKey = tuple[Stream, Epoch]


class MemoryCloud:
    """What a database would hold: rows by lane and number, watermarks, gaps."""

    def __init__(self, port: int, shard: int = 0) -> None:
        self.next: dict[LaneKey, int] = {}
        self.rows: dict[LaneKey, dict[int, tuple[str, object]]] = {}
        self.gaps: list[Gap] = []
        self.hellos: list[Hello] = []
        self.batches: list[Batch] = []
        self.mute = False
        self.deaf_to = 0
        """How many hellos get no answer."""
        self._shard, self._probed = shard, False
        self.twice = 0
        plan = MqttPlan(client_id="memory-cloud", topics=(shard_filter(shard),), on_arrival=self.arrived)
        self.link = MqttLink(MqttSettings(port=port, longest_retry_s=1), plan)

    def listening(self) -> bool:
        """Whether the broker passes on to us what is published: asked by a word to ourselves."""
        self.link.publish(
            up_topic(self._shard, GatewayId("probe"), Lane.REPLY), encode(Reply(id="probe", done=True))
        )
        return self._probed

    @property
    def count(self) -> int:
        """How many rows are held."""
        return sum(len(rows) for rows in self.rows.values())

    def arrived(self, arrival: Arrival) -> None:
        """Take a batch or a hello and answer it."""
        message = decode(arrival.payload)
        self._probed = self._probed or isinstance(message, Reply)
        if self.mute:
            return
        if isinstance(message, Hello):
            self.hellos.append(message)
            if len(self.hellos) <= self.deaf_to:
                return
            lanes = tuple(self._greet(message))
            self._answer(message.gateway, lanes)
        if isinstance(message, Batch):
            self.batches.append(message)
            self._answer(message.gateway, (self._take(message),))

    def _greet(self, hello: Hello) -> list[LaneAck]:
        return [
            LaneAck(
                stream=lane.stream,
                epoch=lane.epoch,
                next=Seq(self.next.get((lane.stream, lane.epoch), 0)),
                first=Seq(-1),
                refused=True,
            )
            for lane in hello.lanes
        ]

    def _take(self, batch: Batch) -> LaneAck:
        key = (batch.stream, batch.epoch)
        verdict = accept(self.next.get(key, 0), first=batch.first, count=len(batch.rows), oldest=batch.oldest)
        self.gaps += batch.gaps if verdict.lost else ()
        rows = self.rows.setdefault(key, {})
        fresh = batch.rows.since(verdict.skip)
        for number, row in enumerate(
            zip(fresh.property, fresh.value, strict=True), verdict.next - verdict.fresh
        ):
            self.twice += number in rows
            rows[number] = row
        self.next[key] = verdict.next
        return LaneAck(
            stream=batch.stream,
            epoch=batch.epoch,
            next=Seq(verdict.next),
            first=batch.first,
            refused=verdict.refused,
        )

    def _answer(self, gateway: GatewayId, lanes: tuple[LaneAck, ...]) -> None:
        self.link.publish(ack_topic(gateway), encode(Ack(gateway=gateway, lanes=lanes)))
