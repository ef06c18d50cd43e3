"""Fuzz every reader of foreign bytes for as long as asked; what is found is kept in the corpus.

What ends in a way not seen before is damaged further, beside the documents that are kept.

Run: ``python -m tests.hostile.fuzz [SECONDS] [SEED]``
"""

import hashlib
import itertools
import random
import sys
import time
import traceback
from collections.abc import Iterable, Iterator

from tests.hostile.mutations import damaged, drawn
from tests.hostile.targets import CORPUS, TARGETS, kept

MOST_BYTES = 100_000


def within(seconds: float) -> Iterator[int]:
    """Count attempts until the time is over; one is made in any case."""
    end = time.monotonic() + seconds
    for number in itertools.count():
        yield number
        if time.monotonic() >= end:
            return


def fuzz(target: str, attempts: Iterable[int], seed: int) -> list[bytes]:
    """Try to break one reader, once for each attempt, and return what broke it."""
    check = TARGETS[target]
    chance = random.Random(f"{seed}/{target}")
    pool = [path.read_bytes() for path in kept(target)]
    seen: set[str] = set()
    broke: dict[str, bytes] = {}
    tried = 0
    for _ in attempts:
        tried += 1
        document = damaged(chance.choice(pool), drawn(chance))[:MOST_BYTES]
        try:
            ended = check(document)
        except Exception:  # noqa: BLE001 - that is what is looked for
            where = traceback.format_exc().splitlines()[-3:]
            if broke.setdefault("".join(where), document) is document:
                traceback.print_exc()
            continue
        if ended not in seen:
            seen.add(ended)
            pool.append(document)
    sys.stdout.write(f"{target:7}{tried:9} tried {len(seen):4} endings {len(broke):3} broken\n")
    return list(broke.values())


def main() -> int:
    """Fuzz each reader for an equal part of the time."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns()
    sys.stdout.write(f"seed {seed}\n")
    found = 0
    for target in TARGETS:
        for document in fuzz(target, within(seconds / len(TARGETS)), seed):
            name = f"found-{hashlib.sha256(document).hexdigest()[:12]}"
            path = CORPUS / target / name
            path.write_bytes(document)
            sys.stdout.write(f"kept {path}\n")
            found += 1
    return min(found, 1)


if __name__ == "__main__":
    sys.exit(main())
