"""The simulated RFID readers speak so that the device profiles understand them."""

import json
import random

from chassis import parse_config
from demo.estate import ROUTES, RULE, build_garage, build_tags, site_toml
from demo.estate.rfid import _impinj, _zebra
from demo.estate.tagged import stranger
from device_profiles import Reading, load_shelf
from device_profiles.protocols.epc import Content, recognise
from edge_agent.rules import TagRuleSettings
from wire import DeviceId, SitePlan, TagKind, TimeTrust, check_plan

NOW_MS = 1_760_000_000_000


def seen_by(profile: str, payload: bytes) -> dict[str, set[object]]:
    """Return what the profile understands, by device."""
    reading = Reading(device=DeviceId("r"), payload=payload, received_ms=NOW_MS, trust=TimeTrust.SYNCED)
    found: dict[str, set[object]] = {}
    for row in load_shelf().profile(profile).decode(reading):
        found.setdefault(row.device, set()).add((row.property, row.value))
    return found


def test_both_readers_are_understood() -> None:
    tags = build_tags()
    told = [(tag.epc, tag.antenna) for tag in tags[:5]]
    for route, write in zip(ROUTES, (_impinj, _zebra), strict=True):
        found = seen_by(route["profile"], json.dumps(write(told, 7, random.Random(1))).encode())
        assert set(found) == {tag.plan.device for tag in tags[:5]}
        for tag in tags[:5]:
            facts = found[tag.plan.device]
            assert ("tag.antenna", tag.antenna) in facts
            assert ("tag.uri", recognise(tag.epc).uri) in facts


def test_forty_tags_are_shared_out_and_planned() -> None:
    tags = build_tags()
    assert len({tag.epc for tag in tags}) == len(tags) == 40
    assert {tag.reader for tag in tags} == {DeviceId(route["device"]) for route in ROUTES}
    assert sum(tag.plan.kind is TagKind.SEAL for tag in tags) == 20
    plan = build_garage(6, 1).plan
    assert plan.tags == tuple(tag.plan for tag in tags)
    assert check_plan(parse_config(site_toml(plan), SitePlan, name="site.toml")) == plan


def test_a_passer_by_is_nobody_of_the_plan() -> None:
    chance = random.Random(1)
    found = {stranger(chance) for _ in range(50)}
    assert len(found) == 50
    assert all(recognise(one).content is Content.EPC for one in found)
    assert not found & {tag.epc for tag in build_tags()}


def test_the_rule_of_the_demonstration_is_one_that_can_be_configured() -> None:
    TagRuleSettings(**RULE)  # type: ignore[arg-type]
