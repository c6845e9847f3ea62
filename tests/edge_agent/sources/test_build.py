"""From configuration to sources."""

from collections.abc import Mapping
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from chassis import ConfigError, parse_config
from device_profiles import Shelf
from edge_agent.sources import Clock, Intake, Source, SourcesSettings, build, build_sources
from edge_agent.sources.record import RecordedSource
from tests.edge_agent.sources.listening import clock, shelf

WHOLE = """
[[mqtt]]
name = "lora"
by_name = { "Bosch TPS110" = "p" }
broker = { host = "127.0.0.1", port = 1883, username = "gateway", password_file = "%(secret)s" }

[[mqtt.routes]]
topic = "application/+/device/+/event/up"
envelope = "chirpstack-v4"

[[mqtt]]
[[mqtt.routes]]
topic = "sites/a/{device}/up"
format = "hex"
profile = "p"

[coap]
host = "127.0.0.1"
profile = "p"

[[observe]]
uri = "coap://192.0.2.7/3431/0/1"
device = "bay-7"
profile = "p"
"""


class Meter:
    """A source that another distribution brings."""

    name = "dlms"

    def __init__(self, settings: Mapping[str, object], shelf: Shelf, clock: Clock) -> None:
        self.settings = settings

    async def run(self, intake: Intake) -> None:
        """Hear nothing."""

    def counts(self) -> Mapping[str, int]:
        return {}


def built(text: str) -> list[Source]:
    return build_sources(
        parse_config(text, SourcesSettings, name="agent.toml"), shelf("p"), clock, gateway="gw"
    )


def test_every_table_makes_a_source(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s")
    assert [source.name for source in built(WHOLE % {"secret": secret})] == [
        "lora",
        "mqtt",
        "coap",
        "observe",
    ]


def test_no_table_makes_no_source() -> None:
    assert built("") == []


def test_two_sources_may_not_share_a_name() -> None:
    route = '[[mqtt]]\n[[mqtt.routes]]\ntopic = "a/{device}"\n'
    with pytest.raises(ConfigError, match="once, got 'mqtt' again"):
        built(route + route)


def test_a_misspelt_key_is_named() -> None:
    with pytest.raises(ConfigError, match=r"unknown key 'topics'"):
        built('[[mqtt]]\n[[mqtt.routes]]\ntopics = "a/{device}"\n')


def test_recording_stands_before_every_source(tmp_path: Path) -> None:
    path = tmp_path / "heard.jsonl"
    sources = built(f'record = {{ path = "{path}" }}\n[coap]\nhost = "127.0.0.1"\n')
    assert [type(source) for source in sources] == [RecordedSource]
    assert isinstance(sources[0], RecordedSource)
    sources[0].recorder.close()


def test_sources_of_other_distributions_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    points = EntryPoints(
        [
            EntryPoint("dlms", f"{__name__}:Meter", build.GROUP),
            EntryPoint("broken", "nowhere:Nothing", build.GROUP),
        ]
    )
    monkeypatch.setattr(build, "entry_points", lambda group: points.select(group=group))
    monkeypatch.setattr(
        EntryPoint, "load", lambda self: Meter if self.name == "dlms" else __import__("nowhere")
    )
    (source,) = built("[others.dlms]\nport = '/dev/ttyUSB0'\n")
    assert isinstance(source, Meter)
    assert source.settings == {"port": "/dev/ttyUSB0"}
    with pytest.raises(ConfigError, match=r"no installed package brings this source; known: broken, dlms"):
        built("[others.mbus]\n")
    with pytest.raises(ConfigError, match="entry point 'broken'"):
        built("[others.broken]\n")
