"""By which terms returns are checked: as declared, until the bureau sets others; and what a submission was checked by."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts import audit
from accounts.posts import Power
from areas.models import Area
from common.exceptions import Refused, Stale
from common.periods import Quarter
from returns.checks import BY_CODE, CHECKS, DECLARED, EDITABLE, LABELS, FigureCheck, Level, Terms, Using
from returns.models import Checking, CheckTerms, Return, ReturnMove
from workflow.engine import fitting


def set_in(county: str) -> dict[str, CheckTerms]:
    """The latest terms that the bureau has set, by check; one query."""
    return {row.code: row for row in CheckTerms.objects.filter(county=county).order_by("number")}


def using(county: str, quarter: Quarter) -> Using:
    """By what a return of the quarter is checked now."""
    return Using(quarter, DECLARED | {code: _terms(row) for code, row in set_in(county).items() if code in BY_CODE})


def _terms(row: CheckTerms) -> Terms:
    return Terms(row.bound, row.blocks_from)


def used_on(quarterly_return: Return) -> Using:
    """By what the return is checked: what it was checked by when it was submitted; while it can still change, what holds now.

    What a data package brought in was never checked by terms, so that what holds now counts for it too.
    """
    kept = None if quarterly_return.is_with_township else kept_of(quarterly_return)
    return _as_kept(quarterly_return, kept) if kept else using(quarterly_return.county, quarterly_return.quarter)


def kept_of(quarterly_return: Return) -> Checking | None:
    """What was kept at the latest submission of the return; None for one that a data package brought in."""
    return Checking.objects.filter(move__quarterly_return=quarterly_return).order_by("pk").last()


def _as_kept(quarterly_return: Return, kept: Checking) -> Using:
    said = {code: Terms(each["bound"], each["blocks_from"]) for code, each in kept.terms.items()}
    return Using(quarterly_return.quarter, DECLARED | said)


def keep(step: ReturnMove, applied: Using, found: Iterable[dict]) -> Checking:
    """Keep what the submission was checked by, and what was found; in the transaction of the step."""
    terms = {
        check.code: vars(applied.terms[check.code])
        | {"level": check.level_in(applied.quarter, applied.terms[check.code])}
        for check in CHECKS
    }
    return Checking.objects.create(move=step, terms=terms, found=list(found))


@transaction.atomic
def set_terms(*, county: Area, code: str, bound: int, blocks_from: str, reason: str, number: int, by) -> CheckTerms:
    """Set new terms of a check: its bound, or the quarter from which it blocks; earlier terms stay with their dates.

    ``number`` is that of the terms which the page showed (0: as declared); Stale when they are no longer
    the latest. Refused when nothing would change, a value cannot be, or the reason is missing. Returns
    that are submitted already stay with the terms by which they were.
    """
    if not by.may(Power.SET_CHECKS) or not by.scope.holds(county.code):
        raise PermissionDenied("您的岗位不能修改核对口径。")
    check = _editable(code)
    _require_sound(check, bound, blocks_from)
    reason = _require_reason(reason)
    latest = set_in(county.code).get(code)
    before = _terms(latest) if latest else check.terms
    if number != (latest.number if latest else 0):
        raise Stale(f"“{check.name}”的口径刚被他人修改，未保存：请核对现在的口径后修改。")
    if before == Terms(bound, blocks_from):
        raise Refused("口径无变化，未保存。")
    row = _added(county.code, check, number + 1, Terms(bound, blocks_from), reason, by)
    detail = {
        "bound": [before.bound, bound],
        "blocks_from": [before.blocks_from, blocks_from],
        "check": check.name,
        "reason": reason,
    }
    audit.record(action="check.set_terms", by=by, subject=county, detail=detail)
    return row


def _editable(code: str) -> FigureCheck:
    found = next((check for check in EDITABLE if check.code == code), None)
    if found is None:
        raise Refused("没有该项规则，或该项规则不能修改，请从列表中选择。")
    return found


def _require_sound(check: FigureCheck, bound: int, blocks_from: str) -> None:
    limit = check.bound
    if not limit.least <= bound <= limit.most:
        raise Refused(f"界限应在 {limit.least} 至 {limit.most} {limit.unit}之间，您填的是 {bound}。")
    if blocks_from:
        try:
            Quarter.parse(blocks_from)
        except ValueError:
            raise Refused(f"“{blocks_from}”不是季度：应写作 2019Q1 的形式，或者留空。") from None


def _require_reason(reason: str) -> str:
    reason = fitting(" ".join(reason.split()))
    if not reason:
        raise Refused("修改口径必须写明原因。")
    return reason


def _added(county: str, check: FigureCheck, number: int, terms: Terms, reason: str, by) -> CheckTerms:
    given = {"county": county, "code": check.code, "number": number, "reason": reason, "by": by}
    try:
        with transaction.atomic():
            return CheckTerms.objects.create(bound=terms.bound, blocks_from=terms.blocks_from, **given)
    except IntegrityError:
        raise Stale(f"“{check.name}”的口径刚被他人修改，未保存：请核对现在的口径后修改。") from None


@dataclass(frozen=True)
class CheckShown:
    """A check with the terms that hold, and those before them from the latest back."""

    check: FigureCheck
    terms: Terms
    number: int
    past: list[CheckTerms]

    @property
    def level(self) -> str:
        return LABELS[self.check.level]

    @property
    def is_error(self) -> bool:
        return self.check.level == Level.ERROR


def shown_checks(county: str) -> list[CheckShown]:
    """Every check as it stands in the county, for the page of bounds; one query."""
    rows: dict[str, list[CheckTerms]] = {}
    for row in CheckTerms.objects.filter(county=county).select_related("by").order_by("-number"):
        rows.setdefault(row.code, []).append(row)
    return [_shown(check, rows.get(check.code, [])) for check in CHECKS]


def _shown(check: FigureCheck, past: list[CheckTerms]) -> CheckShown:
    return CheckShown(check, _terms(past[0]) if past else check.terms, past[0].number if past else 0, past)
