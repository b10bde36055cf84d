"""Hostile words for the tests of whatever shows data: known attacks, and strategies built on them."""

from __future__ import annotations

from hypothesis import strategies as st

#: Spelled in escapes, so that no editor hides what they are.
ATTACKS = (
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x1b]0;title\x07",
    "\x9b2Jgone",
    "over\rwritten",
    "back\x08space\x7f",
    "nul\x00",
    "\u202eright to left\u202c",
    "\u2066isolate\u2069\u200f",
    "zero\u200bwidth\u2060\ufeff",
    "soft\xadhyphen",
    "line\u2028paragraph\u2029",
    "hidden\U000e0049\U000e0047\U000e004e",
    "selectors\ufe0f\ufe01\U000e0101",
    "\ufff9annotated\ufffb",
    "icon\ue0a0\U000f0001\ufdd0\U0001ffff",
    "[red]markup[/red] [/] [link=https://evil.example]x[/link]",
    "[bold",
    ":smiley: :warning:",
    "# heading",
    "heading #",
    "***",
    "---",
    "- - -",
    "===",
    "___bold___ _it_ a_b",
    "_",
    "- item",
    "+ item",
    "1. item",
    "2) item",
    "> quote",
    "```",
    "~~~ python",
    "``code``",
    "`",
    "<script>alert(1)</script>",
    "<!-- comment",
    "<https://evil.example>",
    "https://evil.example www.evil.example",
    "[text](https://evil.example)",
    "![image](https://evil.example/x.png)",
    "[3, 7]: https://evil.example",
    "[1]: https://evil.example",
    "[ ] task",
    "&amp; &lt; &#27; &copy",
    "a | b",
    "| --- | :-: |",
    "back\\slash \\* \\",
    "~~struck~~",
    "*emphasis* **strong**",
    "\tcode",
    "    code",
    "two\nlines",
    "two\n\nparagraphs\n\n# heading",
    "two\r\n---",
    "{{ 7*7 }} {% raw %}",
    "日本語の文章、とても長いので折り返しが必要です。",
    "שלום עולם",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "e\u0301\u0327 Z\u0336\u0336\u0336algo",
    "\U0001f469\U0001f3fd\u200d\u2695\ufe0f \u2764\ufe0f",
    "✓ supported",
    "x" * 150,
)

_BITS = st.sampled_from(
    [*"*_`~[]()<>!#-+=|:&;\\\"'{}.1a \n\t\x1b\x9b\u202e\u200d\ufe0f\xa0\u3000", "://", "www.", "  \n"]
)


def texts(*, surrogates: bool = False) -> st.SearchStrategy[str]:
    """Give known attacks, joined attacks, punctuation soup and any characters at all; never only spaces."""
    categories = () if surrogates else ("Cs",)
    anything = st.text(st.characters(exclude_categories=categories), min_size=1, max_size=40)
    soup = st.lists(_BITS, min_size=1, max_size=25).map("".join)
    joined = st.tuples(st.sampled_from(ATTACKS), soup).map("".join)
    return (
        st.one_of(st.sampled_from(ATTACKS), joined, soup, anything)
        .filter(lambda text: bool(text.strip()))
        .map(lambda text: text[:190])
    )
