"""A garage with a drifting and a stuck sensor shows right numbers: recorded frames through the whole gateway."""

import json
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge_agent.commands import main
from tests.edge_agent.commands.test_commands import folder
from tests.edge_agent.rules.field.story import CARS, Story

PROFILE = "parking_libelium_smart_parking_v2"
DRIFTS, DRIFTS_TOO, STUCK, WORKS = (f"0004a30b001c3f5{digit}" for digit in "abcd")
SITE = f"""
id = "c7"
name = {{ zh = "七号院", en = "No. 7" }}
areas = [{{ id = "310106-c7", level = "community", name = {{ zh = "七号院", en = "No. 7" }} }}]
[[lots]]
id = "p1"
name = {{ zh = "车库", en = "Garage" }}
[[lots.floors]]
id = "b1"
name = {{ zh = "地下一层", en = "B1" }}
bays = [
  {{ id = "B1-001", device = "{DRIFTS}", at = [0, 0] }},
  {{ id = "B1-002", device = "{DRIFTS_TOO}", at = [4, 0] }},
  {{ id = "B1-003", device = "{STUCK}", at = [8, 0] }},
  {{ id = "B1-004", device = "{WORKS}", at = [12, 0] }},
]
"""
AGENT = """
[clock]
trust = "always"
[uplink.mqtt]
port = 1
[http]
port = 0
[rules.bay]
debounce_s = 0.0
[rules.field]
count = "{count}"
"""


def frame(story: Story, device: str, occupied: bool, car: int | None) -> str:
    """Return a line of a recording: what a node of this make sends when its state changes."""
    story.told += 1
    axes = story.field(None if car is None else CARS[car])
    measured = struct.pack(">b3h", round(story.warm_c), *(int(axis) for axis in axes))
    payload = bytes([occupied << 7, story.told % 256]) + measured
    return json.dumps({"device": device, "profile": PROFILE, "port": 2, "hex": payload.hex()})


def week(story: Story, device: str) -> Iterator[str]:
    """Give a week of a node that works: two cars a day, warm afternoons."""
    for day in range(8):
        for part in range(12):
            story.warm_c = 15.0 + (0, 3, 5, 6, 5, 3, 0, -3, -5, -6, -5, -3)[part]
            parked = part in (2, 3, 7, 8, 9)
            yield frame(story, device, parked, (2 * day + (part > 5)) % len(CARS) if parked else None)
    story.warm_c = 15.0
    yield frame(story, device, False, None)


def recording() -> Iterator[str]:
    drifts, drifts_too, stuck, works = Story(slope=22.0), Story(slope=-17.0), Story(), Story()
    for story, device in ((drifts, DRIFTS), (drifts_too, DRIFTS_TOO), (stuck, STUCK), (works, WORKS)):
        yield from week(story, device)
    for warm_c in (22, 28, 33, 37):  # a heat wave, which the nodes take for cars
        drifts.warm_c = drifts_too.warm_c = warm_c
        yield frame(drifts, DRIFTS, True, None)
        yield frame(drifts_too, DRIFTS_TOO, True, None)
    for car in (0, 1, 2, 3, 4, 0, 1, 2):  # cars come and go, and the node keeps saying that the bay is free
        yield frame(stuck, STUCK, False, car)
        yield frame(stuck, STUCK, False, None)
    yield frame(stuck, STUCK, False, 3)
    yield frame(works, WORKS, True, 4)


@pytest.mark.parametrize(("count", "free", "occupied"), [("belief", 2, 2), ("node", 1, 3)])
def test_the_lobby_counts_what_is_there_where_the_words_alone_would_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], count: str, free: int, occupied: int
) -> None:
    file = tmp_path / "recording.jsonl"
    file.write_text("\n".join(recording()) + "\n", encoding="utf-8")
    config = folder(tmp_path, agent=AGENT.format(count=count), site=SITE)
    assert main(["replay", "--config", config, "--json", str(file)]) == 0
    came = json.loads(capsys.readouterr().out)
    assert came["pipeline"]["stored"] == len(file.read_text(encoding="utf-8").splitlines())
    assert came["lots"]["p1"] == {"total": 4, "free": free, "occupied": occupied, "unknown": 0}
