"""The picture of where the time of a lookup goes: a bar for each client over one axis."""

from __future__ import annotations

_COLOURS = (
    "#4e79a7",
    "#f28e2b",
    "#76b7b2",
    "#e15759",
    "#59a14f",
    "#b07aa1",
    "#8a8a8a",
)
_LEFT, _WIDTH, _BAR, _APART = 20, 720, 34, 44
_TICKS = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
_MOST_TICKS = 10
_LETTER = 8.0
_COLUMN = 120


def picture(every: dict[str, dict[str, float]]) -> str:
    """Draw the parts of each client, its numbers in the bar and in a column below.

    Args:
        every: By client, the microseconds of each part; they add up to what it costs.
    """
    longest = max(sum(parts.values()) for parts in every.values())
    scale = _WIDTH / longest
    drawn: list[str] = []
    for row, (client, parts) in enumerate(every.items()):
        drawn += _bar(client, parts, 24 + row * (_BAR + _APART), scale)
    foot = 24 + len(every) * (_BAR + _APART) - _APART + 12
    drawn += _axis(longest, foot, scale)
    drawn += _legend(every, foot + 64)
    width = _LEFT + _WIDTH + _LEFT + 40
    height = foot + 64 + 22 * len(next(iter(every.values()))) + 10
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="14" role="img" '
        'aria-label="Where the time of a lookup goes">\n'
        f'<rect width="{width}" height="{height}" fill="white"/>\n'
        + "\n".join(drawn)
        + "\n</svg>\n"
    )


def _bar(client: str, parts: dict[str, float], y: int, scale: float) -> list[str]:
    whole = sum(parts.values())
    drawn = [_text(_LEFT, y - 6, f"{client}: {whole:.0f} µs")]
    x = float(_LEFT)
    for (name, spent), colour in zip(parts.items(), _COLOURS, strict=True):
        width = max(0.0, spent) * scale  # noise may bring the rules below 0
        drawn.append(
            f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{_BAR}" fill="{colour}">'
            f"<title>{name}: {spent:.0f} µs</title></rect>"
        )
        label = f"{spent:.0f}"
        if width > len(label) * _LETTER + 4:
            drawn.append(_text(x + width / 2, y + 22, label, anchor="middle", fill="white"))
        x += width
    return drawn


def _axis(longest: float, y: int, scale: float) -> list[str]:
    step = next(each for each in (*_TICKS, longest) if longest / each <= _MOST_TICKS)
    end = _LEFT + longest * scale
    drawn = [f'<path d="M{_LEFT} {y}H{end:.1f}" stroke="black"/>']
    for tick in range(int(longest / step) + 1):
        x = _LEFT + tick * step * scale
        drawn.append(f'<path d="M{x:.1f} {y}v5" stroke="black"/>')
        drawn.append(_text(x, y + 20, f"{tick * step:.0f}", anchor="middle"))
    return [*drawn, _text(end, y + 36, "µs of CPU for one lookup", anchor="end")]


def _legend(every: dict[str, dict[str, float]], y: int) -> list[str]:
    columns = [_LEFT + 400 + _COLUMN * place for place in range(len(every))]
    drawn = [_text(x, y, client, anchor="end") for x, client in zip(columns, every, strict=True)]
    for row, (name, colour) in enumerate(
        zip(next(iter(every.values())), _COLOURS, strict=True), start=1
    ):
        below = y + 22 * row
        drawn.append(f'<rect x="{_LEFT}" y="{below - 11}" width="12" height="12" fill="{colour}"/>')
        drawn.append(_text(_LEFT + 20, below, name))
        drawn += [
            _text(x, below, f"{parts[name]:.0f} µs", anchor="end")
            for x, parts in zip(columns, every.values(), strict=True)
        ]
    return drawn


def _text(x: float, y: float, text: str, *, anchor: str = "start", fill: str = "black") -> str:
    return f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}" fill="{fill}">{text}</text>'
