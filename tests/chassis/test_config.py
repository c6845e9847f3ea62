"""A wrong setting is named with its file, table and key, and what was expected instead."""

from pathlib import Path

import pytest
from msgspec import Struct

from chassis import ConfigError, parse_config, read_config, read_secret


class Broker(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    host: str = "127.0.0.1"
    port: int = 1883


class Route(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    filter: str
    broker: Broker | None = None


class Program(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    mqtt: Broker = Broker()
    routes: tuple[Route, ...] = ()


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
        ("[mqqt]\nport = 1\n", "agent.toml: top level: unknown key 'mqqt'; known keys: mqtt, routes"),
        ("[mqtt]\nprot = 1\n", "agent.toml: table [mqtt]: unknown key 'prot'; known keys: host, port"),
        ('[mqtt]\nport = "x"\n', "agent.toml: table [mqtt]: key 'port': Expected `int`, got `str`"),
        ('[[routes]]\nfilter = "a"\nport = 1\n', "unknown key 'port'; known keys: broker, filter"),
        (
            '[[routes]]\nfilter = "a"\n[routes.broker]\nprot = 1\n',
            "unknown key 'prot'; known keys: host, port",
        ),
        ("[[routes]]\n", "missing required field `filter`"),
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
