"""Packs an article into few bytes and back, so that a run need not take its text apart a second time."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import zlib
from dataclasses import astuple
from typing import Any

from summarizer.article import Article, Furniture, HiddenText, Sentence
from summarizer.errors import ArticleError
from summarizer.injection import Injection

VERSION = 1

#: The most that a packed article unpacks to; damaged bytes must not fill the memory.
_LARGEST = 200_000_000
_PLAIN = ("title", "outlet", "byline", "language", "url")


def pack(article: Article) -> tuple[bytes, str]:
    """Give an article as bytes, a version and compressed JSON, and the hash of that JSON.

    What speaks to a model in it is found before, and its words are counted, so that neither need be done again. Its
    source is not kept: the same content in another place is the same, to the byte.
    """
    values: dict[str, Any] = {name: getattr(article, name) for name in _PLAIN}
    values["text"] = article.text
    values["published"] = article.published.isoformat() if article.published else None
    values["sentences"] = [at for s in article.sentences for at in (s.start, s.end, s.paragraph)]
    values["furniture"] = [(each.kind, each.start, each.end) for each in article.furniture]
    values["hidden"] = [(each.place, each.text, each.may_be_honest) for each in article.hidden]
    values["cleaning"] = article.cleaning
    values["injections"] = [astuple(each) for each in article.injections]
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    data = text.encode(errors="surrogatepass")
    counted = data[:-1] + b',"words":%d}' % article.words  # no part of the hash, which is older
    return bytes([VERSION]) + zlib.compress(counted, level=6), hashlib.sha256(data).hexdigest()


def unpack(packed: bytes, source: str | None = None) -> Article:
    """Give the article again, as read from `source`; ArticleError where the bytes are damaged or of another version."""
    if packed[:1] != bytes([VERSION]):
        raise ArticleError("a stored article is of another version of this program; read its source again")
    try:
        return _article(json.loads(_inflated(packed[1:]).decode(errors="surrogatepass")), source)
    except (zlib.error, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ArticleError("a stored article is damaged; read its source again") from error


def _inflated(data: bytes) -> bytes:
    stream = zlib.decompressobj()
    text = stream.decompress(data, _LARGEST)
    if not stream.eof:
        raise ValueError("cut off, or far too large")
    return text


def _article(values: dict[str, Any], source: str | None) -> Article:
    text = values.pop("text")
    published = values.pop("published")
    kept: dict[str, Any] = {"injections": tuple(Injection(*each) for each in values.pop("injections"))}
    if "words" in values:
        kept["words"] = int(values.pop("words"))
    article = Article(
        text=text,
        source=source,
        sentences=tuple(_sentences(text, values.pop("sentences"))),
        published=dt.date.fromisoformat(published) if published else None,
        furniture=tuple(Furniture(*each) for each in values.pop("furniture")),
        hidden=tuple(HiddenText(*each) for each in values.pop("hidden")),
        cleaning=tuple((name, count) for name, count in values.pop("cleaning")),
        **values,
    )
    vars(article).update(kept)  # where the cached properties keep them
    return article


def _sentences(text: str, flat: list[int]) -> list[Sentence]:
    offsets = zip(flat[::3], flat[1::3], flat[2::3], strict=True)
    return [Sentence(number, start, end, paragraph, text) for number, (start, end, paragraph) in enumerate(offsets, 1)]
