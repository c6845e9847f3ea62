"""What llrpkit publishes for an LLRP reader: {base}/tags, {base}/events and {base}/status.

Facts: llrpkit 0.3, module llrpkit.mqtt, whose keys it promises to keep; `at` is in seconds since 1970.
"""

import msgspec
from msgspec import Struct

from device_profiles.errors import DecodeError
from device_profiles.protocols.rfid.sighting import Port, Sighting, Told, hex_of, time_of

_GONE = "departed"


class _Said(Struct, frozen=True, kw_only=True):
    reader: str | None = None
    epc: str | None = None
    tid: str | None = None
    antenna: Port | None = None
    rssi_dbm: float | None = None
    phase_deg: float | None = None
    reads: int | None = None
    at: float | None = None
    event: str | None = None
    status: str | None = None


_decoder = msgspec.json.Decoder(list[_Said] | _Said, strict=False)


def read_llrpkit(payload: bytes) -> Told:
    """Read a tag, an arrival or departure, or the bridge's status.

    Raises:
        DecodeError: it is none of them; says what was expected and what came.
    """
    try:
        found = _decoder.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DecodeError(f"expected what llrpkit publishes as JSON: {error}") from error
    said = found if isinstance(found, list) else [found]
    states = [one.status for one in said if one.status is not None]
    return Told(
        sightings=tuple(_sighting(one) for one in said if one.status is None and one.event != _GONE),
        offline=states[-1] != "online" if states else None,
        reader=next((one.reader for one in said if one.reader), ""),
    )


def _sighting(said: _Said) -> Sighting:
    epc, tid = hex_of(said.epc, "epc"), hex_of(said.tid, "tid")
    if said.epc is None and not tid:
        raise DecodeError("expected epc, tid or status, got none")
    return Sighting(
        epc=epc,
        tid=tid,
        antenna=said.antenna,
        rssi_dbm=said.rssi_dbm,
        at_ms=time_of(said.at),
        phase_deg=said.phase_deg,
        seen_count=said.reads,
    )
