"""Writes static/css/site.css, the one style sheet a page asks for: what we use of Bootstrap, then
our own sheets. --check says whether it is up to date.

Bootstrap's own file lies untouched in styles/. Of it we carry the rules for bare elements and for
the classes that occur in our templates, scripts, forms and style sheets, and in crispy's field
templates. The standard library does it all.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tools import bootstrap
from tools.bootstrap import ROOT

BOOTSTRAP = ROOT / "styles" / "bootstrap" / "bootstrap.min.css"
# In this order: what comes later overrules.
OWN = tuple(
    ROOT / "static" / "css" / f"{name}.css"
    for name in ("plf", "rating", "house", "special", "dashboards")
)
SITE = ROOT / "static" / "css" / "site.css"
# Crispy's layouts that do nothing without Bootstrap's script, which we do not carry.
SCRIPTED = {"accordion.html", "accordion-group.html", "alert.html", "modal.html", "tab.html"}
APPS = ("accounts", "assessments", "dashboards", "forums", "plf")

WORD = re.compile(r"[A-Za-z][\w-]*")
CLASS = re.compile(r"\.([A-Za-z][\w-]*)")
BANNER = re.compile(r"/\*!.*?\*/", re.DOTALL)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
ATTRIBUTE = re.compile(r"""\bclass(?:Name)?\s*=\s*(?:"([^"]*)"|'([^']*)')""")
QUOTED = re.compile(r'"([^"\n]*)"')
# Strings are left alone when the space around punctuation goes.
TIGHT = re.compile(r"""("[^"]*"|'[^']*')|\s*([{};,])\s*|(\s+)""")
DECLARED = re.compile(r"(?:^|;)\s*(--[\w-]+):")
USED = re.compile(r"var\((--[\w-]+)")


def classes(css: str) -> set[str]:
    return set(CLASS.findall(css))


def mentioned() -> set[str]:
    """Every word that may be a class of a page: in a class attribute, in a form, in our CSS."""
    words: set[str] = set()
    for path in markup():
        text = path.read_text("utf-8")
        for found in ATTRIBUTE.finditer(text):
            words |= set(WORD.findall(found[1] or found[2] or ""))
    for path in python():
        for quoted in QUOTED.findall(path.read_text("utf-8")):
            words |= {word for word in WORD.findall(quoted) if "-" in word}
    for path in OWN:
        words |= classes(COMMENT.sub("", path.read_text("utf-8")))
    return words


def markup() -> Iterator[Path]:
    """Our templates and scripts, and those of crispy's templates that need no script."""
    yield from (ROOT / "templates").rglob("*.html")
    yield from scripts()
    crispy = importlib.util.find_spec("crispy_bootstrap5")
    if crispy is None or crispy.origin is None:
        raise SystemExit("crispy-bootstrap5 er ikke installeret.")
    for path in (Path(crispy.origin).parent / "templates").rglob("*.html"):
        if path.name not in SCRIPTED and "tab-link" not in path.name:
            yield path


def scripts() -> Iterator[Path]:
    yield from (ROOT / "static" / "js").glob("*.js")


def python() -> Iterator[Path]:
    for app in APPS:
        yield from (ROOT / app).rglob("*.py")


# --- reading a style sheet ------------------------------------------------------------------------


def rules(css: str) -> Iterator[tuple[str, str]]:
    """Each rule at the top of a style sheet: what stands before its brace, and inside it."""
    depth = start = opened = 0
    for place, sign in enumerate(css):
        if sign == "{":
            opened = place if depth == 0 else opened
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0:
                yield css[start:opened].strip(), css[opened + 1 : place]
                start = place + 1


def selectors(head: str) -> list[str]:
    """Split at the commas that stand in no parenthesis."""
    return [part.strip() for part in re.split(r",(?![^(]*\))", head)]


def kept(selector: str, used: set[str]) -> bool:
    """Whether it can meet anything on a page: what it says not to be does not count."""
    if "[data-bs-" in selector:
        return False
    return classes(re.sub(r":not\([^)]*\)", "", selector)) <= used


def pruned(css: str, used: set[str]) -> str:
    """The rules that can meet something on a page."""
    parts = []
    for head, body in rules(css):
        if head.startswith(("@media", "@supports")):
            inside = pruned(body, used)
            parts += [f"{head}{{{inside}}}"] if inside else []
        elif head.startswith("@"):
            parts.append(f"{head}{{{body}}}")
        elif left := [one for one in selectors(head) if kept(one, used)]:
            parts.append(f"{','.join(left)}{{{body}}}")
    return "".join(parts)


def without_idle(css: str, also: str) -> str:
    """Without custom properties that nothing asks for, and movements that nothing makes."""
    while True:
        asked = set(USED.findall(css)) | set(USED.findall(also))
        left = "".join(_spared(css, asked))
        if left == css:
            return css
        css = left


def _spared(css: str, asked: set[str]) -> Iterator[str]:
    for head, body in rules(css):
        if head.startswith(("@media", "@supports")):
            inside = "".join(_spared(body, asked))
        elif head.startswith("@"):
            name = head.rpartition(" ")[2]
            inside = body if re.search(rf"animation[\w-]*:[^;}}]*\b{name}\b", css) else ""
        else:
            inside = ";".join(part for part in declarations(body) if _is_asked(part, asked))
        if inside:
            yield f"{head}{{{inside}}}"


def declarations(body: str) -> list[str]:
    """Split at the semicolons that stand in no quotation marks or parenthesis."""
    return re.findall(r"""(?:[^;"'(]|"[^"]*"|'[^']*'|\((?:[^()]|\([^()]*\))*\))+""", body)


def _is_asked(declaration: str, asked: set[str]) -> bool:
    name = DECLARED.match(declaration)
    return name is None or name[1] in asked


# --- the one style sheet --------------------------------------------------------------------------


def tight(css: str) -> str:
    """The same without comments and idle space."""

    def said(found: re.Match[str]) -> str:
        return found[1] or found[2] or " "

    return TIGHT.sub(said, COMMENT.sub("", css)).replace(";}", "}").strip()


def site() -> str:
    """What static/css/site.css should say."""
    bootstrap = BOOTSTRAP.read_text("utf-8")
    own = "".join(tight(path.read_text("utf-8")) for path in OWN)
    banner = BANNER.search(bootstrap)
    plain = COMMENT.sub("", bootstrap).replace('@charset "UTF-8";', "")
    carried = without_idle(pruned(plain, mentioned()), own)
    title = "/* Written by `make css` from styles/ and the files beside this one: change those. */"
    return f'@charset "UTF-8";\n{banner[0] if banner else ""}\n{title}\n{carried}\n{own}\n'


def main() -> int:
    bootstrap.enter("tools.styles", dev=False)
    wanted = site()
    if "--check" in sys.argv:
        if SITE.exists() and SITE.read_text("utf-8") == wanted:
            return 0
        sys.exit(f"{SITE.relative_to(ROOT)} er ikke bygget af det, der er nu: kør make css")
    SITE.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
