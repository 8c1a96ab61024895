"""The house as a picture by itself: the page's coordinates, with the colours written in."""

import re
from xml.etree import ElementTree

from django.template.loader import render_to_string

from dashboards.exports import palette
from dashboards.exports.letters import MISSING
from dashboards.shapes import Drawing, House, Shaft

SERIF = {
    "font-family": "PLF Serif, PLF Sans, Noto Emoji",
    "font-weight": "600",
    "text-anchor": "middle",
}
SANS = {"font-family": "PLF Sans, Noto Emoji", "font-weight": "400", "text-anchor": "middle"}
# In a drawing typst cannot join emoji into one; a square stands for them.
EMOJI = re.compile("[\u200d\ufe0f\u2600-\u27bf\U00010000-\U0010ffff]+")
# As the drawing stands on A4, this is eight points.
SMALLEST = "16"


def house_svg(house: House) -> str:
    drawing = house.wide
    box = f"0 0 {drawing.width} {drawing.height}"
    svg = ElementTree.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": box})
    _patterns(svg, drawing)
    gable = {"stroke": palette.INK, "stroke-width": "2.5", "stroke-linejoin": "round"}
    _draw(svg, "polygon", points=drawing.gable, fill="#FFFFFF", **gable)
    _roof(svg, house)
    for y in drawing.hairlines:
        _line(svg, f"M{drawing.first} {y}H{drawing.last}", palette.LINE, "1")
    x, y, width, height = drawing.beam
    _draw(svg, "rect", x=x, y=y, width=width, height=height, fill=palette.INK)
    for shaft in drawing.shafts:
        _shaft(svg, drawing, shaft)
        _plinth(svg, drawing, shaft, house)
    _ends(svg, house)
    _foundation(svg, drawing)
    return ElementTree.tostring(svg, encoding="unicode")


def _draw(parent: ElementTree.Element, tag: str, **attributes: str) -> ElementTree.Element:
    named = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    return ElementTree.SubElement(parent, tag, named)


def _text(parent: ElementTree.Element, words: str, x: str, y: str, **looks: str) -> None:
    _draw(parent, "text", **{"x": x, "y": y, "fill": palette.INK, **looks}).text = EMOJI.sub(
        MISSING, words
    )


def _line(parent: ElementTree.Element, path: str, colour: str, width: str, **more: str) -> None:
    _draw(parent, "path", d=path, stroke=colour, stroke_width=width, fill="none", **more)


def _patterns(svg: ElementTree.Element, drawing: Drawing) -> None:
    defs = _draw(svg, "defs")
    _pattern(defs, "none", "9", "-45", palette.CONTROL, "1.25")
    for shaft in drawing.shafts:
        if shaft.state == "range":
            colour = palette.pillar(shaft.slot)
            _pattern(defs, f"range-{shaft.pillar.number}", "8", "45", colour, "3")


def _pattern(
    defs: ElementTree.Element, name: str, size: str, turn: str, colour: str, width: str
) -> None:
    pattern = _draw(
        defs,
        "pattern",
        id=name,
        width=size,
        height=size,
        patternUnits="userSpaceOnUse",
        patternTransform=f"rotate({turn})",
    )
    _line(pattern, f"M0 4.5h{size}", colour, width)


def _roof(svg: ElementTree.Element, house: House) -> None:
    size = "16" if house.roof_small else "20"
    two = len(house.roof_lines) > 1
    for place, line in enumerate(house.roof_lines):
        y = "92" if two and not place else "117"
        _text(svg, line, "480", y, font_size=size, **SERIF)
    if house.values:
        values = "  ·  ".join(house.values)
        _text(svg, values, "480", "142", **{**SANS, "font-size": SMALLEST, "fill": palette.SECOND})


def _shaft(svg: ElementTree.Element, drawing: Drawing, shaft: Shaft) -> None:
    colour, tint = palette.pillar(shaft.slot), palette.tint(shaft.slot)
    withheld = shaft.state == "withheld"
    whole = {"x": shaft.x, "y": drawing.eaves, "width": shaft.width, "height": drawing.whole}
    _draw(svg, "rect", fill="#FFFFFF" if withheld else tint, **whole)
    if withheld:
        _draw(svg, "rect", fill="url(#none)", **whole)
    else:
        _fill(svg, drawing, shaft, colour)
    edge = palette.CONTROL if withheld else colour
    _draw(svg, "rect", fill="none", stroke=edge, stroke_width="2", **whole)
    _marks(svg, shaft)
    _figure(svg, drawing, shaft, colour, tint)


def _fill(svg: ElementTree.Element, drawing: Drawing, shaft: Shaft, colour: str) -> None:
    part = {"x": shaft.x, "width": shaft.width}
    if shaft.state == "range":
        fill = f"url(#range-{shaft.pillar.number})"
        _draw(svg, "rect", y=shaft.soft_y, height=shaft.soft_height, fill=fill, **part)
    _draw(svg, "rect", y=shaft.fill_y, height=shaft.fill_height, fill=colour, **part)
    for y in drawing.hairlines:
        _line(svg, f"M{shaft.x} {y}H{shaft.end}", "#FFFFFF", "1", stroke_opacity="0.28")
    _line(svg, f"M{shaft.x} {shaft.fill_y}H{shaft.end}", colour, "3")


def _marks(svg: ElementTree.Element, shaft: Shaft) -> None:
    """Last time's line, a stroke for each goal, a bracket for each range."""
    if shaft.previous_y:
        colour = "#FFFFFF" if shaft.previous_in else palette.INK
        dotted = {"stroke-dasharray": "0.1 6", "stroke-linecap": "round"}
        _line(svg, f"M{shaft.x} {shaft.previous_y}H{shaft.end}", colour, "2.5", **dotted)
    for x, end, y in shaft.ticks:
        _line(svg, f"M{x} {y}H{end}", palette.INK, "2")
    for path in shaft.brackets:
        _line(svg, path, palette.INK, "1.5")


def _figure(
    svg: ElementTree.Element, drawing: Drawing, shaft: Shaft, colour: str, tint: str
) -> None:
    words = shaft.pillar.figure_text
    if shaft.state == "withheld":
        plate = {"x": shaft.x, "width": shaft.width, "height": "34", "fill": "#FFFFFF"}
        _draw(svg, "rect", y=str(float(drawing.centre) - 17), **plate)
        y = str(float(drawing.centre) + 5)
        _text(svg, words, shaft.middle, y, font_size="16", **SANS)
        return
    inside = shaft.on_fill
    _text(
        svg,
        words,
        shaft.middle,
        shaft.figure_y,
        font_size="28",
        fill="#FFFFFF" if inside else palette.INK,
        stroke=colour if inside else tint,
        stroke_width="6",
        stroke_linejoin="round",
        paint_order="stroke",
        **SERIF,
    )


def _plinth(svg: ElementTree.Element, drawing: Drawing, shaft: Shaft, house: House) -> None:
    """Where the names are too long for the stones, the number alone: they stand below."""
    stone = {"fill": "#FFFFFF", "stroke": palette.CONTROL, "stroke-width": "1"}
    place = {"x": shaft.plinth_x, "width": shaft.plinth_width}
    _draw(svg, "rect", y=drawing.bottom, height=drawing.plinth, **place, **stone)
    size = house.name_size
    if shaft.pillar.icon:
        _icon(svg, shaft)
    else:
        y = "541" if house.names_below else "503"
        _text(svg, str(shaft.pillar.number), shaft.middle, y, font_size=str(size), **SERIF)
    first = 522 if len(shaft.lines) > 2 else 526
    for place_of, line in enumerate(shaft.lines):
        y = f"{first + 1.12 * size * place_of:.1f}"
        _text(svg, line, shaft.middle, y, font_size=str(size), **SERIF)
    if shaft.pillar.change_text:
        looks = {**SANS, "font-size": SMALLEST, "fill": palette.SECOND}
        _text(svg, shaft.pillar.change_text, shaft.middle, "567", **looks)


def _icon(svg: ElementTree.Element, shaft: Shaft) -> None:
    shapes = render_to_string(f"components/icons/{shaft.pillar.icon}.html")
    group = ElementTree.fromstring(f"<g>{shapes}</g>")  # noqa: S314 -- our own template
    looks = {"fill": "none", "stroke": palette.INK, "stroke-width": "1.75"}
    rounded = {"stroke-linecap": "round", "stroke-linejoin": "round"}
    group.attrib.update(looks | rounded | {"transform": f"translate({shaft.icon_x} 484)"})
    svg.append(group)


def _ends(svg: ElementTree.Element, house: House) -> None:
    """The scale's ends, named once at the left."""
    drawing = house.wide
    looks = {**SANS, "text-anchor": "end", "font-size": SMALLEST, "fill": palette.SECOND}
    for place, line in enumerate(house.high_lines):
        y = str(float(drawing.top) + 5 + 16 * place)
        _text(svg, line, drawing.label_x, y, **looks)
    for place, line in enumerate(reversed(house.low_lines)):
        y = str(float(drawing.bottom) - 2 - 16 * place)
        _text(svg, line, drawing.label_x, y, **looks)


def _foundation(svg: ElementTree.Element, drawing: Drawing) -> None:
    stone = {"fill": "#FFFFFF", "stroke": palette.CONTROL, "stroke-width": "1"}
    for step in drawing.steps:
        _draw(svg, "rect", x=step.x, y=step.y, width=step.width, height=step.height, **stone)
        for cut in step.cuts:
            _line(svg, f"M{cut} {step.y}v{step.height}", palette.LINE, "1")
        for name, x in step.cells:
            _text(svg, name, x, step.text_y, font_size="15", **SERIF)
    _line(svg, f"M0 {drawing.ground}H{drawing.width}", palette.INK, "2.5")
