"""The bounds of the checks: as declared, until the bureau sets others; earlier ones stay with their dates."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts import audit
from accounts.posts import Power
from areas.models import Area
from common.exceptions import Refused, Stale
from findings.declared import BY_CODE, CHECKS
from findings.models import FindingTerms
from findings.vocabulary import FindingCheck
from workflow.engine import fitting


def bounds(county: str) -> dict[str, int]:
    """By which bound each check looks now, 0 where it has none; one query."""
    rows = FindingTerms.objects.filter(county=county).order_by("number").values_list("code", "bound")
    return {check.code: check.bound.default if check.bound else 0 for check in CHECKS} | dict(rows)


@transaction.atomic
def set_bound(*, county: Area, code: str, bound: int, reason: str, number: int, by) -> FindingTerms:
    """Set another bound of a check; the next survey looks by it.

    ``number`` is that of the bound which the page showed (0: as declared); Stale when it is no longer the latest.
    Refused when nothing would change, the value cannot be, or the reason is missing.
    """
    if not by.may(Power.SET_CHECKS) or not by.scope.holds(county.code):
        raise PermissionDenied("您的岗位不能修改问题界限。")
    check = _require_sound(code, bound)
    reason = fitting(" ".join(reason.split()))
    if not reason:
        raise Refused("修改界限必须写明原因。")
    latest = FindingTerms.objects.filter(county=county.code, code=code).order_by("number").last()
    before = latest.bound if latest else check.bound.default
    if number != (latest.number if latest else 0):
        raise Stale(_overtaken(check))
    if before == bound:
        raise Refused("界限没有变化，未保存。")
    row = _added(county.code, check, number + 1, bound, reason, by)
    detail = {"bound": [before, bound], "check": check.name, "reason": reason}
    audit.record(action="finding.set_bound", by=by, subject=county, detail=detail)
    return row


def _require_sound(code: str, bound: int) -> FindingCheck:
    check = BY_CODE.get(code)
    if check is None or check.bound is None:
        raise Refused("没有该可以修改界限的问题，请从列表中选择。")
    if not check.bound.least <= bound <= check.bound.most:
        raise Refused(f"界限应在 {check.bound.least} 至 {check.bound.most} {check.bound.unit}之间，您填的是 {bound}。")
    return check


def _overtaken(check: FindingCheck) -> str:
    return f"“{check.name}”的界限刚被他人修改，未保存：请核对现在的界限后再改。"


def _added(county: str, check: FindingCheck, number: int, bound: int, reason: str, by) -> FindingTerms:
    given = {"county": county, "code": check.code, "number": number, "bound": bound, "reason": reason, "by": by}
    try:
        with transaction.atomic():
            return FindingTerms.objects.create(**given)
    except IntegrityError:
        raise Stale(_overtaken(check)) from None


@dataclass(frozen=True)
class BoundShown:
    """A check with the bound that holds, and those before it from the latest back."""

    check: FindingCheck
    bound: int
    number: int
    past: list[FindingTerms]


def shown_bounds(county: str) -> list[BoundShown]:
    """Every check as it stands in the county, for the page of bounds; one query."""
    rows: dict[str, list[FindingTerms]] = {}
    for row in FindingTerms.objects.filter(county=county).select_related("by").order_by("-number"):
        rows.setdefault(row.code, []).append(row)
    return [_shown(check, rows.get(check.code, [])) for check in CHECKS]


def _shown(check: FindingCheck, past: list[FindingTerms]) -> BoundShown:
    declared = check.bound.default if check.bound else 0
    return BoundShown(check, past[0].bound if past else declared, past[0].number if past else 0, past)
