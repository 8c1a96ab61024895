"""The palette keeps what it promises: text ≥ 4.5:1, graphics and large figures ≥ 3:1."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

CSS = (Path(__file__).parents[2] / "static/css/plf.css").read_text(encoding="utf-8")
SLOTS = (1, 2, 3, 4, 5)
STEPS = (1, 15, 2, 25, 3, 35, 4, 45, 5)


def _palette(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9A-F]{6})\b", block))


def _themes() -> dict[str, dict[str, str]]:
    light_block, rest = CSS.split("@media (prefers-color-scheme: dark)", 1)
    light = _palette(light_block)
    dark = _palette(rest.split("@media", 1)[0])
    return {"light": light, "dark": light | dark}


THEMES = _themes()


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


TEXT = [
    *((text, ground) for text in ("ink", "ink-2") for ground in ("paper", "surface")),
    *((text, ground) for text in ("accent", "error", "caution") for ground in ("paper", "surface")),
    ("accent-deep", "surface"),
    ("accent-deep", "accent-tint"),
    ("on-accent", "accent"),
    ("on-accent", "accent-deep"),
    ("on-error", "error"),
    ("ink", "accent-tint"),
    ("ink", "caution-tint"),
    *(("ink", f"t{slot}") for slot in SLOTS),
    *((f"s{step}-ink", f"s{step}") for step in STEPS),
]
GRAPHICS = [
    *(("control", ground) for ground in ("paper", "surface")),
    ("accent", "accent-tint"),
    ("caution", "caution-tint"),
    *((f"p{slot}", ground) for slot in SLOTS for ground in ("paper", "surface", f"t{slot}")),
    *(("on-fill", f"p{slot}") for slot in SLOTS),
    *(("ink", f"t{slot}") for slot in SLOTS),
]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_stands_out_from_its_ground(theme: str, text: str, ground: str) -> None:
    palette = THEMES[theme]

    assert contrast(palette[text], palette[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("mark", "ground"), GRAPHICS)
def test_graphics_stand_out_from_their_ground(theme: str, mark: str, ground: str) -> None:
    palette = THEMES[theme]

    assert contrast(palette[mark], palette[ground]) >= 3


@pytest.mark.parametrize("theme", THEMES)
def test_the_scale_goes_one_way_so_that_it_survives_black_and_white(theme: str) -> None:
    steps = [_luminance(THEMES[theme][f"s{step}"]) for step in STEPS]
    falling = theme == "light"

    assert all((a > b) if falling else (a < b) for a, b in pairwise(steps))


def test_every_colour_has_its_dark_twin() -> None:
    light_block, rest = CSS.split("@media (prefers-color-scheme: dark)", 1)

    assert set(_palette(rest.split("@media", 1)[0])) == set(_palette(light_block))


def test_colours_stand_in_the_tokens_only() -> None:
    after_tokens = CSS.split("/* 2 Bootstrap", 1)[1].split("@media print", 1)[0]

    assert re.findall(r"#[0-9A-Fa-f]{3,8}\b", after_tokens) == []
