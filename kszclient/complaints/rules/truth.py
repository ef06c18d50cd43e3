"""Three-valued truth (Kleene): true, false, or not known, with what would settle it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

_NOTHING: frozenset[str] = frozenset()


class Truth(NamedTuple):
    """Whether something holds.

    Args:
        value: True, False, or None where it is not known.
        needs: The complaint's fields that would settle it; none where the law itself is open.

    >>> (TRUE & unknown("role")).needs == {"role"}
    True
    >>> (FALSE & unknown("role")) == FALSE
    True
    """

    value: bool | None
    needs: frozenset[str] = _NOTHING

    def __and__(self, other: Truth) -> Truth:
        return all_of((self, other))

    def __or__(self, other: Truth) -> Truth:
        return any_of((self, other))

    def __invert__(self) -> Truth:
        return self if self.value is None else Truth(not self.value)


TRUE = Truth(value=True)
FALSE = Truth(value=False)


def unknown(*needs: str) -> Truth:
    """Say that something is not known and which fields would settle it."""
    return Truth(None, frozenset(needs))


def all_of(truths: Iterable[Truth]) -> Truth:
    """Say whether all hold: one false decides, whatever is unknown beside it."""
    return _join(truths, decisive=False)


def any_of(truths: Iterable[Truth]) -> Truth:
    """Say whether one holds: one true decides, whatever is unknown beside it."""
    return _join(truths, decisive=True)


def same(truths: Sequence[Truth], asks: frozenset[str]) -> Truth:
    """Say what holds in each of some possible worlds.

    Args:
        truths: What holds in each; at least one.
        asks: The fields that would settle which world it is.

    >>> same([TRUE, FALSE], frozenset({"benefit"})).needs == {"benefit"}
    True
    """
    if len(set(truths)) == 1:
        return truths[0]
    return Truth(None, asks.union(*(truth.needs for truth in truths)))


def _join(truths: Iterable[Truth], *, decisive: bool) -> Truth:
    open_needs: list[frozenset[str]] = []
    for truth in truths:
        if truth.value is decisive:
            return Truth(decisive)
        if truth.value is None:
            open_needs.append(truth.needs)
    if open_needs:
        return Truth(None, _NOTHING.union(*open_needs))
    return Truth(not decisive)
