"""The pages for people: the front page with its links, and the API's documentation, both without scripts."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, Final
from urllib.parse import quote

from chassis import BoardHub
from cloud_ingest.api.problems import TROUBLES
from wire import PlaceId, Words

_STYLE: Final = """
:root { color-scheme: light dark }
body { font: 1rem/1.6 system-ui, "Noto Sans SC", "Source Han Sans SC", sans-serif; max-width: 60rem; margin: 0 auto;
  padding: 1.5rem }
h1 { line-height: 1.2 } h2 { margin-top: 2.5rem } h3 { margin-top: 2rem }
code, .path { font-family: ui-monospace, monospace; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .3rem .6rem;
  border-bottom: 1px solid GrayText }
a:focus-visible { outline: 3px solid; outline-offset: 2px }
li { margin: .4rem 0 }
"""
_DIGEST: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS: Final = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_DIGEST}'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
_LINKS: Final = (
    ("/docs", Words(zh="接口文档", en="API documentation")),
    ("/openapi.json", Words(zh="OpenAPI 3.1 描述", en="OpenAPI 3.1 description")),
    ("/v1/areas", Words(zh="区域", en="areas")),
    ("/v1/parking/lots", Words(zh="停车场", en="parking lots")),
    ("/v1/watermarks", Words(zh="网关同步进度", en="how far each gateway is committed")),
    ("/metrics", Words(zh="Prometheus 指标", en="Prometheus metrics")),
    ("/readyz", Words(zh="就绪状态", en="readiness")),
)


def front_page(hub: BoardHub) -> bytes:
    """Render the front page: the lobby screens that there are, then everything else that can be looked at."""
    screens = [_screen(hub, lot) for lot in sorted(hub.lots())]
    none = "<li>还没有停车场 <span lang='en'>No parking lots yet</span></li>"
    links = [_link(address, words) for address, words in _LINKS]
    return _page(
        "里弄云端 · Lilong cloud",
        "zh",
        [
            "<main>",
            "<h1>里弄云端 <span lang='en'>Lilong cloud</span></h1>",
            "<h2>大厅屏幕 <span lang='en'>Lobby screens</span></h2>",
            f"<ul>{''.join(screens) or none}</ul>",
            "<h2>接口与运行 <span lang='en'>Interfaces and operation</span></h2>",
            f"<ul>{''.join(links)}</ul>",
            "</main>",
        ],
    )


def docs_page(described: Mapping[str, Any]) -> bytes:
    """Render the OpenAPI description for people."""
    operations = [
        _operation(method, path, operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]
    about = [f"<p>{_code(part)}</p>" for part in described["info"]["description"].split("\n\n")]
    return _page(
        "Lilong cloud: the API",
        "en",
        [
            "<main>",
            "<h1>Lilong cloud: the API</h1>",
            *about,
            '<p>For programs: <a href="/openapi.json">OpenAPI 3.1</a>.</p>',
            "<h2>Addresses</h2>",
            *operations,
            "<h2>Problems</h2>",
            *_problems(),
            "<h2>Answers</h2>",
            *(_schema(name, schema) for name, schema in described["components"]["schemas"].items()),
            "</main>",
        ],
    )


def _page(title: str, language: str, body: Iterable[str]) -> bytes:
    head = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
    )
    return (head + "\n".join(body) + "</body></html>\n").encode()


def _screen(hub: BoardHub, lot: PlaceId) -> str:
    board = hub.current(lot)
    words = board.name if board else Words(zh=lot, en=lot)
    return _link(f"/screens/{quote(lot, safe='')}", words, lot)


def _link(address: str, words: Words, name: str = "") -> str:
    texts = f"{escape(words.zh)} <span lang='en'>{escape(words.en)}</span>"
    texts += f" <code>{escape(name)}</code>" if name else ""
    return f'<li><a href="{escape(address)}">{texts}</a></li>'


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    rows = [
        f"<tr><td><code>{escape(one['name'])}</code>{', required' if one['required'] else ''}</td>"
        f"<td>{_code(one['description'])}</td></tr>"
        for one in operation.get("parameters", ())
        if "name" in one
    ]
    table = f"<table><tr><th>Parameter</th><th>Expected</th></tr>{''.join(rows)}</table>" if rows else ""
    statuses = ", ".join(f"<code>{escape(status)}</code>" for status in operation["responses"])
    return (
        f'<h3 id="{escape(operation["operationId"])}">{escape(method.upper())} '
        f'<span class="path">{escape(path)}</span></h3>'
        f"<p>{_code(operation['summary'])}. {_code(operation.get('description', ''))}</p>{table}"
        f"<p>{_answer(operation)} Statuses: {statuses}</p>"
    )


def _answer(operation: Mapping[str, Any]) -> str:
    for good in operation["responses"].values():
        for form in good.get("content", {}).values():
            name = form["schema"].get("$ref", "").rpartition("/")[2]
            if name:
                return f'Answer: <a href="#schema-{escape(name)}">{escape(name)}</a>.'
    return ""


def _problems() -> Iterable[str]:
    for trouble, explained in TROUBLES.items():
        yield (
            f'<h3 id="{trouble}">{explained.status} {trouble}</h3>'
            f"<p>{escape(explained.title)}. {_code(explained.remedy)}</p>"
        )


def _schema(name: str, schema: Mapping[str, Any]) -> str:
    fields = "".join(
        f"<tr><td><code>{escape(field)}</code></td><td>{_code(_kind(one))}</td></tr>"
        for field, one in schema.get("properties", {}).items()
    )
    values = ", ".join(f"<code>{escape(str(value))}</code>" for value in schema.get("enum", ()))
    table = f"<table><tr><th>Field</th><th>Kind</th></tr>{fields}</table>" if fields else f"<p>{values}</p>"
    about = _code(schema.get("description", ""))
    return f'<h3 id="schema-{escape(name)}">{escape(name)}</h3><p>{about}</p>{table}'


def _kind(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_kind(part) for part in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items') or {})}"
    return str(schema.get("format") or schema.get("type") or "any")


def _code(text: str) -> str:
    """Escape a text and set what stands between backticks as code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts))
