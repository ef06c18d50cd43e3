"""A server that answers about the children of `reconcile_population`, without parsing anything.

Run: ``python benchmarks/reconcile_stub.py SIZE`` prints its address and serves until its input
ends.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable

import answers
from reconcile_population import CHILD, answer, kind_of
from stub import SSIN, TICKET, serve

_SOURCE = re.compile(rb"<(?:\w+:)?authenticSource>([^<]+)<")


def one_for_each_child(size: str) -> Callable[[bytes], bytes]:
    """Return what answers about the child and the register that were asked about.

    Args:
        size: Of the answers.
    """

    def answered(question: bytes) -> bytes:
        ticket, child, source = (each.search(question) for each in (TICKET, SSIN, _SOURCE))
        if ticket is None or child is None or source is None:
            raise ValueError("this is not the question that was agreed upon")
        return (
            answer(size, source[1].decode(), kind_of(child[1].decode()))
            .replace(answers.TICKET.encode(), ticket[1], 1)
            .replace(CHILD.encode(), child[1])
        )

    return answered


if __name__ == "__main__":
    asyncio.run(serve(one_for_each_child(sys.argv[1])))
