"""A wrong setting is named with its file, table and key, and what was expected instead."""

from enum import StrEnum
from pathlib import Path

import pytest
from msgspec import Struct

from chassis import (
    ConfigError,
    MqttSettings,
    Port,
    Seconds,
    Text,
    blaming,
    parse_config,
    read_config,
    read_secret,
)
from wire import Words


class Voice(StrEnum):
    LOUD = "loud"
    LOW = "low"


class Broker(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    host: Text = "127.0.0.1"
    port: Port = 1883
    voice: Voice = Voice.LOW
    within_s: Seconds = 1.0


class Route(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    filter: str
    broker: Broker | None = None


class Program(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    mqtt: Broker = Broker()
    routes: tuple[Route, ...] = ()
    name: Words | None = None


def complaint(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        parse_config(text, Program, name="agent.toml")
    return str(caught.value)


def test_a_good_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "agent.toml"
    path.write_text('[mqtt]\nport = 8883\n[[routes]]\nfilter = "a/+"\n', encoding="utf-8")
    assert read_config(path, Program) == Program(mqtt=Broker(port=8883), routes=(Route(filter="a/+"),))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[mqqt]\nport = 1\n", "agent.toml: top level: unknown key 'mqqt'; known keys: mqtt, name, routes"),
        (
            "[mqtt]\nprot = 1\n",
            "agent.toml: table [mqtt]: unknown key 'prot'; known keys: host, port, voice, within_s",
        ),
        ('[mqtt]\nport = "x"\n', "agent.toml: table [mqtt]: key 'port': Expected `int`, got `str`"),
        ('[[routes]]\nfilter = "a"\nport = 1\n', "unknown key 'port'; known keys: broker, filter"),
        (
            '[[routes]]\nfilter = "a"\n[routes.broker]\nprot = 1\n',
            "table [routes[0].broker]: unknown key 'prot'; known keys: host, port",
        ),
        ("[[routes]]\n", "missing required field `filter`"),
        ("[[routes]]\nfliter = 'a'\n", "table [routes[0]]: unknown key 'fliter'; known keys: broker, filter"),
        (
            "name = { zhh = 'x' }\n",
            "table [name]: unknown key 'zhh'; known keys: en, zh (object missing required field `zh`)",
        ),
        ("[mqtt]\nport = 99999\n", "table [mqtt]: key 'port': Expected `int` <= 65535, got 99999"),
        ("[mqtt]\nhost = ''\n", "table [mqtt]: key 'host': Expected `str` of length >= 1, got ''"),
        ("[mqtt]\nwithin_s = nan\n", "table [mqtt]: key 'within_s': Expected `float` > 0.0, got nan"),
        (
            "[mqtt]\nvoice = 'shrill'\n",
            "table [mqtt]: key 'voice': Invalid enum value 'shrill'; expected one of loud, low",
        ),
        (
            "[[routes]]\nfilter = 'a'\n[[routes]]\nfilter = 'b'\n[routes.broker]\nport = 0\n",
            "table [routes[1].broker]: key 'port': Expected `int` >= 1, got 0",
        ),
        ("[mqtt\n", "agent.toml: not TOML"),
    ],
)
def test_a_wrong_file_says_where(text: str, says: str) -> None:
    assert says in complaint(text)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml: cannot be read"):
        read_config(tmp_path / "nowhere.toml", Program)


def test_a_secret_comes_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("hunter2\n", encoding="utf-8")
    assert read_secret(path) == "hunter2"
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="empty file"):
        read_secret(path)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_secret(tmp_path / "none")


def test_a_mark_at_the_beginning_of_a_file_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "agent.toml"
    path.write_text("\ufeff[mqtt]\nport = 8883\n", encoding="utf-8")
    assert read_config(path, Program).mqtt.port == 8883


def test_files_of_a_broker_are_found_beside_the_configuration(tmp_path: Path) -> None:
    settings = MqttSettings(ca_file="ca.pem", password_file="/run/secrets/mqtt").below(tmp_path)
    assert settings == MqttSettings(ca_file=str(tmp_path / "ca.pem"), password_file="/run/secrets/mqtt")


def test_what_is_found_wrong_later_names_its_file_too() -> None:
    with pytest.raises(ConfigError, match=r"^agent\.toml: table \[a\]: no$"), blaming("agent.toml"):
        raise ConfigError("table [a]: no")
