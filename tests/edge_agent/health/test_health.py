"""The status page says what is wrong in both languages, and the same account feeds page, JSON and metrics."""

from collections.abc import Mapping, Sequence

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from chassis import BoardHub
from device_profiles.recognition import Guess
from edge_agent.health import (
    Account,
    LaneAccount,
    ScreenAccount,
    SuspectAccount,
    create_app,
    find_problems,
)
from edge_agent.outbox import Quarantined
from wire import Count, DeviceId, Observation, PropertyName, Stream, Words

WELL = Account(
    gateway="gw1",
    version="0.1.0",
    at_ms=1_790_000_000_000,
    up_s=5,
    clock_synced=True,
    uplink_up=True,
    acked_age_s=1.5,
    queue=0,
    full="",
    outbox_bytes=50_000,
    outbox_most_bytes=1_000_000_000,
    lanes=[LaneAccount(stream=Stream.STATE, epoch="00000000000000ff", held=12, waiting=2, closed=False)],
    sources={"lorawan": {"arrived": 3}},
    pipeline={"heard": 3, "stored": 3},
    uplink={"batches": 1},
    totals={},
    lots={"p1": Count(total=2, free=1, occupied=0, unknown=1)},
    screens=0,
    deaf_s=0,
)
SPOILT = Quarantined(
    at_ms=1_790_000_000_000,
    source="lorawan",
    where="application/<b>",
    device="a",
    payload=b"\xff" * 100,
    reason="expected JSON",
)


GUESS = Guess(
    key="parking_<acme>",
    title=Words(zh="车位<传感器>", en="bay sensor"),
    understood=1,
    frames=2,
    bits=7.5,
    preview=(
        Observation(device=DeviceId("a"), property=PropertyName("device.battery_v"), value=3.6, at_ms=0),
    ),
)


def client(account: Account = WELL) -> TestClient:
    async def quarantine() -> list[Quarantined]:
        return [SPOILT]

    async def suggest(entries: Sequence[Quarantined]) -> Mapping[str, Sequence[Guess]]:
        return {f"{entries[0].device} b": [GUESS], "c": []}

    return TestClient(create_app(BoardHub(), lambda: account, quarantine, suggest))


def changed(**changes: object) -> Account:
    return msgspec.structs.replace(WELL, **changes)


def test_all_is_well() -> None:
    assert find_problems(WELL) == []
    assert "一切正常" in client().get("/status").text


@pytest.mark.parametrize(
    ("account", "code"),
    [
        (changed(full="no space"), "E-DISK-01"),
        (changed(uplink_up=False), "E-LINK-01"),
        (changed(deaf_s=20.0), "E-HEAR-01"),
        (changed(clock_synced=False), "E-TIME-01"),
        (changed(pipeline={"quarantined": 3}), "W-DATA-01"),
        (changed(acked_age_s=121.0), "E-LINK-02"),
        (changed(acked_age_s=None, up_s=121.0), "E-LINK-02"),
        (changed(silent=["a1", "b2"]), "W-DEV-01"),
        (changed(totals={"lost.telemetry": 3}), "W-LOST-01"),
        (changed(sources={"riser-3": {"dead": 2, "devices": 50}}), "W-LINE-01"),
        (changed(codecs={"stopped": 3, "resting": 1}), "W-CODEC-01"),
    ],
)
def test_what_is_wrong_has_a_code_and_words_in_both_languages(account: Account, code: str) -> None:
    (problem,) = find_problems(account)
    assert problem.code == code
    page = client(account).get("/status").text
    assert code in page
    assert problem.words.zh in page


def test_what_was_quarantined_before_the_start_is_no_news() -> None:
    assert find_problems(changed(totals={"quarantined": 3})) == []
    assert find_problems(changed(codecs={"called": 9, "stopped": 3, "resting": 0})) == []


def test_a_cloud_that_owes_no_answer_is_no_problem() -> None:
    assert find_problems(changed(acked_age_s=9000.0, lanes=[])) == []


def test_json_is_the_whole_account() -> None:
    assert msgspec.json.decode(client().get("/status.json").content, type=Account) == WELL


def test_a_gateway_that_cannot_keep_anything_is_not_healthy() -> None:
    assert client().get("/healthz").status_code == 200
    assert client(changed(full="no space")).get("/healthz").status_code == 503


def test_metrics_say_what_the_page_says() -> None:
    page = client().get("/metrics").text
    found = {
        (row.name, *sorted(row.labels.items())): row.value
        for family in text_string_to_metric_families(page)
        for row in family.samples
    }
    assert found[("lilong_outbox_waiting_rows",)] == 2
    assert found[("lilong_bays_free", ("lot", "p1"))] == 1
    assert found[("lilong_pipeline_total", ("fate", "stored"))] == 3
    assert found[("lilong_source", ("source", "lorawan"), ("what", "arrived"))] == 3


def test_a_screen_that_froze_is_seen() -> None:
    frozen = ScreenAccount(lot="p1", screen="<lobby>", show="live", seq=7, age_s=900)
    page = client(changed(shown=[frozen])).get("/status").text
    assert "p1 · &lt;lobby&gt;" in page
    assert "live, seq 7, 900" in page


def test_the_quarantine_shows_bytes_and_reason_and_trusts_no_text() -> None:
    page = client().get("/quarantine").text
    assert "expected JSON" in page
    assert "application/&lt;b&gt;" in page
    assert "<b>" not in page.split("</style>")[1]
    (entry,) = client().get("/quarantine.json").json()
    assert entry["payload"] == "ff" * 100


def test_suspect_sensors_are_named_on_the_page_and_counted() -> None:
    suspects = [
        SuspectAccount(bay="B1-<7>", device="a", suspicion="stuck", believed="occupied", quality=91),
        SuspectAccount(bay="B1-008", device="b", suspicion="frozen", believed="unknown", quality=0),
    ]
    account = changed(apart=1, suspects=suspects)
    (problem,) = find_problems(account)
    assert (problem.code, "B1-<7>, B1-008" in problem.words.en) == ("W-BAY-01", True)
    page = client(account).get("/status").text
    assert "B1-&lt;7&gt; · a" in page
    assert "occupied 91 %" in page
    metrics = client(account).get("/metrics").text
    assert 'lilong_bays_suspect{suspicion="stuck"} 1.0' in metrics
    assert "lilong_bays_apart 1.0" in metrics


def test_a_long_list_of_suspects_is_cut_in_the_headline() -> None:
    suspects = [
        SuspectAccount(bay=f"B{n}", device=f"{n}", suspicion="drifting", believed="free", quality=80)
        for n in range(9)
    ]
    (problem,) = find_problems(changed(suspects=suspects))
    assert problem.words.en.startswith("9 parking sensors")
    assert "B4 …" in problem.words.en


def test_the_quarantine_shows_guesses_and_how_to_accept_one() -> None:
    page = client().get("/quarantine").text
    assert "lilong agent accept &#x27;a b&#x27; &#x27;parking_&lt;acme&gt;&#x27;" in page
    assert "车位&lt;传感器&gt;" in page
    assert "device.battery_v = 3.6 V" in page
    assert "No known device sends such bytes" in page
    found = client().get("/quarantine/guesses.json").json()
    assert [one["key"] for one in found["a b"]] == ["parking_<acme>"]
