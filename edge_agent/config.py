"""`agent.toml`: how the operator wants the agent to run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct, field
from msgspec.structs import replace

from chassis import ConfigError, OwnPort, Text, read_config
from device_profiles import Key
from edge_agent.clock import ClockTrust
from edge_agent.keys import KeysSettings, device_keys
from edge_agent.outbox import OutboxLimits
from edge_agent.pipeline import Meaning, PipelineSettings
from edge_agent.rules import BayRuleSettings, FieldRuleSettings, TagRuleSettings
from edge_agent.rules.thermal import ThermalSettings
from edge_agent.sources import SourcesSettings
from edge_agent.uplink import Enrolment, UplinkSettings, check_enrolment
from wire import DeviceId, SitePlan, WireError, check_plan

Megabytes = Annotated[int, Meta(ge=1, le=1_000_000)]
"""Below 10 MB the outbox would be full of what it keeps besides rows."""


class HttpSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the lobby screens and the status page are served."""

    host: Text = "127.0.0.1"
    port: OwnPort = 8480


class OutboxSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where rows are kept until the cloud has them, and how much space they may take."""

    path: Text = "outbox.db"
    most_mb: Megabytes = 1000

    def limits(self) -> OutboxLimits:
        """Return what the outbox needs of this."""
        return OutboxLimits(most_bytes=self.most_mb * 1_000_000)


class ClockSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to believe about the time."""

    trust: ClockTrust = ClockTrust.KERNEL


class RuleSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table a rule."""

    bay: BayRuleSettings = BayRuleSettings()
    field: FieldRuleSettings = FieldRuleSettings()
    tags: TagRuleSettings = TagRuleSettings()
    thermal: ThermalSettings = ThermalSettings()


class DeviceEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One device, the profile that decodes it, and what its inputs mean at this site."""

    id: Text
    profile: Text
    means: tuple[Meaning, ...] = ()


class AgentSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file; paths are relative to its folder. `accepted` is written by `lilong agent accept`."""

    enrolment: Text = "enrolment.toml"
    site: Text = "site.toml"
    profiles: tuple[Text, ...] = ()
    outbox: OutboxSettings = OutboxSettings()
    uplink: UplinkSettings = UplinkSettings()
    pipeline: PipelineSettings = PipelineSettings()
    http: HttpSettings = HttpSettings()
    clock: ClockSettings = ClockSettings()
    rules: RuleSettings = RuleSettings()
    sources: SourcesSettings = field(default_factory=SourcesSettings)
    devices: tuple[DeviceEntry, ...] = ()
    keys: KeysSettings | None = None
    accepted: Text = "accepted.toml"


class Configuration(Struct, frozen=True, kw_only=True):
    """The three files that make a gateway, read and checked; `folder` is where relative paths start.

    `name` is what errors call `agent.toml`; `keys` are those of devices that encrypt.
    """

    name: str = "agent.toml"
    folder: Path
    agent: AgentSettings
    enrolment: Enrolment
    plan: SitePlan
    keys: Mapping[DeviceId, Key] = field(default_factory=dict)

    def path(self, name: str) -> Path:
        """Return a path of `agent.toml` as it is meant."""
        return self.folder / name


def read_configuration(path: Path) -> Configuration:
    """Read `agent.toml` and the enrolment, site plan and keys that it names.

    Raises:
        ConfigError: any of them is missing or wrong; says where and what to do.
    """
    folder = path.resolve().parent
    agent = _placed(read_config(path, AgentSettings), folder)
    enrolment = folder / agent.enrolment
    site = folder / agent.site
    try:
        plan = check_plan(read_config(site, SitePlan))
    except WireError as error:
        raise ConfigError(f"{site}: {error}") from error
    who = check_enrolment(read_config(enrolment, Enrolment), name=str(enrolment))
    if plan.gateway not in (None, who.gateway):
        raise ConfigError(
            f"{site}: key 'gateway': expected {who.gateway!r} as in {enrolment}, got {plan.gateway!r}; "
            "one of the two files belongs to another gateway"
        )
    keys = device_keys(folder / agent.keys.file) if agent.keys else {}
    return Configuration(name=str(path), folder=folder, agent=agent, enrolment=who, plan=plan, keys=keys)


def _placed(agent: AgentSettings, folder: Path) -> AgentSettings:
    """Return the settings with every file that they name below the configuration's folder."""
    sources = agent.sources
    mqtt = tuple(replace(source, broker=source.broker.below(folder)) for source in sources.mqtt)
    coap = sources.coap and sources.coap.below(folder)
    record = sources.record and replace(sources.record, path=str(folder / sources.record.path))
    ocpp = sources.ocpp and sources.ocpp.below(folder)
    return replace(
        agent,
        uplink=replace(agent.uplink, mqtt=agent.uplink.mqtt.below(folder)),
        sources=replace(sources, mqtt=mqtt, coap=coap, record=record, ocpp=ocpp),
    )
