"""The plan in force on this installation."""

import csv
import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from acceptance.models import PlanVersion
from acceptance.rules.plan import Plan
from acceptance.rules.planfile import PlanError, parse

_PLANS = Path(__file__).parent / "plans"
_CITED = re.compile(r'^clause\s*=\s*"([^"]*)"', re.MULTILINE)


def load(path: Path) -> Plan:
    """The plan in the file; PlanError when it is missing, unreadable, or cannot be right.

    Beside the file stand the plan's own text and its numbered clauses; a plan elsewhere is checked against ours.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError(f"方案文件 {path} 无法读取：{error}") from None
    try:
        return parse(text, clauses=_clauses(path.parent), wording=_wording(path.parent))
    except PlanError as error:
        raise PlanError(f"方案文件 {path.name} {error}") from None


def _beside(folder: Path, name: str) -> Path:
    return folder / name if (folder / name).exists() else _PLANS / name


def _clauses(folder: Path) -> list[str]:
    return list(_places(folder))


_PLACE = re.compile(r"([一二三四五六七八九十]+)\(([一二三四五六七八九十]+)\)(\d*)")


def cited(clause: str) -> str:
    """Where a clause stands, as the plan's readers cite it: 第二部分（三）4; KeyError for a clause that is not there."""
    return _PLACE.sub(r"第\1部分（\2）\3", _places(Path(settings.PLAN_FILE).parent)[clause])


@lru_cache(maxsize=4)
def _places(folder: Path) -> dict[str, str]:
    """The place in the plan's text of each numbered clause."""
    with _beside(folder, "plan_clauses.csv").open(encoding="utf-8-sig", newline="") as rows:
        return {row["id"]: row["clause"] for row in csv.DictReader(rows)}


def _wording(folder: Path) -> str:
    return _beside(folder, "实施方案.txt").read_text(encoding="utf-8")


@lru_cache(maxsize=4)
def _loaded(path: Path) -> Plan:
    return load(path)


def current() -> Plan:
    """The plan that the settings name, read once."""
    return _loaded(Path(settings.PLAN_FILE))


def by_digest(digest: str) -> Plan:
    """The plan that has the digest: the one in force, or as it was stored when it was judged by."""
    plan = current()
    return plan if plan.digest == digest else _stored(digest)


@lru_cache(maxsize=8)
def _stored(digest: str) -> Plan:
    return plan_of(PlanVersion.objects.get(digest=digest).text)


def plan_of(text: str) -> Plan:
    """The plan that a stored text writes; it was held against the plan's words and clauses when it was taken up."""
    return parse(text, clauses=_CITED.findall(text), wording=text)


def version(plan: Plan) -> PlanVersion:
    """The stored version of a plan, with its full text, so that an old verdict can be read by the plan of its time."""
    return PlanVersion.objects.get_or_create(digest=plan.digest, defaults={"key": plan.key, "text": plan.text})[0]
