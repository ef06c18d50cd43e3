import itertools

from hypothesis import given
from hypothesis import strategies as st

from kszclient.reconciliation.output.report.drawings import WIDTH, flow
from kszclient.reconciliation.output.summary import EntityChange

names = st.sampled_from(["FEDERAL", "OPGROEIEN", "AVIQ", "IRISCARE", "DG", None])
moves = st.dictionaries(st.tuples(names, names), st.integers(0, 100_000), min_size=1)


def moved(counts):
    return [EntityChange(begin, end, children) for (begin, end), children in counts.items()]


@given(moves)
def test_nobody_is_lost_between_the_left_and_the_right(counts):
    drawn = flow(moved(counts))
    total = sum(counts.values())
    assert (drawn is None) == (total == 0)
    if drawn is not None:
        for left in (True, False):
            assert sum(node.children for node in drawn.nodes if node.left is left) == total
        assert sum(band.move.children for band in drawn.bands) == total


@given(moves)
def test_names_never_touch_and_all_lies_within_the_drawing(counts):
    drawn = flow(moved(counts))
    if drawn is not None:
        for left in (True, False):
            side = [node for node in drawn.nodes if node.left is left]
            for above, below in itertools.pairwise(side):
                assert below.y >= above.y + max(above.height, 26)
            assert side[-1].y + max(side[-1].height, 26) <= drawn.height
        assert all(0 < node.x < WIDTH for node in drawn.nodes)


def test_an_entity_has_one_colour_on_both_sides():
    drawn = flow([EntityChange("AVIQ", "DG", 2), EntityChange("DG", "AVIQ", 1)])
    colours = {(node.entity, node.colour) for node in drawn.nodes}
    assert len(colours) == 2


def test_the_widest_move_is_drawn_widest():
    drawn = flow([EntityChange("AVIQ", "DG", 30), EntityChange("IRISCARE", "DG", 10)])
    wide, narrow = (node.height for node in drawn.nodes if node.left)
    assert wide == 3 * narrow
