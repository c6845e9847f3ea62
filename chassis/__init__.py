"""What every program stands on: configuration, MQTT link, web server, screens, metrics, service manager."""

from chassis.backoff import Backoff
from chassis.bounds import Days, OwnPort, Port, Seconds, SecondsOrNone, Some, Text
from chassis.config import blaming, parse_config, read_config, read_secret
from chassis.errors import ConfigError
from chassis.hub import BoardHub, Rendered
from chassis.language import say, spoken
from chassis.metrics import Metric, labelled, metrics_page, number
from chassis.mqtt import Arrival, MqttLink, MqttPlan
from chassis.mqtt_client import MqttSettings, NearMqttSettings, Will
from chassis.notify import notify, watchdog_every_s
from chassis.screens import screen_routes
from chassis.web import listen, serve

__all__ = [
    "Arrival",
    "Backoff",
    "BoardHub",
    "ConfigError",
    "Days",
    "Metric",
    "MqttLink",
    "MqttPlan",
    "MqttSettings",
    "NearMqttSettings",
    "OwnPort",
    "Port",
    "Rendered",
    "Seconds",
    "SecondsOrNone",
    "Some",
    "Text",
    "Will",
    "blaming",
    "labelled",
    "listen",
    "metrics_page",
    "notify",
    "number",
    "parse_config",
    "read_config",
    "read_secret",
    "say",
    "screen_routes",
    "serve",
    "spoken",
    "watchdog_every_s",
]
