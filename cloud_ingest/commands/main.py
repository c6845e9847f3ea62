"""Reads `lilong cloud VERB ...` and turns what goes wrong into words and exit codes."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from chassis import ConfigError, say, spoken
from cloud_ingest.commands import check, migrate, run, site, status
from cloud_ingest.store import StoreError
from cloud_ingest.store.embedded import EmbeddedError
from wire import Words

EXIT_FAILED: Final = 1
EXIT_CONFIGURATION: Final = 3
_VERBS: Final = {
    "check": (
        check.check,
        Words(zh="检查配置、数据库和消息服务器", en="check configuration, database and broker"),
    ),
    "run": (run.run, Words(zh="运行云端", en="run the cloud")),
    "migrate": (migrate.migrate, Words(zh="升级数据库结构", en="bring the database's schema up to date")),
    "site": (site.site, Words(zh="载入小区规划文件", en="load a site's plan into the database")),
    "status": (
        status.status,
        Words(zh="查看数据库中的运行状况", en="say how the cloud stands, from its database"),
    ),
}
_CONFIGURATION: Final = Words(zh="配置有误", en="configuration")
_DATABASE: Final = Words(zh="数据库有误", en="database")


def main(argv: Sequence[str]) -> int:
    """Run one verb and return its exit status: 0 good, 1 failed, 2 usage, 3 configuration."""
    language = spoken()
    arguments = _parser(language).parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    verb, _ = _VERBS[arguments.verb]
    try:
        return verb(arguments)
    except ConfigError as error:
        print(f"lilong cloud: {say(_CONFIGURATION, language)}: {error}", file=sys.stderr)
        return EXIT_CONFIGURATION
    except (StoreError, EmbeddedError) as error:
        print(f"lilong cloud: {say(_DATABASE, language)}: {error}", file=sys.stderr)
        return EXIT_FAILED


def _parser(language: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lilong cloud")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, (_, words) in _VERBS.items():
        verb = verbs.add_parser(name, help=say(words, language))
        verb.add_argument(
            "--config",
            type=Path,
            default=Path("/etc/lilong/cloud.toml"),
            help=say(Words(zh="cloud.toml 的路径", en="path of cloud.toml"), language),
        )
        verb.add_argument(
            "--json", action="store_true", help=say(Words(zh="以 JSON 输出", en="print JSON"), language)
        )
        if name == "site":
            file = Words(zh="site.toml 的路径", en="path of a site.toml")
            verb.add_argument("file", type=Path, help=say(file, language))
    return parser
