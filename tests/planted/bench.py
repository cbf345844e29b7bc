"""A copy of the portal in which faults are planted one at a time, and what its tests say of each."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tests.planted.plant import POSTGRESQL, SQLITE, Plant, plain

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "var" / "planted"
"""Always here, so that the kept test database of before is used again; nothing of it is the tree's own."""
LINKED = (".venv", "node_modules", "static/vendor")
PATIENCE_S = 900
FAILED, PASSED, NOT_RUN = "failed", "passed", "not run"
MADE_BY_US = ("var",)


def lay(bench: Path = BENCH) -> Path:
    """The files of the tree as they are now, in a folder of their own; what was installed is linked."""
    for path in bench.iterdir() if bench.exists() else ():
        if path.name not in MADE_BY_US:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(asked, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    for name in filter(None, listed):
        source = ROOT / name
        if source.is_file() and name not in LINKED:
            (bench / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, bench / name)
    for name in LINKED:
        (bench / name).symlink_to((ROOT / name).resolve())
    return bench


@dataclass(frozen=True)
class Outcome:
    """What became of each test, by its name as it was given; ``said``: how what each failed on begins."""

    ends: dict[str, str]
    said: str = ""

    def ended(self, *ends: str) -> list[str]:
        return [test for test, end in self.ends.items() if end in ends]


def tried(tests: Iterable[str], bench: Path, database: str) -> Outcome:
    """What the tests say in the bench as it stands: failed where any of a test's cases did, and not for want of its scene."""
    wanted, report = list(dict.fromkeys(tests)), bench / "var" / "report.xml"
    report.parent.mkdir(exist_ok=True)
    report.unlink(missing_ok=True)
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junit-xml={report}"]
    with _sound_database_kept(bench / "var"):
        printed = _run(["nice", "-n", "10", *pytest, *wanted], bench, database)
    if not report.exists():
        return Outcome(dict.fromkeys(wanted, NOT_RUN), printed[-2000:])
    return read(report, wanted)


@contextlib.contextmanager
def _sound_database_kept(var: Path) -> Iterator[None]:
    """A context after which the kept test database of the sound portal is there still, whatever a planted model made anew."""
    kept, aside = var / "test", var / "aside"
    aside.mkdir(exist_ok=True)
    for path in kept.glob("*.sqlite3"):
        (aside / path.name).unlink(missing_ok=True)
        (aside / path.name).hardlink_to(path)
    yield
    for path in aside.iterdir():
        if not (kept / path.name).exists():
            (kept / path.name).hardlink_to(path)
        path.unlink()


def _run(command: list[str], bench: Path, database: str) -> str:
    """What it printed; whatever it began ends with it."""
    process = subprocess.Popen(
        command,
        cwd=bench,
        env=_environment(database),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        printed, _ = process.communicate(timeout=PATIENCE_S)
        return printed.decode(errors="replace")
    except subprocess.TimeoutExpired:
        return "It did not end."
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def read(report: Path, wanted: Sequence[str]) -> Outcome:
    """The outcome, as pytest's report in XML tells it."""
    cases: dict[str, list[str]] = defaultdict(list)
    said = []
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('classname').replace('.', '/')}/{case.get('name')}"
        end = next((each.tag for each in case if each.tag in ("failure", "error", "skipped")), "")
        cases[name].append({"": PASSED, "failure": FAILED}.get(end, NOT_RUN))
        said += [
            " ".join((each.get("message") or "").split())[:300] for each in case if each.tag in ("failure", "error")
        ]
    ends = {}
    for test in wanted:
        inside = test.replace(".py::", "/").replace("::", "/")
        ends[test] = _together([end for name, found in cases.items() if _is_case(name, inside) for end in found])
    return Outcome(ends, "; ".join(dict.fromkeys(said)))


def _is_case(name: str, test: str) -> bool:
    return name == test or (not test.endswith("]") and name.partition("[")[0] == test)


def _together(ends: list[str]) -> str:
    return FAILED if FAILED in ends else PASSED if PASSED in ends else NOT_RUN


def _environment(database: str) -> dict[str, str]:
    """The database of the plants; SQLite is what the tests take by themselves."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("QCF_", "PORTAL_"))}
    if database == SQLITE:
        kept.pop("DATABASE_URL", None)
    return kept


def databases() -> set[str]:
    """On which plants can be tried here."""
    return {SQLITE} | ({POSTGRESQL} if os.environ.get("DATABASE_URL", "").startswith("postgres") else set())


def unsound(plants: Iterable[Plant], bench: Path) -> set[str]:
    """The tests of the plants that do not pass without any: what they say of a plant says nothing."""
    asked: dict[str, list[str]] = defaultdict(list)
    for plant in plants:
        asked[plant.on] += plant.tests
    return {test for database, tests in asked.items() for test in tried(tests, bench, database).ended(FAILED, NOT_RUN)}


__all__ = ["BENCH", "Outcome", "databases", "lay", "plain", "tried", "unsound"]
