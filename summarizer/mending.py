"""Asks again for the items that failed their checks, and for nothing else; what was accepted stays as it is."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, Field, create_model

from summarizer.brief import BY_CODE, Content, Evidenced, Mending, Model, Party, Span, Verdict, When, evidenced
from summarizer.errors import RunError, StoppedError
from summarizer.grounding import ground
from summarizer.grounding.facts import ArticleFacts
from summarizer.grounding.words import Passage
from summarizer.kinds import Kind
from summarizer.prompts import MEND_PLACEHOLDERS, Prompt, fenced_sentences
from summarizer.render.safe import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from summarizer.article import Article
    from summarizer.engines import Asks, Draft

MEND_PROMPT = "mend.v1"
#: Sentences shown for an item beside those that it cites.
NEAREST = 3
#: Checks whose problems are mended whatever the verdict: a wrong reference is wrong, a plan told as fact and words in
#: the wrong mouth mislead, and a first word that the article lacks may be the name of somebody who is not in it.
_MENDED = frozenset({"party", "quotation", "when", "missing_sentence", "modality", "undone", "first_word", "speakers"})
_RANK = {"unsupported": 0, "weak": 1, "supported": 2}
_STEP = re.compile(r"\[(\d+)\]|(\w+)")

T = TypeVar("T", bound=Evidenced)


class Fix(Model, Generic[T]):
    """An item as it should be."""

    number: int
    """The number under which the item was given."""
    item: T | None
    """The mended item; null where the sentences shown do not support it."""


@dataclass(frozen=True, slots=True)
class _Failing:
    """An item that does not hold, and its place."""

    path: str
    item: Evidenced


async def mend(content: BaseModel, article: Article, engine: Asks, *, rounds: int) -> tuple[list[Draft], list[Mending]]:
    """Mend grounded content in place; give the drafts that it took and what became of each failing item.

    A round asks for the items that still fail, with their problems and the sentences that come nearest. A new
    item is taken only where its verdict is better. A round that fails leaves everything as it was: what a
    brief holds already is never lost to an attempt to better it.
    """
    drafts: list[Draft] = []
    records: list[Mending] = []
    for number in range(1, rounds + 1):
        failing = list(_failing(content))
        if not failing:
            break
        try:
            draft = await engine.ask(article, _kind_for(failing), _user(content, article, failing))
        except StoppedError:  # the article is done again, from the replies that were kept
            raise
        except RunError:
            break
        drafts.append(draft)
        records += _applied(content, article, failing, _fixes(draft.content), number)
    return drafts, records


def is_to_be_mended(content: BaseModel) -> bool:
    """Tell whether anything in grounded content fails, so that an engine is asked for it again."""
    return next(_failing(content), None) is not None


def _failing(content: BaseModel) -> Iterator[_Failing]:
    """Give the items to be mended, the outermost of nested ones."""
    outer: str | None = None
    for path, item in evidenced(content):
        if (outer and path.startswith(f"{outer}.")) or not _is_failing(item) or _is_open(type(item)):
            continue
        outer = path
        yield _Failing(path, item)


def _is_failing(item: Evidenced) -> bool:
    checks = {problem.check for problem in item.verdict.problems}
    return item.verdict.value == "unsupported" or bool(checks & _MENDED)


def _is_open(model: type[BaseModel]) -> bool:
    """Tell whether a model takes any field: then no schema says what a mended one must look like."""
    return model.model_config.get("extra") == "allow"


def _kind_for(failing: Sequence[_Failing]) -> Kind[Any]:
    """Make the kind that asks for items of these classes; the same for the same classes."""
    return _kind(tuple(sorted({type(f.item) for f in failing}, key=lambda model: model.__name__)))


@lru_cache(maxsize=256)
def _kind(models: tuple[type[Evidenced], ...]) -> Kind[Any]:
    fields: dict[str, Any] = {
        _list_name(model): (list[Fix[model]], Field(max_length=60))  # type: ignore[valid-type]
        for model in models
    }
    content = create_model("Mended", __base__=Model, **fields)
    return Kind("mend", Prompt.shipped(MEND_PROMPT, placeholders=MEND_PLACEHOLDERS), content, content)


def _list_name(model: type[BaseModel]) -> str:
    return f"{re.sub(r'(?<=[a-z])(?=[A-Z])', '_', model.__name__).lower()}_items"


def _user(content: BaseModel, article: Article, failing: Sequence[_Failing]) -> str:
    """Write the message: its size follows the failing items, not the brief or the article."""
    facts = ArticleFacts.of(article)
    shown = {
        number
        for f in failing
        for number in (*(span.sentence for span in f.item.evidence), *_nearest(f.item.claim(), facts))
    }
    parties = "; ".join(p.name for p in content.parties) if isinstance(content, Content) else "none"
    items = "\n\n".join(_item_text(number, f) for number, f in enumerate(failing, 1))
    prompt = _kind_for(failing).prompt
    sentences = fenced_sentences(article, shown)
    return prompt.fill({"parties": visible(parties), "sentences": sentences, "items": f"<items>\n{items}\n</items>"})


def _nearest(claim: str, facts: ArticleFacts) -> list[int]:
    stems = (word.stem for word in Passage(claim).words if word.is_content)
    return [place + 1 for place in facts.nearest(stems, NEAREST)]


def _item_text(number: int, failing: _Failing) -> str:
    problems = "\n".join(f"- {visible(problem.message)}" for problem in failing.item.verdict.problems)
    asked = visible(json.dumps(as_asked(failing.item), ensure_ascii=False))
    return f"Item {number}, for {_list_name(type(failing.item))}\n{asked}\nproblems:\n{problems}"


def as_asked(value: object) -> Any:  # noqa: ANN401 - JSON
    """Write a model as a model is asked for it: spans as numbers, times as phrases, nothing that code found out."""
    if isinstance(value, Span):
        return value.sentence
    if isinstance(value, When):
        return value.phrase
    if isinstance(value, BaseModel):
        by_code = {name for name, f in type(value).model_fields.items() if f.json_schema_extra == BY_CODE}
        return {name: as_asked(v) for name, v in value.__dict__.items() if name not in by_code}
    return [as_asked(item) for item in value] if isinstance(value, list) else value


def _fixes(content: BaseModel) -> dict[tuple[type[BaseModel], int], Evidenced | None]:
    """Give the mended items by their class and number; the first where a number is given twice."""
    found: dict[tuple[type[BaseModel], int], Evidenced | None] = {}
    for fixes in content.__dict__.values():
        for fix in fixes:
            model = type(fix).model_fields["item"].annotation
            key = next(
                (m for m in getattr(model, "__args__", ()) if isinstance(m, type) and issubclass(m, Evidenced)), None
            )
            if key is not None:
                found.setdefault((key, fix.number), fix.item)
    return found


def _applied(
    content: BaseModel,
    article: Article,
    failing: Sequence[_Failing],
    fixes: dict[tuple[type[BaseModel], int], Evidenced | None],
    round_number: int,
) -> list[Mending]:
    """Put the mended items in, check the whole again, and take back those that are no better."""
    verdicts = {f.path: f.item.verdict for f in failing}
    new = {f.path: fixes.get((type(f.item), number)) for number, f in enumerate(failing, 1)}
    for f in failing:
        fixed = new[f.path]
        if fixed is not None:
            _put(content, f.path, _keeping(f.item, fixed))
    ground(content, article)
    records = []
    for f in failing:
        fixed = _get(content, f.path)
        taken = new[f.path] is not None and _is_better(fixed.verdict, verdicts[f.path])
        if not taken:
            f.item.verdict = verdicts[f.path]
            _put(content, f.path, f.item)
        records.append(_record(f, fixed if taken else None, round_number, verdicts[f.path]))
    return records


def _keeping(old: Evidenced, new: Evidenced) -> Evidenced:
    """Keep of a party what other items rest on: its name, and a wish that was accepted."""
    if isinstance(old, Party) and isinstance(new, Party):
        accepted = old.wants is not None and not _is_failing(old.wants)
        return new.model_copy(update={"name": old.name, **({"wants": old.wants} if accepted else {})})
    return new


def _is_better(new: Verdict, old: Verdict) -> bool:
    def rank(verdict: Verdict) -> tuple[int, int]:
        return _RANK[verdict.value], -len(verdict.problems)

    return rank(new) > rank(old)


def _record(failing: _Failing, taken: Evidenced | None, round_number: int, before: Verdict) -> Mending:
    return Mending(
        where=failing.path,
        round=round_number,
        before=failing.item.claim(),
        problems=[problem.message for problem in before.problems],
        after=None if taken is None else taken.claim(),
        verdict=(taken or failing.item).verdict.value,
    )


def _steps(path: str) -> list[int | str]:
    return [int(index) if index else name for index, name in _STEP.findall(path)]


def _get(content: object, path: str) -> Any:  # noqa: ANN401 - whatever stands there
    found: Any = content
    for step in _steps(path):
        found = found[step] if isinstance(step, int) or isinstance(found, dict) else getattr(found, step)
    return found


def _put(content: BaseModel, path: str, item: Evidenced) -> None:
    in_list = path.endswith("]")
    holder: Any = _get(content, path[: path.rindex("[")] if in_list else path.rpartition(".")[0])
    if in_list:
        holder[_steps(path)[-1]] = item
    else:
        setattr(holder, path.rpartition(".")[2], item)
