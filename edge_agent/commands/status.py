"""`lilong agent status`: ask a running gateway how it is."""

import argparse
import sys
import urllib.error
import urllib.request

import msgspec

from chassis import say, spoken
from edge_agent.config import read_configuration
from edge_agent.health import Account, find_problems
from wire import Words

_WITHIN_S = 5.0


def status(arguments: argparse.Namespace) -> int:
    """Print a running gateway's account and what somebody should see to; 1 if it does not answer or needs help."""
    http = read_configuration(arguments.config).agent.http
    language = spoken()
    try:
        with urllib.request.urlopen(
            f"http://{http.host}:{http.port}/status.json", timeout=_WITHIN_S
        ) as answer:  # the scheme is written here
            raw = answer.read()
    except (urllib.error.URLError, OSError) as error:
        words = Words(
            zh=f"{http.host}:{http.port} 没有应答({error});请运行 lilong agent run",
            en=f"no answer from {http.host}:{http.port} ({error}); start it with: lilong agent run",
        )
        print(say(words, language), file=sys.stderr)
        return 1
    account = msgspec.json.decode(raw, type=Account)
    problems = find_problems(account)
    if arguments.json:
        print(raw.decode())
    else:
        _print(account, language)
        for problem in problems:
            print(f"{problem.code}  {say(problem.words, language)}")
    return 1 if any(problem.code.startswith("E-") for problem in problems) else 0


def _print(account: Account, language: str) -> None:
    print(f"{account.gateway}  {account.version}  {account.up_s:.0f} s")
    waiting = Words(zh=f"待发 {account.waiting} 条", en=f"{account.waiting} rows wait for the cloud")
    print(say(waiting, language))
    for lot, count in account.lots.items():
        bays = Words(
            zh=f"{lot}:空 {count.free},占用 {count.occupied},未知 {count.unknown},共 {count.total}",
            en=f"{lot}: {count.free} free, {count.occupied} occupied, {count.unknown} unknown of {count.total}",
        )
        print(say(bays, language))
