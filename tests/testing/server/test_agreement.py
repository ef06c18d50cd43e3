"""The world's own truth and the rule base of `kszclient.competence` agree, learned apart."""

import datetime as dt

import pytest

from kszclient.competence import history_from, resolve
from kszclient.testing.population.personas import personas
from kszclient.values import Month, MonthPeriod, plain

ASKED_ON = dt.date(2026, 7, 1)
LAST = Month(2026, 6)


def by_rights(child):
    return {
        right.begin.plus(step): right.source
        for right in child.rights
        for step in range((right.end or LAST) - right.begin + 1)
    }


def by_rules(child, months):
    history = history_from(plain(child.domicile))
    answer = resolve(history, MonthPeriod(months[0], months[-1]), as_of=ASKED_ON)
    return {
        month: segment.source
        for segment in answer.segments
        for month in MonthPeriod(segment.begin, segment.end)
        if month in months
    }


def test_for_the_generated_children(world):
    for child in world.children[len(world.personas) :]:
        ought = by_rights(child)
        if ought:
            assert by_rules(child, sorted(ought)) == ought


# The rule base cannot say who is competent for a child abroad; the story tells.
@pytest.mark.parametrize("key", sorted(set(personas()) - {"child-in-france"}))
def test_for_the_personas(key):
    child = personas()[key].child
    ought = by_rights(child)
    assert by_rules(child, sorted(ought)) == ought
