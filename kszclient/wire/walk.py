"""One walk over a checked payload, which every reader takes its own elements from.

An element in lxml costs most when it is asked for its children: a new iterator each time. So there
is one iterator for the whole payload, in the order of the document, and a reader takes from it as
many elements as its own has children; each child's reader takes what is below that. That holds as
long as every reader takes all that is below its element, and the schema says what that is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from kszclient.errors import ContractDriftError, InvalidValueError
from kszclient.values import Ssin
from kszclient.wire.answer import Category
from kszclient.wire.lexical import UnreadableError

if TYPE_CHECKING:
    from lxml.etree import _Element

_OF_ANOTHER_CONTRACT = "the answer has elements that this version of the library does not know"

T = TypeVar("T")
Walk = Iterator["_Element"]


class People(dict[str, Ssin]):
    """The people of one answer, each read once; they must not outlive it in some cache.

    Attributes:
        alone: Each as the only one of a list, as an answer repeats it in month after month.
        categories: Beside them the kinds of payments, which an answer repeats as often: by code,
            description and its language.
    """

    __slots__ = ("alone", "categories")

    def __init__(self) -> None:
        super().__init__()
        self.alone: dict[str, tuple[Ssin]] = {}
        self.categories: dict[tuple[str, str, str | None], Category] = {}

    def __missing__(self, digits: str) -> Ssin:
        number = self[digits] = Ssin.from_wire(digits)
        return number


Reader = Callable[["_Element", Walk, People], T]
"""Reads an element, having been given the walk that is about to enter it."""


def read(reader: Reader[T], payload: _Element) -> T:
    """Read a whole payload.

    Raises:
        ContractDriftError: A value that the schema admits and Python cannot hold, or a schema in
            use that is another than the one that the readers were written for.
    """
    walk = payload.iter()
    try:
        model = reader(next(walk), walk, People())
    except (KeyError, StopIteration, InvalidValueError):
        raise ContractDriftError(_OF_ANOTHER_CONTRACT) from None
    if next(walk, None) is not None:
        raise ContractDriftError(_OF_ANOTHER_CONTRACT)
    return model


def many(reader: Reader[T]) -> Reader[tuple[T, ...]]:
    """Read a container: all its children are of one kind."""

    def container(element: _Element, walk: Walk, people: People) -> tuple[T, ...]:
        return tuple([reader(child, walk, people) for child in islice(walk, len(element))])

    return container


def record(
    build: Callable[..., T],
    texts: Mapping[str, tuple[str, Callable[[str], object]]],
    parts: Mapping[str, tuple[str, Reader[Any]]] | None = None,
    repeated: Mapping[str, tuple[str, Reader[Any]]] | None = None,
) -> Reader[T]:
    """Make the reader of an element with children, dispatched by tag.

    Args:
        build: Makes the model from keyword arguments.
        texts: Tag of a child that holds text -> its argument, what makes a value of the text.
        parts: Tag of a child with children or attributes -> its argument, its reader.
        repeated: Tag of a child that may come again -> its argument, the reader of each.
    """
    known_parts, known_repeated = parts or {}, repeated or {}

    def reader(element: _Element, walk: Walk, people: People) -> T:
        values: dict[str, Any] = {}
        for child in islice(walk, len(element)):
            tag: Any = child.tag
            if tag in texts:
                name, value = texts[tag]
                try:
                    values[name] = value(child.text or "")
                except UnreadableError as error:
                    raise drift(child, error) from None
            elif tag in known_parts:
                name, part = known_parts[tag]
                values[name] = part(child, walk, people)
            else:
                name, part = known_repeated[tag]
                values[name] = (*values.get(name, ()), part(child, walk, people))
        return build(**values)

    return reader


def drift(element: _Element, error: UnreadableError) -> ContractDriftError:
    """Name the place of a text that cannot be read, without the text."""
    steps = [element.tag, *(parent.tag for parent in element.iterancestors())]
    path = "/".join(str(step).rpartition("}")[2] for step in reversed(steps))
    return ContractDriftError(f"{error} at /{path}")
