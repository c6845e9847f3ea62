"""Reads `lilong agent VERB ...` and turns what goes wrong into words and exit codes."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from chassis import ConfigError, say, spoken
from device_profiles import ProfileError
from edge_agent.commands import accept, check, replay, run, status
from edge_agent.outbox import OutboxError
from wire import Words

EXIT_FAILED: Final = 1
EXIT_CONFIGURATION: Final = 3
_VERBS: Final = {
    "check": (check.check, Words(zh="检查配置,不启动", en="read and check the configuration, start nothing")),
    "run": (run.run, Words(zh="运行网关", en="run the gateway")),
    "status": (status.status, Words(zh="查看运行中的网关", en="ask a running gateway how it is")),
    "accept": (
        accept.accept,
        Words(zh="为隔离区中的设备指定档案", en="give a device from the quarantine its profile"),
    ),
    "replay": (replay.replay, Words(zh="回放录制的读数", en="feed a recorded file through the gateway")),
}


def main(argv: Sequence[str]) -> int:
    """Run one verb and return its exit status: 0 good, 1 failed, 2 usage, 3 configuration."""
    language = spoken()
    arguments = _parser(language).parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    verb, _ = _VERBS[arguments.verb]
    try:
        return verb(arguments)
    except (ConfigError, ProfileError) as error:
        print(f"lilong agent: {say(_CONFIGURATION, language)}: {error}", file=sys.stderr)
        return EXIT_CONFIGURATION
    except OutboxError as error:
        print(f"lilong agent: {say(_DISK, language)}: {error}", file=sys.stderr)
        return EXIT_FAILED


_CONFIGURATION: Final = Words(zh="配置有误", en="configuration")
_DISK: Final = Words(zh="存储有误", en="outbox")


def _parser(language: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lilong agent")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, (_, words) in _VERBS.items():
        verb = verbs.add_parser(name, help=say(words, language))
        verb.add_argument(
            "--config",
            type=Path,
            default=Path("/etc/lilong/agent.toml"),
            help=say(Words(zh="agent.toml 的路径", en="path of agent.toml"), language),
        )
        verb.add_argument(
            "--json", action="store_true", help=say(Words(zh="以 JSON 输出", en="print JSON"), language)
        )
        if name == "replay":
            _replay_arguments(verb, language)
        if name == "accept":
            _accept_arguments(verb, language)
    return parser


def _replay_arguments(verb: argparse.ArgumentParser, language: str) -> None:
    verb.add_argument("file", type=Path, help=say(Words(zh="录制文件", en="the recorded file"), language))
    speed = Words(zh="倍速,0 为最快", en="times real time, 0 = as fast as it goes")
    verb.add_argument("--speed", type=float, default=0.0, help=say(speed, language))


def _accept_arguments(verb: argparse.ArgumentParser, language: str) -> None:
    device = Words(zh="设备编号,见隔离区页面", en="the device, as the quarantine page shows it")
    verb.add_argument("device", help=say(device, language))
    profile = Words(
        zh="档案名称,见 lilong profile list", en="the profile's key, as lilong profile list shows it"
    )
    verb.add_argument("profile", help=say(profile, language))
