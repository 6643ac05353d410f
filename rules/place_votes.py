"""Which place a text means when it names several: votes of its mentions, weighed and narrowed."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import NamedTuple

from rules.place_mentions import HARDLY, MOVED, NAMED, Mention

_CLEAR_LEAD = 4  # what the first place is ahead of the second when the text decides
_MOST_GROUPS = 24  # different places of one text that are looked at; hostile texts name hundreds
# Provinces of today and the one that they were part of until 2022: people still name that one.
_FORMER = {"93": "91", "94": "91", "95": "91", "96": "92"}


class _Group(NamedTuple):
    """All mentions of one text that may mean the same."""

    codes: tuple[str, ...]
    is_district: bool
    is_own: bool
    weight: int
    strongest: int
    mentions: list[Mention]


def meet(one: str, other: str) -> str | None:
    """Return the smaller of two areas if one lies in the other."""
    if one.startswith(other):
        return one
    return other if other.startswith(one) else None


def _is_in(code: str, province: str) -> bool:
    """Whether an area lies in a province, or did when it was larger."""
    return code.startswith(province) or _FORMER.get(code[:2]) == province


def is_in_any(code: str, provinces: Iterable[str]) -> bool:
    """Return whether an area lies, or lay until 2022, in one of some provinces."""
    return any(_is_in(code, province) for province in provinces)


def _met(some: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for one in some:
        for other in others:
            if one.startswith(other):  # as in ``meet``, without a call for each pair
                found[one] = None
            elif other.startswith(one):
                found[other] = None
    return tuple(found)


def weighed(mentions: Sequence[Mention]) -> tuple[tuple[str, ...], tuple[Mention, ...]]:
    """Return the codes that the mentions leave open, one if they decide, and what said so.

    Where the reporter lives, and where somebody only goes to or comes from, counts when nothing
    else does.
    """
    if len(mentions) == 1:
        only = mentions[0]
        is_clear = not only.is_district or only.weight >= NAMED
        counts = is_clear or (only.weight > HARDLY and len(only.codes) == 1)
        return (tuple(sorted(only.codes)), (only,)) if counts else ((), ())
    groups = _grouped(mentions)
    matter = [group for group in groups if not group.is_own]
    for part in ([g for g in matter if g.strongest != MOVED], matter, groups):
        codes, used = _decide(part, groups)
        if codes:
            return codes, used
    return (), ()


def _grouped(mentions: Iterable[Mention]) -> list[_Group]:
    """Return the mentions by what they may mean, the strongest first."""
    found: dict[tuple[tuple[str, ...], bool, bool], list[Mention]] = {}
    for mention in mentions:
        key = (mention.codes, mention.is_district, mention.is_own)
        found.setdefault(key, []).append(mention)
    groups: list[_Group] = []
    for (codes, is_district, is_own), same in found.items():
        weight = strongest = same[0].weight
        for mention in same[1:]:
            weight += mention.weight
            strongest = max(strongest, mention.weight)
        groups.append(_Group(codes, is_district, is_own, weight, strongest, same))
    if len(groups) == 1:
        return groups
    return sorted(groups, key=lambda group: -group.weight)[:_MOST_GROUPS]


def _decide(
    groups: Sequence[_Group], context: Sequence[_Group]
) -> tuple[tuple[str, ...], tuple[Mention, ...]]:
    """Return the open codes of some groups in the light of all."""
    # Only the names of districts are held against what the text is sure to be about.
    anchors = _anchors(context) if any(group.is_district for group in groups) else set()
    votes: dict[str, int] = {}
    voters: dict[str, list[Mention]] = {}
    alone: set[str] = set()
    for group in groups:
        codes = _narrowed(group, context)
        if group.is_district and not _counts(group, codes, anchors):
            continue
        alone.update(codes if len(codes) > 1 else ())
        for code in codes:
            votes[code] = votes.get(code, 0) + group.weight
            voters.setdefault(code, []).extend(group.mentions)
    open_ = _elected(votes, alone)
    used = (m for code in open_ for part in voters if meet(code, part) for m in voters[part])
    return open_, tuple(used)


def _anchors(context: Iterable[_Group]) -> set[str]:
    """Return the areas above districts that a text names as its place."""
    return {
        code
        for group in context
        if not group.is_district and group.strongest != MOVED
        for code in group.codes
    }


def _narrowed(group: _Group, context: Sequence[_Group]) -> tuple[str, ...]:
    """Return what is left of the meanings of a name beside the other names of the text."""
    codes = group.codes
    if len(context) == 1:
        return codes
    for other in context:
        is_weak = other.strongest == HARDLY and group.is_district
        if other is not group and not is_weak:
            codes = _met(codes, other.codes) or codes
    return codes


def _counts(group: _Group, narrowed: Sequence[str], anchors: Iterable[str]) -> bool:
    """Whether a district's name says something here."""
    if group.strongest >= NAMED:
        return True
    if any(meet(code, anchor) is not None for anchor in anchors for code in narrowed):
        return True
    return not anchors and group.strongest >= MOVED and len(group.codes) == 1


def _elected(votes: Mapping[str, int], unclear: Container[str]) -> tuple[str, ...]:
    """Return the codes with the most votes; a province gives its votes to what lies in it.

    Parameters
    ----------
    votes : mapping of str to int
        Weight of each code.
    unclear : container of str
        Codes that stand for one name with others: "Jambi" is a province and a city.
    """
    if len(votes) == 1:
        return tuple(votes)
    clear = {code: count for code, count in votes.items() if code not in unclear}
    inner = {
        code: count + sum(v for p, v in clear.items() if p != code and _is_in(code, p))
        for code, count in votes.items()
        if code in unclear or not any(other != code and _is_in(other, code) for other in votes)
    }
    if not inner:
        return ()
    top = max(inner.values())
    leading = (code for code, count in inner.items() if count > top - _CLEAR_LEAD)
    return tuple(sorted(leading, key=lambda code: (-inner[code], code)))
