"""The colour of each level: a scale of 2 to 7 levels spread over the ramp in static/css/plf.css."""

RAMP = {
    2: ("2", "4"),
    3: ("1", "3", "5"),
    4: ("1", "2", "4", "5"),
    5: ("1", "2", "3", "4", "5"),
    6: ("1", "2", "25", "35", "4", "5"),
    7: ("1", "15", "25", "3", "35", "45", "5"),
}


def scale_classes(levels: int) -> tuple[str, ...]:
    """The colour class of each level, lowest first."""
    return tuple(f"scale-{step}" for step in RAMP[levels])
