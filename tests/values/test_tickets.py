import pytest

from kszclient.errors import InvalidValueError
from kszclient.values import Ticket


def test_a_new_ticket_is_one_that_can_be_read_back():
    ticket = Ticket.new()
    assert Ticket.parse(str(ticket)) == ticket
    assert Ticket.new() != ticket


@pytest.mark.parametrize("text", ["", "3f0c2d1e", "3f0c2d1e-0000-4000-8000-00000000000g", "x" * 36])
def test_anything_but_a_uuid_is_refused(text):
    with pytest.raises(InvalidValueError, match="form"):
        Ticket.parse(text)
