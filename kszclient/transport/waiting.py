"""Waiting without holding up others."""

from __future__ import annotations


async def sleep_async(seconds: float) -> None:
    """Wait so many seconds, while other tasks go on."""
    # asyncio takes its time to load; who asks one question after the other never needs it.
    import asyncio  # noqa: PLC0415 - see above

    await asyncio.sleep(seconds)
