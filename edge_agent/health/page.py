"""The status page as HTML, in Chinese and English, and what every page of the gateway looks like."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Final

from edge_agent.health.account import Account, Problem
from wire import PlaceId

_STYLE: Final = """
body{font:16px/1.5 system-ui,"Noto Sans CJK SC","PingFang SC",sans-serif;max-width:60rem;margin:2rem auto;
padding:0 1rem;color:#1c2733;background:#fbfaf7}
h1{font-size:1.5rem} h2{font-size:1.1rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #d9d5cb;vertical-align:top;overflow-wrap:anywhere}
td.when{white-space:nowrap}
.problem{border-left:.4rem solid #8a4b00;background:#fff3df;padding:.5rem 1rem;margin:.5rem 0}
.good{border-left:.4rem solid #1f5f8b;background:#eaf3f9;padding:.5rem 1rem}
code{font-size:.9em} nav a{margin-right:1rem}
"""


def status_html(account: Account, problems: Sequence[Problem], lots: Sequence[PlaceId]) -> str:
    """Render an account with its problems first; reloads itself every 10 s."""
    links = "".join(f'<a href="/screens/{escape(lot)}">{escape(lot)}</a>' for lot in lots)
    more = "<a href='/quarantine'>隔离区 quarantine</a><a href='/metrics'>metrics</a><a href='/status.json'>JSON</a>"
    parts = [
        f"<nav>{links}{more}</nav>",
        f"<h1>网关 Gateway {escape(account.gateway)}</h1>",
        *(_problem(problem) for problem in problems),
        "" if problems else '<p class="good">一切正常。All is well.</p>',
        _section("车位 Bays", {lot: _bays(account, lot) for lot in account.lots}),
        _section("可疑车位 Suspect sensors", _suspects(account)),
        _section("概况 Overview", _overview(account)),
        _section("屏幕 Screens", _screens(account)),
        *(_section(f"来源 Source: {name}", counts) for name, counts in account.sources.items()),
        _section("处理 Pipeline", account.pipeline),
        _section("上行 Uplink", account.uplink),
        _section("累计 Totals", account.totals),
    ]
    return page(f"{account.gateway} · Lilong", "".join(parts), reload_s=10)


def _overview(account: Account) -> dict[str, object]:
    acked = "–" if account.acked_age_s is None else f"{account.acked_age_s:.0f} s"
    return {
        "版本 version": account.version,
        "时间 time": time_text(account.at_ms) if account.clock_synced else "未同步 not synchronised",
        "运行 up": f"{account.up_s:.0f} s",
        "上次云端确认 last acknowledged": acked,
        "待发 waiting for the cloud": f"{account.waiting} 条 rows",
        "存储 outbox": f"{account.outbox_bytes / 1e6:.1f} / {account.outbox_most_bytes / 1e6:.0f} MB",
        "屏幕 screens": account.screens,
        "网关判断与传感器不同的车位 bays believed other than their sensor says": account.apart,
    }


_WHY: Final = {
    "stuck": "传感器状态不变,磁场却在变:复位或更换 the state stands still while the field moves: reset or replace it",
    "frozen": "磁场读数完全不变:更换 the field stands still to the count: replace it",
    "drifting": "传感器常判断错误:空位时重新校准 often wrong: calibrate it again while the bay is empty",
}


def _suspects(account: Account) -> dict[str, object]:
    return {
        f"{one.bay} · {one.device}": f"{_WHY.get(one.suspicion, one.suspicion)};"
        f"网关判断 the gateway believes: {one.believed} {one.quality} %"
        for one in account.suspects
    }


def _screens(account: Account) -> dict[str, object]:
    return {
        f"{one.lot} · {one.screen}": f"{one.show}, seq {one.seq}, {one.age_s:.0f} 秒前 s ago"
        for one in account.shown
    }


def _bays(account: Account, lot: str) -> str:
    c = account.lots[lot]
    return f"空 free {c.free} · 占用 occupied {c.occupied} · 未知 unknown {c.unknown} · 共 total {c.total}"


def _problem(problem: Problem) -> str:
    words = problem.words
    return f'<p class="problem"><code>{problem.code}</code> {escape(words.zh)}<br>{escape(words.en)}</p>'


def _section(title: str, values: Mapping[str, object]) -> str:
    if not values:
        return ""
    rows = "".join(
        f"<tr><th scope='row'>{escape(k)}</th><td>{escape(str(v))}</td></tr>" for k, v in values.items()
    )
    return f"<h2>{escape(title)}</h2><table>{rows}</table>"


def time_text(at_ms: int) -> str:
    """Return a time for people, or the milliseconds where there is no such date."""
    try:
        return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError, OSError):
        return f"{at_ms} ms"


def page(title: str, body: str, *, reload_s: int = 0) -> str:
    """Return a whole page around a body."""
    reload = f'<meta http-equiv="refresh" content="{reload_s}">' if reload_s else ""
    return (
        f'<!doctype html><html lang="zh"><head><meta charset="utf-8">{reload}'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body>{body}</body></html>"
    )
