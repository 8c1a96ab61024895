"""Makes tests/results/oracle.json: figures computed by others, for ours to be checked against.

Run by hand when a formula is added, in an environment that is thrown away afterwards; numpy and
scipy are not dependencies of the product:

    python -m venv oracle-venv
    oracle-venv/bin/pip install numpy scipy
    oracle-venv/bin/python tools/oracle.py

It works from lists of single ratings with numpy's mean, std and var and scipy's t distribution,
never from counts, and finds ranges by trying every possibility. It imports nothing of ours.
"""

import json
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

TARGET = Path(__file__).parent.parent / "tests" / "results" / "oracle.json"
Row = dict[str, Any]
RANDOM = np.random.default_rng(1995)


def draw(levels: int, n: int) -> np.ndarray:
    """Ratings of n people that lean to one side of the scale or another."""
    weights = RANDOM.dirichlet(np.ones(levels))
    return RANDOM.choice(np.arange(1, levels + 1), size=n, p=weights)


def counts(ratings: np.ndarray, levels: int) -> list[int]:
    return [int(np.sum(ratings == level)) for level in range(1, levels + 1)]


def goals() -> list[Row]:
    found: list[Row] = []
    for levels in range(2, 8):
        for n in (5, 6, 9, 11, 24, 36):
            ratings = draw(levels, n)
            uniform = np.var(np.arange(1, levels + 1))
            low, high = np.append(ratings, [1, 1, 1]), np.append(ratings, [levels] * 3)
            found.append(
                {
                    "counts": counts(ratings, levels),
                    "mean": float(np.mean(ratings)),
                    "spread": float(np.std(ratings)),
                    "agreement": float(1 - np.var(ratings) / uniform),
                    "agreement_of_a_sample": float(1 - np.var(ratings, ddof=1) / uniform),
                    "with_three_silent": [float(np.mean(low)), float(np.mean(high))],
                }
            )
    return found


def several_goals() -> list[Row]:
    found: list[Row] = []
    for levels in (4, 5, 7):
        items = [draw(levels, 11) for _ in range(5)]
        variance = np.mean(np.var(np.array(items), axis=1))
        found.append(
            {
                "counts": [counts(item, levels) for item in items],
                "agreement": float(1 - variance / np.var(np.arange(1, levels + 1))),
                "pillar_mean": float(np.mean(np.mean(np.array(items), axis=1))),
                "forum_mean": float(np.mean(np.concatenate(items))),
            }
        )
    return found


def ranges() -> list[Row]:
    """Lowest and highest mean of all sets of ratings where one level has all but a few."""
    found: list[Row] = []
    for levels in range(2, 8):
        for n in (5, 9, 11, 20):
            means: dict[str, list[float]] = {}
            strays = max(1, n // 10)
            for level in range(1, levels + 1):
                side = "upper" if level > np.mean(np.arange(1, levels + 1)) else "lower"
                where = side if levels > 3 else "same"
                for rest in combinations_with_replacement(range(1, levels + 1), strays):
                    ratings = np.array([level] * (n - strays) + list(rest))
                    means.setdefault(where, []).append(float(np.mean(ratings)))
            found += [
                {"where": where, "n": n, "levels": levels, "range": [min(all_), max(all_)]}
                for where, all_ in means.items()
            ]
    return found


def changes() -> list[Row]:
    found: list[Row] = []
    for levels in (2, 3, 4, 5, 7):
        for n_before, n_after, invited in ((5, 6, 8), (9, 9, 11), (11, 11, 11), (24, 30, 36)):
            before, after = draw(levels, n_before), draw(levels, n_after)
            error = (1 - n_before / invited) * np.var(before, ddof=1) / n_before
            error += (1 - n_after / (invited + 1)) * np.var(after, ddof=1) / n_after
            student = stats.t.ppf(0.975, min(n_before, n_after) - 1)
            delta = float(np.mean(after) - np.mean(before))
            half_width = float(student * np.sqrt(error))
            needed = max(0.3 * (levels - 1) / 4, 2 / min(n_before, n_after), half_width)
            found.append(
                {
                    "before": counts(before, levels),
                    "after": counts(after, levels),
                    "invited": [invited, invited + 1],
                    "delta": delta,
                    "half_width": half_width,
                    "clear": bool(abs(delta) >= needed),
                }
            )
    return found


def students() -> list[list[float]]:
    return [[degrees, float(stats.t.ppf(0.975, degrees))] for degrees in range(4, 60)]


if __name__ == "__main__":
    figures: dict[str, list[Any]] = {
        "goals": goals(),
        "several_goals": several_goals(),
        "ranges": ranges(),
        "changes": changes(),
        "student": students(),
    }
    lines = [
        f'"{name}": [\n' + ",\n".join(json.dumps(row) for row in rows) + "\n]"
        for name, rows in figures.items()
    ]
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
