"""Opens parcels: bytes become a batch, a hello or a reply, or a refusal that says why not."""

from cloud_ingest.ingest.inbox import Parcel
from cloud_ingest.ingest.judge import fits
from cloud_ingest.store import Refusal
from wire import Batch, Hello, Lane, Reply, Upward, WireError, decode

_MOST_LANES = 1024
_MOST = 2**63 - 1


def open_parcel(parcel: Parcel) -> Batch | Hello | Reply | Refusal:
    """Understand a parcel; what it says must agree with the topic that it came on."""
    if parcel.up is None or parcel.problem:
        return refusal(parcel, parcel.problem)
    try:
        found = decode(parcel.raw)
    except WireError as error:
        return refusal(parcel, str(error))
    if isinstance(found, Batch):
        problem = _batch_problem(found, parcel.up)
    elif isinstance(found, Hello):
        problem = _hello_problem(found, parcel.up)
    elif isinstance(found, Reply):
        problem = "" if parcel.up.lane is Lane.REPLY else f"a reply on the lane {parcel.up.lane}"
    else:
        return refusal(parcel, f"expected a batch, a hello or a reply, got {type(found).__name__}")
    return refusal(parcel, problem) if problem else found


def refusal(parcel: Parcel, reason: str) -> Refusal:
    """Say why a parcel cannot be taken."""
    gateway = parcel.up.gateway if parcel.up else ""
    return Refusal(gateway=gateway, topic=parcel.topic, reason=reason, size=parcel.size)


def _batch_problem(batch: Batch, up: Upward) -> str:
    if batch.gateway != up.gateway:
        return f"expected a batch of {up.gateway!r}, as the topic says, got one of {batch.gateway!r}"
    if batch.stream != up.lane:
        return f"expected a batch of stream {str(up.lane)!r}, as the topic says, got {batch.stream!r}"
    if not fits(batch):
        return f"expected numbers of 63 bits, got epoch {batch.epoch}, first {batch.first}, oldest {batch.oldest}"
    return ""


def _hello_problem(hello: Hello, up: Upward) -> str:
    if hello.gateway != up.gateway:
        return f"expected a hello of {up.gateway!r}, as the topic says, got one of {hello.gateway!r}"
    if up.lane is not Lane.HELLO:
        return f"expected a hello on the lane hello, got it on {up.lane}"
    if len(hello.lanes) > _MOST_LANES or len(hello.clocks) > _MOST_LANES:
        return f"expected at most {_MOST_LANES} lanes, got {len(hello.lanes)}"
    numbers = [number for lane in hello.lanes for number in (lane.epoch, lane.oldest, lane.next)]
    numbers += [clock.epoch for clock in hello.clocks]
    if not all(0 <= number <= _MOST for number in numbers):
        return "expected epochs and numbers of 63 bits"
    return ""
