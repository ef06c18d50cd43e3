"""Waiting with and without an event loop."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


async def sleep_async(seconds: float) -> None:
    """Wait so many seconds, while other tasks go on."""
    # asyncio takes its time to load; who asks one question after the other never needs it.
    import asyncio  # noqa: PLC0415 - see above

    await asyncio.sleep(seconds)


def run_blocking(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine that never waits for an event loop, and return its result.

    What is written once as coroutines serves both kinds of client so: given functions that block,
    it runs from beginning to end in the thread of the caller.

    Raises:
        RuntimeError: It waits for an event loop, and there is none.

    >>> async def answer() -> int:
    ...     return 42
    >>> run_blocking(answer())
    42
    """
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: Result = end.value
        return result
    coroutine.close()
    raise RuntimeError("a blocking call waits for an event loop")
