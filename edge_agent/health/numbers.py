"""An account as Prometheus metrics."""

from collections import Counter
from collections.abc import Iterator

from chassis import Metric, labelled, number
from edge_agent.health.account import Account


def metrics_of(account: Account) -> Iterator[Metric]:
    """Give every metric of an account."""
    yield number("lilong_agent_up_seconds", "Time since the agent started", account.up_s)
    yield number("lilong_agent_clock_synced", "1 when UTC is known", float(account.clock_synced))
    yield number(
        "lilong_agent_uplink_up", "1 while there is a link to the cloud's broker", float(account.uplink_up)
    )
    yield number("lilong_agent_queue", "Readings that wait for the disk", account.queue)
    yield number("lilong_agent_deaf_seconds", "How long some source could not be heard", account.deaf_s)
    yield number("lilong_agent_disk_refuses", "1 while nothing can be kept", float(bool(account.full)))
    yield number("lilong_outbox_bytes", "Bytes in use by the outbox", account.outbox_bytes)
    yield number("lilong_outbox_most_bytes", "Bytes that the outbox may use", account.outbox_most_bytes)
    yield number("lilong_outbox_waiting_rows", "Rows that the cloud does not have yet", account.waiting)
    yield number(
        "lilong_devices_silent", "Devices silent for longer than their kind allows", len(account.silent)
    )
    yield number("lilong_screens_watching", "Screens that follow a board now", account.screens)
    yield labelled(
        "lilong_pipeline", "Readings by what became of them", "fate", account.pipeline, counter=True
    )
    yield labelled(
        "lilong_codecs", "What vendors' JavaScript codecs did", "what", account.codecs, counter=True
    )
    yield labelled("lilong_uplink", "What the uplink did", "what", account.uplink, counter=True)
    yield labelled("lilong_outbox", "Totals that survive a restart", "what", account.totals, counter=True)
    yield _sources(account)
    yield number("lilong_bays_apart", "Bays believed to be other than their node says", account.apart)
    suspects = Counter(suspect.suspicion for suspect in account.suspects)
    yield labelled("lilong_bays_suspect", "Parking sensors to look at", "suspicion", suspects)
    for kind in ("free", "occupied", "unknown"):
        counts = {lot: getattr(count, kind) for lot, count in account.lots.items()}
        yield labelled(f"lilong_bays_{kind}", f"Bays that are {kind}", "lot", counts)


def _sources(account: Account) -> Metric:
    values: dict[tuple[tuple[str, str], ...], float] = {
        (("source", source), ("what", what)): float(count)
        for source, counts in account.sources.items()
        for what, count in counts.items()
    }
    return Metric(name="lilong_source", text="What each source heard and did", values=values)
