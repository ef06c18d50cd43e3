"""Whoever sees little can read it: contrast as WCAG 2.1 counts it, by day, by night, on paper."""

import re

import pytest

from kszclient.resources import resource

STYLE = resource("config", "reconciliation", "report", "style.css.j2").read_text(encoding="utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", block))
    for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
)
_TEXT = [(ink, on) for ink in ("ink", "soft", "link", "mark") for on in ("paper", "card")]
_TEXT.append(("notice-ink", "notice"))
_DRAWN = [("bar", "paper"), *((f"c{at}", "paper") for at in range(6))]


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(each * 2 for each in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "on", "least"), [(*pair, 4.5) for pair in _TEXT] + [(*pair, 3.0) for pair in _DRAWN]
)
def test_the_contrast_is_enough(colours, ink, on, least):
    assert contrast(colours[ink], colours[on]) >= least


def test_the_dark_has_a_colour_for_each_of_the_light():
    assert LIGHT.keys() == DARK.keys()


def test_the_dark_is_never_printed():
    assert "@media screen and (prefers-color-scheme: dark)" in STYLE
