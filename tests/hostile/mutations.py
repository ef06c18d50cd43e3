"""Damage to bytes: what a fuzzer does to a document, as data."""

import random
from typing import NamedTuple

TOKENS = (
    b"",
    b"<",
    b">",
    b'"',
    b"&",
    b"\x00",
    b"\xff\xfe",
    b"\xc0\xbc",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"-->",
    b"<?a ",
    b"?>",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"&b;",
    b"&#0;",
    b"&#x110000;",
    b"&amp;",
    b"</",
    b"/>",
    b"<a>",
    b"</a>",
    b' Id="Body"',
    b' xmlns="urn:x"',
    b' xmlns:s=""',
    b' encoding="UTF-16"',
    b"85023000125",
    b"85.02.30-001.25",
    b"ODUwMjMwMDAxMjU=",
    b"-",
    b"0",
    b"9999999999999999999999",
    b"-0001-00",
    b"NaN",
    b" \t\r\n",
    "٣".encode(),
    "\u2028".encode(),
    b"a" * 5000,
)
"""What is put in; most of it means something to XML, to dates or to who looks for numbers."""


class Mutation(NamedTuple):
    """One piece of damage.

    Args:
        place: Where it begins, as a part of the whole, 0 to 1.
        length: How many bytes are taken out.
        token: Which of `TOKENS` is put in.
        copies: How often what was taken out comes back first.
    """

    place: float
    length: int
    token: int
    copies: int


def damaged(document: bytes, mutations: list[Mutation]) -> bytes:
    """Apply damage, one piece after the other."""
    for place, length, token, copies in mutations:
        begin = int(place * len(document))
        cut = document[begin : begin + length]
        put = cut * copies + TOKENS[token % len(TOKENS)]
        document = document[:begin] + put + document[begin + length :]
    return document


def drawn(chance: random.Random) -> list[Mutation]:
    """Draw damage: mostly little."""
    return [
        Mutation(
            chance.random(),
            int(chance.expovariate(0.1)) if chance.random() < 0.7 else chance.randrange(2000),
            chance.randrange(len(TOKENS)) if chance.random() < 0.8 else 0,
            chance.choice((0, 0, 0, 1, 1, 2, 8)),
        )
        for _ in range(1 + int(chance.expovariate(0.7)))
    ]
