"""The colours of the light page (static/css/plf.css, section 1), for paper and spreadsheets."""

from dashboards.shapes import scale_classes, slot

INK = "#1D2730"
SECOND = "#51606B"
CONTROL = "#6B7680"
LINE = "#D9D4C9"
GROUND = "#FBFAF7"
PILLARS = ("#2452B5", "#6A1F5C", "#2A8276", "#5E4608", "#CC4E16")
TINTS = ("#E6ECF8", "#F2E6F0", "#E0F1EE", "#F3ECDA", "#FBE8DE")
SCALE = {
    "scale-1": "#F4E4C6",
    "scale-15": "#E7D1A6",
    "scale-2": "#D9BC85",
    "scale-25": "#B6B891",
    "scale-3": "#8FAF9F",
    "scale-35": "#6FA09A",
    "scale-4": "#37767D",
    "scale-45": "#216069",
    "scale-5": "#0B4A57",
}
DEEP = {"#37767D", "#216069", "#0B4A57"}


def pillar(colour: int) -> str:
    return PILLARS[slot(colour) - 1]


def tint(colour: int) -> str:
    return TINTS[slot(colour) - 1]


def ramp(levels: int) -> tuple[str, ...]:
    """The colour of each level, lowest first."""
    return tuple(SCALE[css] for css in scale_classes(levels))


def ink_on(colour: str) -> str:
    return "#FFFFFF" if colour in DEEP else INK
