"""The words around a number → the words that name it, and the metric that they mean.

Owns on which side of the number its noun stands, enumerations of nouns, and 分别. It knows no single metric.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from transforms.prose.clauses import JOINED, Place
from transforms.prose.lexicon import OTHER, any_of, ends_with_verb, lexicon, metric_in

_LONGEST_LABEL = 30
_RESPECTIVELY = re.compile("分别|依次")
_PEOPLE = frozenset({"人", "人次", "名", "位"})


@dataclass(frozen=True, slots=True)
class Name:
    """The words that name a number, the metric that they mean, and the words behind the number that are among them."""

    label: str
    metric: str
    behind: str = ""


def names(found: Sequence[Place], sentence: str, offset: int) -> Iterator[Name]:
    """Yield the name of each number of a sentence."""
    listed = dict(_listed(found, sentence, offset)) if any(place.bare for place in found) else {}
    claimed = ""
    for at, place in enumerate(found):
        before = place.before
        if at and found[at - 1].shared and claimed:
            before = found[at - 1].after.partition(claimed)[2]
        name = listed.get(at) or _name(place, before, sentence, offset)
        claimed = name.behind
        yield name


def _name(place: Place, before: str, sentence: str, offset: int) -> Name:
    stem, unit = core(before), place.numeral.unit
    context = sentence[: place.numeral.start - offset] + place.after
    behind = _behind(place.after, stem, unit)
    if behind:
        since = 0 if behind in lexicon().bare_nouns else len(stem)
        metric = _metric(stem + behind, unit, context, since=since)
        if metric == OTHER and unit in _PEOPLE:
            metric = metric_in(stem + place.after, unit, context, since=len(stem))
        return Name(behind[:_LONGEST_LABEL], metric, behind)
    attended = metric_in(place.after, unit, context) if unit in _PEOPLE else OTHER
    if not stem and (before or sentence[: place.numeral.start - offset].rstrip().endswith(":")):
        stem = core(place.lead)
    return Name(stem[-_LONGEST_LABEL:], _metric(stem, unit, context) if attended == OTHER else attended)


def core(words: str) -> str:
    """Return some words without what introduces them, and without what leads over to the number.

    >>> core("一是全年共召开会议约")
    '召开会议'
    """
    return _leading_over().sub("", _introduction().sub("", words.strip())).strip()


def _behind(after: str, stem: str, unit: str) -> str:
    """Return the words behind a number that name it; none if the noun stands before it."""
    words = after.removeprefix("的")
    if not words:
        return ""
    predicate = _predicate().match(words)
    if not stem:
        return _COPULA.sub("", words) if predicate else _noun(words)
    is_object = ends_with_verb(stem) or _metric(stem, unit, stem) == OTHER
    return _noun(words) if is_object and not predicate else ""


def _noun(words: str) -> str:
    """Return the words up to the first that begins a predicate: 部门开展培训 is about 部门, as is 部门的目录."""
    scope = _scope().match(words)
    predicate = _predicate().search(words, 1)
    return scope[0] if scope else words[: predicate.start()] if predicate else words


def _metric(words: str, unit: str, context: str, *, since: int = 0) -> str:
    """Return the metric of some words; `other` if they join nouns of several metrics, unless their verb has one."""
    head = _without_examples(words)
    since = since if head == words else 0
    whole = metric_in(head, unit, context, since=since)
    *items, last = JOINED.split(head)
    items = [item for item in items if item and not (ends_with_verb(item) and metric_in(item, unit) == OTHER)]
    if whole == OTHER or not items:
        return whole
    metrics = {metric_in(last, unit, context)} - {OTHER}
    metrics |= {metric_in(item + last[1:], unit, context, until=len(item)) for item in items} - {OTHER}
    if len(metrics) < 2:
        return whole
    verb = _verb().search(last, 1)
    told = metric_in(last[verb.start() :], unit, context) if verb and verb.end() < len(last) else OTHER
    return told if told not in metrics else OTHER


def _without_examples(words: str) -> str:
    """Return some words without the examples before 等, but with the verb before them: 发布图解、视频等解读."""
    end = _EXAMPLES.match(words)
    verb = _verb().match(words)
    return (verb[0] if verb else "") + words[end.end() :] if end else words


def _listed(found: Sequence[Place], sentence: str, offset: int) -> Iterator[tuple[int, Name]]:
    """Yield place → name for numbers in a row, whose nouns stand before them in the same order (分别为5件、3件).

    Their metric is `other` if 分别 is there but the nouns are not as many.
    """
    at = 0
    while at < len(found):
        end = at + 1
        while end < len(found) and found[end].bare:
            end += 1
        nouns, told = _nouns(found[at], end - at)
        is_list = end - at > 1 and (nouns or _RESPECTIVELY.search(found[at].before))
        for number, place in enumerate(found[at:end] if is_list else ()):
            context = sentence[: found[at].numeral.start - offset]
            yield at + number, _name_in_list(nouns, number, told, place, context) if nouns else Name("", OTHER)
        at = end


def _nouns(place: Place, count: int) -> tuple[list[str], str]:
    """Return the `count` nouns before or behind 分别, and the words that they share; none if there are not as many."""
    left, _, right = _RESPECTIVELY.sub("\n", place.before).partition("\n")
    told = core(right)
    verb = _verb().match(told)
    behind = (told[verb.end() :], verb[0]) if verb else (told, "")
    for words, shared in ((core(left or place.lead), told), behind):
        nouns = [noun for noun in JOINED.split(words) if noun]
        if len(nouns) == count:
            return nouns, shared
    return [], told


def _name_in_list(nouns: list[str], number: int, told: str, place: Place, context: str) -> Name:
    """Return the name of one of several numbers, whose nouns may share the words behind the last (网上和信函申请)."""
    noun, unit = nouns[number], place.numeral.unit
    tails = [(told, len(noun)), (nouns[-1][1:] + told, len(noun)), (told, None)]
    known = (metric_in(noun + tail, unit, context, until=until) for tail, until in tails)
    return Name(noun, next((metric for metric in known if metric != OTHER), OTHER))


_COPULA = re.compile(r"^(?:均|都|全部)?(?:为|是|系|属于|属)")
_EXAMPLES = re.compile(r".*(?<![平均高初中同对])等(?![级候待线于])(?=..)")


@cache
def _introduction() -> re.Pattern[str]:
    numbered = r"[一二三四五六七八九十]{1,3}是|\d{1,2}[.、]|(?:截至|截止)?(?:19|20)\d\d\s*年度?(?:底|末)?"
    return re.compile(rf"^(?:\s|、|{numbered}|{any_of(lexicon().introductions)})+")


@cache
def _leading_over() -> re.Pattern[str]:
    return re.compile(rf"(?:\s|{any_of((*lexicon().particles, *lexicon().approximate.before))})+$")


@cache
def _predicate() -> re.Pattern[str]:
    return re.compile(any_of(lexicon().predicates))


@cache
def _scope() -> re.Pattern[str]:
    return re.compile(rf".{{0,4}}?(?:{any_of(lexicon().scopes)})")


@cache
def _verb() -> re.Pattern[str]:
    return re.compile(any_of(lexicon().verbs))
