"""Markup attacks by family, composed from tables, each with the place that it is made for, where it calls `owned` or loads.

The families are those that the HTML5 Security Cheatsheet and its like tell apart; every vector is written here.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests import attack_tables as tables

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Vector:
    """One attack: its words, the markup around the place that it is made for, and whether chromium falls for it there.

    It does not for what was for browsers of old, what a template or a script must trust first, or decode, or write anew.
    """

    family: str
    text: str
    around: str = "{}"
    runs: bool = True

    def unescaped(self) -> str:
        """Give what a page is that does not escape it."""
        return self.around.replace("{}", self.text)


def _all(family: str, texts: Iterable[str], around: str = "{}", *, runs: bool = True) -> list[Vector]:
    return [Vector(family, text, around, runs) for text in texts]


def _handlers() -> list[Vector]:
    touched = [
        Vector(f"handler of {holder[1:4]}", holder.format(event))
        for holder, event in itertools.product(tables.HOLDERS, tables.EVENTS)
    ]
    return [
        *touched,
        *_all("handler at once", tables.AT_ONCE),
        *_all("spelling", tables.SPELLINGS),
        *_all("unclosed", tables.UNCLOSED, "{}</script>"),
    ]


def _addresses() -> list[Vector]:
    linked = [link.format(scheme) for scheme, link in itertools.product(tables.SCHEMES, tables.LINKS)]
    bare = _all("address", [f"{scheme}owned()" for scheme in tables.SCHEMES], '<iframe src="{}"></iframe>')
    data = _all("data address", tables.DATA, '<iframe src="{}"></iframe>')
    hosts = _all("host", tables.HOSTS, '<base href=http://x.example><img src="{}">')
    old = _all("old scheme", tables.OLD_SCHEMES, '<iframe src="{}"></iframe>', runs=False)
    return [*_all("linked address", linked), *bare, *data, *hosts, *old]


def _out_of_places() -> list[Vector]:
    quoted = [
        Vector("attribute", quote + out + quote, around)
        for (quote, around), out in itertools.product(tables.QUOTES.items(), tables.OUT)
    ]
    raw = [
        Vector("raw text", end.format(name) + tables.SCRIPT, tables.OPENED.get(name, f"<{name}>{{}}"))
        for name, end in itertools.product(tables.RAW, tables.ENDS)
    ]
    comments = _all("comment", [end + tables.IMAGE for end in tables.COMMENTS[:2]], "<!--x{}-->")
    comments += _all("comment", [end + tables.IMAGE for end in tables.COMMENTS[2:]], "<!--{}-->")
    cdata = _all("comment", [f"]]>{tables.IMAGE}", f"]]></svg>{tables.IMAGE}<![CDATA["], "<svg><![CDATA[{}]]>")
    strings = _all("script", tables.STRINGS, '<script>x = "{}";</script>')
    strings += _all("script", tables.TEMPLATES, "<script>x = `{}`;</script>")
    return [*quoted, *raw, *comments, *cdata, *strings]


def _loading() -> list[Vector]:
    address = "https://evil.example/x"
    styles = [f'<b style="display:list-item;{style.replace("{}", address)}">x</b>' for style in tables.STYLES]
    old_styles = _all("old style", [f'<b style="{style}">x</b>' for style in tables.OLD_STYLES], runs=False)
    sheets = _all("sheet", [f"<style>{sheet.replace('{}', address)}</style>" for sheet in tables.SHEETS], "{}<p>x</p>")
    sheets += _all("sheet", [f"}}*{{background:url({address})}}"], "<style>p{color:{}}</style><p>x</p>")
    sheets += _all("sheet", [f"*/*{{background:url({address})}}/*"], "<style>/*{}*/</style><p>x</p>")
    loading = _all("loading", [element.replace("{}", address) for element in tables.LOADING])
    old = _all("old element", [element.replace("{}", address) for element in tables.OLD_LOADING], runs=False)
    return [*_all("style", styles), *old_styles, *sheets, *loading, *old]


def _trusted() -> list[Vector]:
    clobbering = [element.format(name) for name, element in itertools.product(tables.CLOBBERED, tables.CLOBBERING)]
    return [
        *_all("clobbering", clobbering, runs=False),
        *_all("braces", tables.BRACES, runs=False),
        *_all("encoded", tables.ENCODED, runs=False),
    ]


def _foreign() -> list[Vector]:
    twice = _all("read twice", tables.READ_TWICE, runs=False)
    return [*_all("foreign", (*tables.FOREIGN, *tables.CONFUSED)), *twice]


VECTORS = (*_handlers(), *_addresses(), *_out_of_places(), *_foreign(), *_loading(), *_trusted())
