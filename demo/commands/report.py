"""What `lilong demo` says at the end."""

from msgspec import Struct

from demo.watch import Beside, SealCount, Spread, Wired


class AgentCost(Struct, frozen=True, kw_only=True):
    """What the gateway's program needed; an observation is a row that it kept and sent."""

    rss_mb: float
    peak_mb: float
    cpu_us_per_observation: float | None


class Took(Struct, frozen=True, kw_only=True):
    """Seconds until everything stood, in which the estate lived, and until the last row was in PostgreSQL."""

    start_s: float
    run_s: float
    drain_s: float


class Report(Struct, frozen=True, kw_only=True):
    """Readings by what became of them, how long they took, and what the gateway needed.

    `sent`: said by sensors. `acknowledged`: as the sensors know. `committed`: in PostgreSQL. `lost`: acknowledged and
    not there. `duplicated`: there more than once. `given_up`: rows that the gateway recorded as a gap. `held_back`:
    had to wait for the level whose link was lost, and are in no latency. `overtaken` and `debounced`: changes whose
    way to the lobby screen is not measured, see `BoardWatch`. `rows`: all observations in PostgreSQL. `wired`: the
    answers of meters on lines. `lwm2m`: what the LwM2M devices beside the garage said. `seals`: what became of the tags
    and seals on the meters. What of the first two is lost or there twice counts above.
    """

    sent: int
    committed: int
    lost: int
    duplicated: int
    sensor_to_board_ms: Spread
    sensor_to_cloud_ms: Spread
    agent: AgentCost
    acknowledged: int
    held_back: int
    overtaken: int
    debounced: int
    given_up: int
    rows: int
    bays: int
    seed: int
    wired: Wired
    took: Took
    lwm2m: Beside
    seals: SealCount

    @property
    def good(self) -> bool:
        """Whether everything that was said is in the database exactly once, and every seal's alarm."""
        kept = not self.lost and not self.duplicated
        beside = self.wired.good and self.lwm2m.good and self.seals.good
        return 0 < self.sent == self.acknowledged and kept and beside
