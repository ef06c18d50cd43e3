"""Drawings of the report: the flow of children between entities, and bars for each month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from kszclient.reconciliation.output.summary import EntityChange
from kszclient.values import Month

WIDTH = 370
"""Of the drawing; words of 12 units can then be read on a phone."""
_BODY = 180.0
_SLOT = 34.0
_LEFT, _RIGHT = 115.0, 255.0
_NODE = 8.0
_THINNEST = 1.0


class Node(NamedTuple):
    """One entity on one side.

    Args:
        entity: Which; None where it is undetermined.
        children: How many leave it or come to it.
        x: Left edge of its block.
        y: Upper edge.
        height: Of the block.
        left: Whether it stands on the left.
        colour: Number of its colour, the same on both sides.
    """

    entity: str | None
    children: int
    x: float
    y: float
    height: float
    left: bool
    colour: int


class Band(NamedTuple):
    """The children that go from one entity to another.

    Args:
        move: From where, to where, how many.
        path: The shape.
        colour: Number of the colour of the entity that they leave.
    """

    move: EntityChange
    path: str
    colour: int


class Flow(NamedTuple):
    """A drawing of moves.

    Args:
        height: Of the whole.
        nodes: The entities, left ones first.
        bands: The moves.
    """

    height: float
    nodes: tuple[Node, ...]
    bands: tuple[Band, ...]


def flow(moves: Iterable[EntityChange]) -> Flow | None:
    """Draw moves.

    Args:
        moves: One for each pair of entities; those without children are left out.

    Returns:
        The drawing, or None where nobody moves.

    >>> drawn = flow([EntityChange("AVIQ", "DG", 3), EntityChange("DG", "AVIQ", 1)])
    >>> [(node.entity, node.children) for node in drawn.nodes]
    [('AVIQ', 3), ('DG', 1), ('DG', 3), ('AVIQ', 1)]
    """
    going = [move for move in moves if move.children > 0]
    if not going:
        return None
    names = {move.from_entity for move in going} | {move.to_entity for move in going}
    colours = {name: at for at, name in enumerate(sorted(names, key=str))}
    scale = _BODY / sum(move.children for move in going)
    left = _side(going, _begin, scale, colours, at_left=True)
    right = _side(going, _end, scale, colours, at_left=False)
    bottom = max(_slot_end(left[-1]), _slot_end(right[-1]))
    return Flow(
        height=round(bottom, 1),
        nodes=(*left, *right),
        bands=tuple(_bands(going, left, right, scale, colours)),
    )


def _begin(move: EntityChange) -> str | None:
    return move.from_entity


def _end(move: EntityChange) -> str | None:
    return move.to_entity


def _side(
    moves: Sequence[EntityChange],
    end_of: Callable[[EntityChange], str | None],
    scale: float,
    colours: dict[str | None, int],
    *,
    at_left: bool,
) -> list[Node]:
    totals: dict[str | None, int] = {}
    for move in moves:
        totals[end_of(move)] = totals.get(end_of(move), 0) + move.children
    nodes: list[Node] = []
    x = _LEFT if at_left else _RIGHT - _NODE
    for entity, total in sorted(totals.items(), key=lambda each: (-each[1], str(each[0]))):
        y = _slot_end(nodes[-1]) if nodes else _NODE
        height = round(max(_THINNEST, total * scale), 1)
        nodes.append(Node(entity, total, x, round(y, 1), height, at_left, colours[entity]))
    return nodes


def _slot_end(node: Node) -> float:
    """Return where the next entity may begin: names of small ones must not touch."""
    return node.y + max(node.height + _NODE, _SLOT)


def _bands(
    moves: Sequence[EntityChange],
    left: Sequence[Node],
    right: Sequence[Node],
    scale: float,
    colours: dict[str | None, int],
) -> Iterable[Band]:
    down_left = {node.entity: node.y for node in left}
    down_right = {node.entity: node.y for node in right}
    # In the order in which the entities stand, so that bands cross as little as can be.
    ranks = {node.entity: rank for rank, node in enumerate(left)}
    ends = {node.entity: rank for rank, node in enumerate(right)}
    for move in sorted(moves, key=lambda each: (ranks[each.from_entity], ends[each.to_entity])):
        wide = move.children * scale
        a, b = down_left[move.from_entity], down_right[move.to_entity]
        down_left[move.from_entity] += wide
        down_right[move.to_entity] += wide
        yield Band(move, _ribbon(a, b, max(_THINNEST, wide)), colours[move.from_entity])


def _ribbon(a: float, b: float, wide: float) -> str:
    begin, end = _LEFT + _NODE, _RIGHT - _NODE
    half = (begin + end) / 2
    return (
        f"M{begin:g} {a:.1f}C{half:g} {a:.1f} {half:g} {b:.1f} {end:g} {b:.1f}"
        f"V{b + wide:.1f}C{half:g} {b + wide:.1f} {half:g} {a + wide:.1f} {begin:g} {a + wide:.1f}z"
    )


HEIGHT = 24
"""Of a picture, in its own units; a month is one unit wide."""
_GAP = 0.15
_LEAST = 0.6


def bars(counts: Sequence[int], peak: int) -> str:
    """Draw one bar for each month that has a count.

    Args:
        counts: For each month, how many.
        peak: The count that reaches the top; it is shared by the pictures that are compared.

    Returns:
        The path, in units of a month across and `HEIGHT` down.

    >>> bars([0, 2, 1], peak=2)
    'M1.15 24V0h.7V24zM2.15 24V12h.7V24z'
    """
    return "".join(
        f"M{at + _GAP:g} {HEIGHT}V{_top(count, peak):g}h.7V{HEIGHT}z"
        for at, count in enumerate(counts)
        if count
    )


def years(months: Sequence[Month]) -> tuple[int, ...]:
    """Return where a year begins, as numbers of months from the left.

    >>> years([Month(2023, 11), Month(2023, 12), Month(2024, 1)])
    (2,)
    """
    return tuple(at for at, month in enumerate(months) if month.month == 1 and at)


def _top(count: int, peak: int) -> float:
    # One finding among thousands is still seen.
    return round(HEIGHT - max(_LEAST, HEIGHT * count / peak), 1)
