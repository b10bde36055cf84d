"""Takes out of a page what its readers do not see, and keeps the beginnings of it for whoever looks for attacks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from summarizer.article import HiddenText
from summarizer.encoded import unseen

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Hidden texts that are kept of one page, and code points of each.
MOST = 300
LONGEST = 2_000

# Ways of hiding, as they look in a style without its spaces, in lower case.
_ENDS = r"(?:px|pt|r?em|%)?(?:[;!]|$)"
_ZERO = rf"(?:0+\.?0*|\.0+){_ENDS}"
_STYLES = tuple(
    (place, re.compile("|".join(ways)))
    for place, ways in (
        ("not displayed", (r"display:none", r"visibility:(?:hidden|collapse)", r"mso-hide:all")),
        ("of no size", (rf"font-size:(?:{_ZERO}|(?:0?\.\d+|1)p[xt])", r"transform:scale\(0", rf"line-height:{_ZERO}")),
        (
            "transparent",
            (
                rf"(?<![a-z-])opacity:(?:{_ZERO}|0?\.0\d*{_ENDS})",
                r"(?<![a-z-])color:transparent",
                r"(?<![a-z-])color:rgba\([^)]{0,40},0*\.?0*\)",
            ),
        ),
        (
            "off the screen",
            (
                r"(?:left|top|right|bottom|text-indent|margin-left|margin-top):-\d{3,}",
                r"translate[xy]?\(-\d{3,}",
            ),
        ),
        (
            "clipped",
            (
                r"clip:rect\(0",
                r"clip-path:inset\((?:50|100)%",
                rf"(?<![a-z-])(?:max-)?height:[01]{_ENDS}.{{0,80}}overflow:hidden",
                rf"overflow:hidden;.{{0,80}}(?<![a-z-])(?:max-)?height:[01]{_ENDS}",
            ),
        ),
    )
)
_COLOUR = re.compile(r"(?<![a-z-])(background(?:-color)?|color):([^;!]{1,40})")
_WHITE = re.compile(
    r"white|#f[a-f]f[a-f]f[a-f]|#fff|rgba?\((?:25\d,?){3}(?:,1)?\)|hsla?\(\d+,\d+%,100%\)|snow|ivory|ghostwhite"
)
_RULE = re.compile(r"([^{}]{1,300}+)\{([^{}]{0,2000}+)\}")
_NAMED = re.compile(r"(?:^|[\s>+~])[a-z0-9]*([.#][\w-]{1,80})\s*$")
_STYLESHEET = 200_000
_COMMENT = 500
#: Places that pages use for good reasons, by their XPath from the root, with what is said about them.
_ATTRIBUTES = (
    ("alt text", "//@alt"),
    ("title attribute", "//@title"),
    ("label for screen readers", "//@aria-label | //@aria-description"),
    ("meta tag", "//meta/@content"),
    ("hidden field", "//input[@type='hidden']/@value"),
)
_ELEMENTS = "//*[@style or @hidden or @aria-hidden or self::noscript or self::template or self::dialog[not(@open)]]"
_HONEST = frozenset({"clipped", "not displayed", "noscript", "template", "decoration", "hidden attribute"})
_KEPT = frozenset({"decoration"})
_WHOLE = frozenset({"html", "body", "main", "article"})


@dataclass(frozen=True, slots=True)
class _Found:
    element: Any
    place: str
    text: str
    size: int


def take_hidden(tree: Any, source: str) -> tuple[HiddenText, ...]:  # noqa: ANN401 - lxml
    """Remove the hidden elements from a parsed page and give what was hidden, there and elsewhere.

    An element with most of the page's text is what readers come for, however it is styled: it stays. Where
    hidden elements together hold most of the text, all of them stay, and are still told.
    """
    found = list(_elements(tree))
    total = _size(tree)
    if 2 * sum(each.size for each in found) <= total:
        for each in found:
            if each.place not in _KEPT and each.element.getparent() is not None:
                each.element.drop_tree()
    hidden = [HiddenText(each.place, each.text, each.place in _HONEST) for each in found]
    hidden += (HiddenText("unseen characters", text, may_be_honest=False) for text in _messages(tree))
    hidden += (HiddenText("comment", text, may_be_honest=True) for text in _comments(source))
    hidden += (HiddenText(place, text, may_be_honest=True) for place, text in _attributes(tree))
    return tuple(dict.fromkeys(hidden))[:MOST]


def _elements(tree: Any) -> Iterator[_Found]:  # noqa: ANN401
    named = _hidden_names(tree)
    elements = tree.iter() if named else tree.xpath(_ELEMENTS)
    half = _size(tree) / 2
    inside: set[Any] = set()
    count = 0
    for element in elements:
        place = _place(element, named) if isinstance(element.tag, str) and element.tag not in _WHOLE else None
        if place is None or not inside.isdisjoint(element.iterancestors()):
            continue
        text, size = _text(element)
        if text and size <= half:
            inside.add(element)
            count += 1
            yield _Found(element, place, text, size)
        if count >= MOST:
            return


def _place(element: Any, named: frozenset[str]) -> str | None:  # noqa: ANN401 - a table of cases
    if element.tag in {"noscript", "template"}:
        return str(element.tag)
    style = re.sub(r"\s+|/\*.{0,200}?\*/", "", (element.get("style") or "")[:LONGEST]).lower()
    place = next((place for place, pattern in _STYLES if pattern.search(style)), None) if style else None
    if place or _is_drowned(style):
        return place or "in the background's colour"
    if element.get("hidden") is not None or element.tag == "dialog":
        return "hidden attribute"
    if named and not named.isdisjoint(_names(element)):
        return "not displayed"
    return "decoration" if element.get("aria-hidden") == "true" else None


def _is_drowned(style: str) -> bool:
    """Tell whether text has the colour of what is behind it; white is taken for the page's own."""
    said = {name.removesuffix("-color"): colour for name, colour in _COLOUR.findall(style)}
    colour, behind = said.get("color"), said.get("background")
    if colour is None:
        return False
    if behind is None:
        return bool(_WHITE.fullmatch(colour))
    return colour == behind or bool(_WHITE.fullmatch(colour) and _WHITE.fullmatch(behind))


def _hidden_names(tree: Any) -> frozenset[str]:  # noqa: ANN401
    """Find the classes and ids that the page's own style sheets hide, media queries apart."""
    sheets = "\n".join((style.text or "")[:_STYLESHEET] for style in tree.iter("style"))[:_STYLESHEET]
    names: set[str] = set()
    for selectors, body in _RULE.findall(_without_media(sheets)):
        style = re.sub(r"\s+", "", body).lower()
        if _STYLES[0][1].search(style) or (_is_drowned(style) and "background" in style):
            found = (_NAMED.search(selector) for selector in selectors.split(","))
            names.update(match[1] for match in found if match)
    return frozenset(names)


def _without_media(sheets: str) -> str:
    """Leave out rules within rules: they hold for some screens, or for paper."""
    kept, depth, start = [], 0, 0
    for brace in re.finditer(r"[{}]", sheets):
        depth = max(0, depth + (1 if brace[0] == "{" else -1))
        if depth == 0:
            rule = sheets[start : brace.end()]
            kept.append(rule if "@" not in rule else "")
            start = brace.end()
    return "".join(kept)


def _names(element: Any) -> set[str]:  # noqa: ANN401
    names = {f".{name}" for name in (element.get("class") or "")[:LONGEST].split()}
    return names | {f"#{element.get('id')}"} if element.get("id") else names


def _text(element: Any) -> tuple[str, int]:  # noqa: ANN401
    pieces = list(element.itertext())
    return " ".join(" ".join(pieces)[: 2 * LONGEST].split())[:LONGEST], sum(map(len, pieces))


def _size(tree: Any) -> int:  # noqa: ANN401
    return sum(map(len, tree.xpath("//text()[not(parent::script or parent::style)]")))


def _messages(tree: Any) -> list[str]:  # noqa: ANN401
    return [found.text[:LONGEST] for found in unseen(tree.xpath("string()"))[:MOST]]


def _comments(source: str) -> Iterator[str]:
    """Give the comments of a page; the parser has dropped them."""
    start = 0
    for _ in range(_COMMENT):
        start = source.find("<!--", start)
        end = source.find("-->", start + 4) if start >= 0 else -1
        if end < 0:
            return
        text = " ".join(source[start + 4 : min(end, start + 2 * LONGEST)].split())[:LONGEST]
        if _is_words(text):
            yield text
        start = end + 3


def _attributes(tree: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    for place, path in _ATTRIBUTES:
        for value in tree.xpath(path)[: MOST * 3]:
            if _is_words(value):
                yield place, " ".join(value[: 2 * LONGEST].split())[:LONGEST]


def _is_words(text: str) -> bool:
    """Tell a sentence from a label: nobody is told what to do in under three words."""
    return text.count(" ") > 1 and not text.startswith(("[if", "<![", "http"))
