"""How a result is read and what was not promised: the page's own words, for the files."""

from django.utils.translation import gettext as _

from dashboards.exports.taken import Taken
from dashboards.queries.shown import SharedResult


def how_to_read(taken: Taken) -> tuple[str, ...]:
    """A paragraph each; they stand on the page too (`_reading.html`, `shared_result.html`)."""
    return _of_shared(taken) if isinstance(taken.result, SharedResult) else _of_confidential(taken)


def not_shown(taken: Taken) -> tuple[tuple[str, str], ...]:
    """The goals that are not shown, each with its reason."""
    if isinstance(taken.result, SharedResult):
        return ()
    return tuple((goal.text, goal.figure_text) for goal in taken.result.withheld)


def _of_confidential(taken: Taken) -> tuple[str, ...]:
    levels = taken.result.levels
    words = _words(taken)
    scale = {"levels": len(levels), "low": levels[0], "high": levels[-1]}
    figure = _(
        "For %(goals)s, the figure is the mean of the answers, from 1 (“%(low)s”) to "
        "%(levels)s (“%(high)s”). “Do not know” takes no part."
    ) % (words | scale)
    of_pillars = _("For %(pillars)s, the figure is the mean of their %(goals)s.") % words
    return (
        f"{figure} {of_pillars}",
        _(
            "Spread is how far the answers lie from each other: 0 is complete agreement. It is not "
            "a fault. It shows where you have something to talk about."
        ),
        _(
            "Where nearly everybody answered the same, we tell that and not which level it was: "
            "otherwise one could see what each of you answered. The figure is then a range."
        ),
        _(
            "A change is only called one when it is too large to be chance or a single person. "
            "Small groups move easily: a tenth up or down means nothing."
        ),
        _(
            "Everybody who may see this result sees the same. It was made once, when the round "
            "closed, and the single answers were deleted."
        ),
        " ".join(
            (
                _("Not promised:"),
                _(
                    "that nobody can guess. A group that agrees is seen to agree, and several who "
                    "put their own answers together can know more than one alone."
                ),
            )
        ),
    )


def _of_shared(taken: Taken) -> tuple[str, ...]:
    return (
        _(
            "This is a shared rating: the %(goals)s have each got one level, agreed in a "
            "conversation. For %(pillars)s, the figure is the mean of the levels that the team "
            "agreed on."
        )
        % _words(taken),
        _(
            "A shared rating and a confidential result are made in two ways. They are shown side "
            "by side, not measured against each other."
        ),
    )


def _words(taken: Taken) -> dict[str, str]:
    return {"pillars": taken.edition.pillar_words, "goals": taken.edition.goal_words}
