"""One clock: nothing of the product asks the machine what time it is, but the clock; no page asks the browser."""

import ast
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from common import clock
from common.periods import Quarter

ROOT = Path(settings.BASE_DIR)
ROOMS = sorted({path.parent for path in ROOT.glob("*/__init__.py")} - {ROOT / "tests", ROOT / "benchmarks"})
MODULES = sorted(
    path
    for room in ROOMS
    for path in room.rglob("*.py")
    if path.parent.name != "migrations" and path != Path(clock.__file__)
)

MOMENTS = {
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "django.db.models.functions.Now",
    "django.utils.timezone.now",
    "time.ctime",
    "time.gmtime",
    "time.localtime",
    "time.strftime",
    "time.time",
    "time.time_ns",
}
OF_NOTHING = {"django.utils.timezone.localdate", "django.utils.timezone.localtime"}
"""Called without an argument they mean this moment."""

BROWSERS = (
    r"\bDate\(\s*\)|\.get(?:UTC)?(?:Date|Day|FullYear|Hours|Minutes|Month)\(|toLocale(?:Date|Time)|DateTimeFormat"
)
"""A moment as the browser's machine and zone have it; Date.now(), which only orders and prunes, shows nothing."""


def moments(source: str) -> list[str]:
    """The lines in which a module asks the machine for the moment, each with what it asks."""
    return [f"{line}: {what}" for line, what in sorted(_asked(ast.parse(source)))]


def _asked(tree: ast.Module) -> Iterator[tuple[int, str]]:
    names = dict(_imported(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in ("auto_now", "auto_now_add"):
            yield node.value.lineno, node.arg
        elif isinstance(node, (ast.Name, ast.Attribute)) and _meant(node, names) in MOMENTS:
            yield node.lineno, _meant(node, names)
        elif isinstance(node, ast.Call) and not node.args + node.keywords and _meant(node.func, names) in OF_NOTHING:
            yield node.lineno, _meant(node.func, names)


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """What each imported name stands for, with its module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((each.asname, each.name) for each in node.names if each.asname)
        elif isinstance(node, ast.ImportFrom):
            yield from ((each.asname or each.name, f"{node.module}.{each.name}") for each in node.names)


def _meant(node: ast.expr, names: dict[str, str]) -> str:
    """The full name of what an expression names; '' when it names nothing."""
    if isinstance(node, ast.Attribute):
        owner = _meant(node.value, names)
        return f"{owner}.{node.attr}" if owner else ""
    return names.get(node.id, node.id) if isinstance(node, ast.Name) else ""


def found_in(paths, pattern: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {found}" for path in paths for found in re.findall(pattern, path.read_text("utf-8"))
    ]


def test_only_the_clock_asks_the_machine():
    assert len(MODULES) > 300
    asking = {str(path.relative_to(ROOT)): moments(path.read_text("utf-8")) for path in MODULES}
    assert {path: lines for path, lines in asking.items() if lines} == {}


@pytest.mark.parametrize(
    "planted",
    [
        "at = models.DateTimeField(auto_now_add=True)",
        "at = models.DateTimeField(auto_now=True)",
        "from django.utils import timezone\nat = models.DateTimeField(default=timezone.now)",
        "from django.utils import timezone as tz\ntz.localtime().date()",
        "from django.utils.timezone import localdate\nlocaldate()",
        "import datetime\ndatetime.datetime.now(datetime.UTC)",
        "from datetime import datetime as moment\nmoment.utcnow()",
        "from datetime import date\ndate.today()",
        "def used():\n    from time import time\n    return time()",
        "import time\ntime.strftime('%Y')",
        "from django.db.models.functions import Now\nrows.update(at=Now())",
    ],
)
def test_planted_moment_is_found(planted):
    assert len(moments(planted)) == 1


def test_converting_and_measuring_are_no_moments():
    assert not moments(
        "import time\nfrom django.utils import timezone\ntimezone.localtime(row.at)\ntime.monotonic()\ntime.sleep(1)"
    )


def test_templates_are_told_the_moment():
    assert found_in((ROOT / "templates").rglob("*.html"), r"{%\s*now\b[^%]*%}") == []


def test_no_script_shows_the_moment_of_the_browser():
    assert found_in((ROOT / "static" / "js").rglob("*.js"), BROWSERS) == []


def test_portal_on_another_day_goes_on_measuring(settings):
    settings.PORTAL_TODAY = date(2019, 4, 8)
    assert clock.now().date() == clock.today() == date(2019, 4, 8)
    assert abs(clock.real_now() - timezone.now()) < timedelta(minutes=1)


def test_story_stands_on_its_own_day_and_leaves_no_trace():
    with clock.standing_on(date(2018, 7, 20), 15):
        assert clock.now().date() == date(2018, 7, 20) and clock.now().hour == 15
    assert clock.today() == timezone.localdate()


@pytest.mark.parametrize(
    ("moment", "quarter"),
    [("2026-03-31T15:59:59Z", "2026Q1"), ("2026-03-31T16:00:00Z", "2026Q2"), ("2026-03-31T16:30:00Z", "2026Q2")],
)
def test_quarter_turns_at_midnight_in_shanghai(moment, quarter, settings, monkeypatch):
    settings.PORTAL_TODAY = None
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime.fromisoformat(moment))
    assert str(Quarter.containing(clock.today())) == quarter
