"""Both ways in which the KSZ may say that a number is no longer in force."""

import msgspec
import pytest

from kszclient.cadaster.person_state import PersonState, person_state
from kszclient.values import Ssin
from kszclient.wire import GlobalStatus, GlobalStatusValue, Information, SsinState
from tests.cadaster.test_outcome import PERSON, answer

NEW = Ssin.from_wire("85023000224")


def told(code="MSG00000", information=(), ssin=None):
    status = GlobalStatus(GlobalStatusValue.NO_RESULT, code, None, information)
    return msgspec.structs.replace(answer("NO_RESULT"), status=status, ssin=ssin)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (told(), PersonState(None, None)),
        (told(ssin=SsinState(PERSON)), PersonState(None, None)),
        (told(ssin=SsinState(PERSON, canceled=False)), PersonState(False, None)),
        (told(ssin=SsinState(PERSON, replaced_by=NEW)), PersonState(None, NEW)),
        (told("MSG00007"), PersonState(True, None)),
        (told("MSG00006", (Information("newSSIN", NEW.digits),)), PersonState(None, NEW)),
        (told("MSG00006", (Information("newSSIN", "no number"),)), PersonState(None, None)),
        (told("MSG00006", (Information("newSSIN"),)), PersonState(None, None)),
        (told("MSG00006"), PersonState(None, None)),
        (told("MSG00005", (Information("newSSIN", NEW.digits),)), PersonState(None, None)),
    ],
)
def test_the_state_is_read_from_attributes_and_from_codes(said, expected):
    assert person_state(said) == expected
