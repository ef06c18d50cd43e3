"""The picture of where the time of a lookup goes: its numbers, its axis, its labels."""

from lxml import etree

from benchmarks.parts_picture import picture

EVERY = {
    "asynchronous": {**dict.fromkeys("abcdef", 100.0), "rest": 150.0},
    "blocking": {**dict.fromkeys("abcdef", 100.0), "rest": 400.0},
}


def test_bars_are_as_long_as_what_they_add_up_to_and_say_so():
    drawn = etree.fromstring(picture(EVERY))
    texts = [each.text for each in drawn.iter("{*}text")]
    assert "asynchronous: 750 µs" in texts
    assert "blocking: 1000 µs" in texts
    wide = {}
    for bar in drawn.iter("{*}rect"):
        if bar.find("{*}title") is not None:
            wide.setdefault(bar.get("y"), []).append(float(bar.get("width")))
    short, long = (sum(widths) for widths in wide.values())
    assert abs(short / long - 0.75) < 0.01


def test_the_axis_tells_microseconds_and_the_legend_whose_number_it_is():
    texts = [each.text for each in etree.fromstring(picture(EVERY)).iter("{*}text")]
    assert [text for text in texts if text.isdigit() and int(text) % 100 == 0][-11:] == [
        str(tick) for tick in range(0, 1001, 100)
    ]
    assert "µs of CPU for one lookup" in texts
    legend = texts[texts.index("µs of CPU for one lookup") + 1 :]
    assert legend[:2] == ["asynchronous", "blocking"]
    assert legend[-3:] == ["rest", "150 µs", "400 µs"]
