"""Every figure that the product shows, as a pure function of what was published.

Nothing here sees an answer: each function takes published cells, so no figure can tell more than
the cells do, and the guarantee of `disclosure.py` holds for all of them. Where a cell tells a
class of levels only, the figure is the range that the class allows. All are checked in
`tests/results/test_figures.py` against figures that numpy and scipy made (`tools/oracle.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from statistics import fmean, mean

from results.disclosure import Cell, Histogram, NearlyAll, Withheld, strays


@dataclass(frozen=True, slots=True)
class Number:
    """A figure that is known."""

    value: float


@dataclass(frozen=True, slots=True)
class Range:
    """A figure of which only the bounds are known; never ranked, compared or subtracted."""

    low: float
    high: float


Figure = Number | Range


@dataclass(frozen=True, slots=True)
class Change:
    """How far a mean moved between two rounds, and whether that can be told from chance."""

    delta: float
    clear: bool


def goal_mean(cell: Cell | None) -> Figure | None:
    """The mean of a goal's ratings: the sum of the levels chosen, divided by n.

    Source: the arithmetic mean. Of a near-unanimous goal the range that the class allows: all
    but `strays(n)` ratings on one level of the class, the rest anywhere; both ends are reached.
    """
    return forum_mean((cell,))


def forum_mean(cells: Sequence[Cell | None]) -> Figure | None:
    """A goal's mean in the whole forum, from the cells in which it stands.

    Source: the arithmetic mean of all ratings, which is that of the parts weighted by their n
    (Cochran, Sampling Techniques, 3rd ed. 1977, chapter 5). A range if one of the parts is.
    """
    bounds = _bounds(cells, silent=0)
    if bounds is None:
        return None
    if combine(cells) is not None:
        return Number(bounds.low)
    return bounds


def silent_range(cells: Sequence[Cell | None], silent: int) -> Range | None:
    """Where a goal's mean could lie had `silent` more people rated it.

    Source: worst-case bounds for missing answers (Manski, Partial Identification of
    Probability Distributions, 2003, chapter 1): all of them lowest, or all highest.
    """
    return _bounds(cells, silent=silent)


def combine(cells: Sequence[Cell | None]) -> Histogram | None:
    """The forum's histogram of a goal: the sum of its atoms, only if every one is in full."""
    full = [cell for cell in cells if isinstance(cell, Histogram)]
    if not full or len(full) < len(cells):
        return None
    return Histogram(
        counts=tuple(sum(level) for level in zip(*(cell.counts for cell in full), strict=True)),
        no_answer=sum(cell.no_answer for cell in full),
    )


def pillar_mean(figures: Sequence[Figure | None]) -> Figure | None:
    """A pillar's mean: the unweighted mean of the means that its goals have.

    Source: the arithmetic mean; each goal counts alike, however many rated it. A range if one
    of them is (Moore, Kearfott & Cloud, Introduction to Interval Analysis, 2009, chapter 2).
    """
    known = [figure for figure in figures if figure is not None]
    if not known:
        return None
    numbers = [figure.value for figure in known if isinstance(figure, Number)]
    if len(numbers) == len(known):
        return Number(fmean(numbers))
    ranges = [figure for figure in known if isinstance(figure, Range)]
    return Range(
        low=fmean(numbers + [figure.low for figure in ranges]),
        high=fmean(numbers + [figure.high for figure in ranges]),
    )


def spread(histogram: Histogram) -> float:
    """The standard deviation of a goal's ratings, divisor n.

    Source: the population standard deviation; those who answered are all that is described.
    """
    return sqrt(_variance(histogram))


def agreement(*histograms: Histogram) -> float:
    """r*wg of one goal or several: 1 = all alike, 0 = as if every level were as likely.

    Source: Lindell, Brandt & Whitney, Applied Psychological Measurement 23 (1999) 127-135:
    1 - (mean variance of the items) / σ², where σ² = (A² - 1) / 12 on A levels. The divisor of
    the variance is n, as in `spread`, so that the two say the same; software for samples of
    raters divides by n - 1.
    """
    levels = histograms[0].levels
    return float(1 - mean(map(_variance, histograms)) / Fraction(levels**2 - 1, 12))


def change(
    before: Cell | None, after: Cell | None, *, invited_before: int, invited_after: int
) -> Change | None:
    """How a goal moved between two rounds; None unless both are shown in full.

    The cells are the whole forum's, from `combine` where it is parted. The goal must be the
    same in both rounds, or joined. The rule is that of `pillar_change`.
    """
    return pillar_change(
        [(before, after)], invited_before=invited_before, invited_after=invited_after
    )


def pillar_change(
    goals: Sequence[tuple[Cell | None, Cell | None]], *, invited_before: int, invited_after: int
) -> Change | None:
    """How a pillar moved; None unless every goal is in both rounds and shown in full in both.

    `goals` holds a pair for each goal of the pillar in either round, with None for a goal that
    the other round did not have. The change is clear if it is at least the largest of

    - 0.3 level on a scale of 5, in proportion on others;
    - 2 / n, two people moving one level each, n being the smallest number of ratings among them;
    - the 95 % half-width of the difference: for a goal by `_half_width`, for a pillar the mean
      of its goals'. Since the same people rate all goals, their errors may all go the same
      way, and the error of a mean is at most the mean of the errors (Minkowski's inequality).
    """
    pairs = [(b, a) for b, a in goals if isinstance(b, Histogram) and isinstance(a, Histogram)]
    if not pairs or len(pairs) < len(goals):
        return None
    levels = {histogram.levels for pair in pairs for histogram in pair}
    if len(levels) > 1:
        return None
    delta = mean(_mean(after) - _mean(before) for before, after in pairs)
    smallest = min(histogram.n for pair in pairs for histogram in pair)
    half_width = fmean(
        _half_width(before, after, invited_before, invited_after) for before, after in pairs
    )
    needed = max(
        Fraction(3, 10) * (levels.pop() - 1) / 4, Fraction(2, smallest), Fraction(half_width)
    )
    return Change(delta=float(delta), clear=abs(delta) >= needed)


def _bounds(cells: Sequence[Cell | None], *, silent: int) -> Range | None:
    """The lowest and the highest mean that the cells and some more ratings allow."""
    shown = [cell for cell in cells if cell is not None and not isinstance(cell, Withheld)]
    if not shown or len(shown) < len(cells):
        return None
    n = sum(cell.n for cell in shown) + silent
    low = silent + sum(_sums(cell)[0] for cell in shown)
    high = silent * shown[0].levels + sum(_sums(cell)[1] for cell in shown)
    return Range(low / n, high / n)


def _sums(cell: Histogram | NearlyAll) -> tuple[int, int]:
    """The lowest and the highest sum of levels that a cell allows."""
    if isinstance(cell, Histogram):
        total = sum(level * count for level, count in enumerate(cell.counts, start=1))
        return total, total
    lowest, highest = cell.span
    others = strays(cell.n)
    alike = cell.n - others
    return alike * lowest + others, alike * highest + others * cell.levels


def _mean(histogram: Histogram) -> Fraction:
    """The exact mean, so that no limit is decided by binary rounding."""
    return Fraction(_sums(histogram)[0], histogram.n)


def _variance(histogram: Histogram) -> Fraction:
    """The mean squared distance from the mean, exactly."""
    centre = _mean(histogram)
    squares = (
        count * (level - centre) ** 2 for level, count in enumerate(histogram.counts, start=1)
    )
    return sum(squares, Fraction(0)) / histogram.n


def _half_width(
    before: Histogram, after: Histogram, invited_before: int, invited_after: int
) -> float:
    """The 95 % half-width of the difference of two means from finite populations.

    Source: Cochran, Sampling Techniques, 3rd ed. 1977, chapter 2: (1 - n/N) s²/n for each round,
    added as for independent rounds (people who answer alike both times make the truth smaller),
    times Student's t, as small samples need, with the degrees of freedom of the smaller round:
    never narrower than Welch's.
    """
    variance = _error(before, invited_before) + _error(after, invited_after)
    return _student(min(before.n, after.n) - 1) * sqrt(variance)


def _error(histogram: Histogram, invited: int) -> Fraction:
    """The squared standard error of a mean of n out of N; none if everybody answered."""
    n = histogram.n
    if n > invited:
        raise ValueError(f"{n} ratings of {invited} invited")
    return (1 - Fraction(n, invited)) * _variance(histogram) / (n - 1)


def _student(degrees: int) -> float:
    """The 97.5 % point of Student's t, from 4 degrees of freedom within 0.001.

    Source: Abramowitz & Stegun, Handbook of Mathematical Functions, 1964, 26.7.5, at z = 1.95996.
    """
    terms = (1.95996, 2.37227, 2.82250, 2.55585, 1.58953)
    return sum(term / float(degrees) ** power for power, term in enumerate(terms))
