"""A run of numbered rows on its way from a gateway to the cloud."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from wire.ids import DeviceId, Epoch, GatewayId, PropertyName, Seq, Stream, TimeTrust
from wire.observation import Observation, Value


class Rows(Struct, frozen=True, kw_only=True):
    """Observations as columns of one length: what is stored, packed and copied without making an object a row."""

    device: Sequence[str] = ()
    property: Sequence[str] = ()
    value: Sequence[Value] = ()
    at_ms: Sequence[int] = ()
    trust: Sequence[int] = ()

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.device)

    def since(self, skip: int) -> "Rows":
        """Return the rows without the first `skip`."""
        if skip == 0:
            return self
        return Rows(
            device=self.device[skip:],
            property=self.property[skip:],
            value=self.value[skip:],
            at_ms=self.at_ms[skip:],
            trust=self.trust[skip:],
        )

    def observations(self) -> Iterator[Observation]:
        """Give each row as an observation."""
        for device, name, value, at_ms, trust in zip(
            self.device, self.property, self.value, self.at_ms, self.trust, strict=True
        ):
            yield Observation(
                device=DeviceId(device),
                property=PropertyName(name),
                value=value,
                at_ms=at_ms,
                trust=TimeTrust(trust),
            )


def rows_of(observations: Sequence[Observation]) -> Rows:
    """Turn observations into columns."""
    return Rows(
        device=[row.device for row in observations],
        property=[row.property for row in observations],
        value=[row.value for row in observations],
        at_ms=[row.at_ms for row in observations],
        trust=[int(row.trust) for row in observations],
    )


class Gap(Struct, frozen=True, kw_only=True, array_like=True):
    """Rows `first` to `end` (exclusive) that the gateway had to give up, taken between two times; `reason` says why."""

    first: Seq
    end: Seq
    from_ms: int
    to_ms: int
    reason: str


class Batch(Struct, frozen=True, kw_only=True):
    """Rows of one (gateway, stream, epoch), numbered from `first` without a hole.

    `oldest` is the lowest number that the gateway still holds: what lies below it will never come. `backfill` says
    that the rows are old news. `sent_ms` is the gateway's clock when it packed the batch.
    """

    gateway: GatewayId
    stream: Stream
    epoch: Epoch
    first: Seq
    oldest: Seq
    sent_ms: int
    rows: Rows
    backfill: bool = False
    gaps: tuple[Gap, ...] = ()
