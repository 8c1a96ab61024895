"""Mozilla's HTTP Observatory as data: what each of its tests takes from or adds to 100 points.

From its public rules (https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring): a
site begins with 100; what is added counts only for one that has at least 90 without it; A+ is 100
and more. Only outcomes that our pages could have are listed.
"""

import re
from collections.abc import Mapping, Sequence
from http.cookies import Morsel

GRADES = ((100, "A+"), (90, "A"), (85, "A-"), (80, "B+"), (70, "B"), (65, "B-"), (60, "C+"))
POINTS = {
    "csp-none-and-no-unsafe": 10,
    "csp-no-unsafe": 5,
    "csp-unsafe-inline": -20,
    "csp-missing": -25,
    "cookies-host-samesite": 5,
    "cookies-secure": 0,
    "cookie-session-without-secure": -40,
    "cookie-session-without-httponly": -30,
    "cors-none": 0,
    "cors-everyone": -50,
    "redirect-to-https": 0,
    "redirect-missing": -20,
    "referrer-private": 5,
    "referrer-unsafe": -5,
    "hsts-six-months": 0,
    "hsts-short": -10,
    "hsts-missing": -20,
    "sri-own-scripts": 0,
    "sri-foreign-scripts": -5,
    "nosniff": 0,
    "nosniff-missing": -5,
    "frames-by-csp": 5,
    "frames-by-header": 0,
    "frames-missing": -20,
    "corp-same-origin": 10,
    "corp-missing": 0,
}
PRIVATE_REFERRERS = {
    "no-referrer",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
}
SIX_MONTHS = 15552000


def directives_of(policy: str) -> dict[str, list[str]]:
    parts = [part.split() for part in policy.split(";") if part.strip()]
    return {name: values for name, *values in parts}


def outcomes(
    headers: Mapping[str, str], cookies: Sequence[Morsel], page: str, redirect: str
) -> list[str]:
    policy = directives_of(headers.get("Content-Security-Policy", ""))
    age = re.search(r"max-age=(\d+)", headers.get("Strict-Transport-Security", ""))
    return [
        _csp(policy),
        _cookies(cookies),
        "cors-everyone" if headers.get("Access-Control-Allow-Origin") == "*" else "cors-none",
        "redirect-to-https" if redirect.startswith("https://") else "redirect-missing",
        "referrer-private"
        if headers.get("Referrer-Policy") in PRIVATE_REFERRERS
        else "referrer-unsafe",
        _hsts(int(age.group(1)) if age else 0),
        "sri-foreign-scripts"
        if re.search(r'<script[^>]+src="https?:', page)
        else "sri-own-scripts",
        "nosniff" if headers.get("X-Content-Type-Options") == "nosniff" else "nosniff-missing",
        _frames(policy, headers),
        "corp-same-origin"
        if headers.get("Cross-Origin-Resource-Policy") == "same-origin"
        else "corp-missing",
    ]


def _csp(policy: dict[str, list[str]]) -> str:
    if not policy:
        return "csp-missing"
    if any("unsafe" in value for values in policy.values() for value in values):
        return "csp-unsafe-inline"
    return "csp-none-and-no-unsafe" if policy["default-src"] == ["'none'"] else "csp-no-unsafe"


def _cookies(cookies: Sequence[Morsel]) -> str:
    if not all(cookie["secure"] for cookie in cookies):
        return "cookie-session-without-secure"
    if not all(cookie["httponly"] for cookie in cookies):
        return "cookie-session-without-httponly"
    ours = all(cookie.key.startswith("__Host-") and cookie["samesite"] for cookie in cookies)
    return "cookies-host-samesite" if ours else "cookies-secure"


def _hsts(age: int) -> str:
    if not age:
        return "hsts-missing"
    return "hsts-six-months" if age >= SIX_MONTHS else "hsts-short"


def _frames(policy: dict[str, list[str]], headers: Mapping[str, str]) -> str:
    if policy.get("frame-ancestors") == ["'none'"]:
        return "frames-by-csp"
    return "frames-by-header" if headers.get("X-Frame-Options") else "frames-missing"


def score(found: Sequence[str]) -> int:
    points = [POINTS[outcome] for outcome in found]
    lost = 100 + sum(point for point in points if point < 0)
    return lost if lost < 90 else lost + sum(point for point in points if point > 0)


def grade(points: int) -> str:
    return next((name for least, name in GRADES if points >= least), "C or less")
