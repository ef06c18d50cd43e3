"""What a complaint lacks of the things that an instance requires."""

import pytest

from kszclient.complaints.case.missing_items import missing_items
from kszclient.complaints.vocabulary import Item
from tests.complaints.conftest import case


@pytest.mark.parametrize("missing", [[], ["decision"]])
def test_where_nothing_was_decided_no_decision_is_required(missing):
    silent = case(subject="NO_DECISION_IN_TERM", requested_on="2024-09-30", missing=missing)
    assert list(missing_items(silent, [Item.DECISION])) == []
    assert list(missing_items(case(missing=missing), [Item.DECISION])) == [Item.DECISION]
