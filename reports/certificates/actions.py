"""Actions on certificates: award, re-check, explain, confirm; each is one transaction with its audit record.

How a title is withdrawn, stands in ``withdrawing``.

Of many simultaneous decisions exactly one wins (``MOVES.advance``), and the loser gets ``Stale``.
"""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from acceptance.plan import by_digest, cited
from areas.models import Area
from common.exceptions import Refused, Stale
from common.periods import Quarter
from inspection.government import require_awardable
from inspection.hands import require_apart
from inspection.models import Unit
from inspection.vocabulary import Hand
from papers.issuing import draw, government
from reports.certificates.models import Certificate, CertificateAction, CertificateMove
from reports.certificates.moves import MOVES, advance


@transaction.atomic
def issue(*, units: Sequence[Unit], on: date, by) -> list[Certificate]:
    """Award the titles that the district government announced: a numbered certificate for each of ``units``, or for none.

    Refused when one of them is not announced by ``on``, or its area is no longer; Stale when one has its certificate.
    """
    chosen = Unit.objects.filter(pk__in=[unit.pk for unit in units]).select_related(
        "area", "report", "frozen__verdict__plan", "submission"
    )
    require_apart(list(chosen), Hand.AWARDING, by)
    issued = []
    for unit in chosen.order_by("area_id"):
        MOVES.permit(CertificateAction.ISSUE, unit.area_id, by)
        require_awardable(unit, on)
        _require_standing(unit, on)
        issued.append(_issue(unit, on, by))
    if len(issued) != len(units):
        raise Stale("部分单位已不在名单内，未颁发任何证书。请核对名单后办理。")
    return issued


def _require_standing(unit: Unit, on: date) -> None:
    if unit.area.valid_to and unit.area.valid_to <= on:
        raise Refused(f"{unit.area.name}自 {unit.area.valid_to} 起已撤并，不能再授牌。")


def _issue(unit: Unit, on: date, by) -> Certificate:
    """Award one title; Stale when its area holds one already.

    The number is drawn before that is asked: until the transaction ends nobody else draws from the series of the title,
    so of two who award at once the second finds the certificate of the first.
    """
    district = Area.objects.get(code=unit.area.county)
    number = draw(code=f"{district.name}{unit.title}", year=on.year)
    if Certificate.objects.filter(unit=unit).exists() or Certificate.objects.standing().filter(area=unit.area).exists():
        raise Stale(f"{unit.area.name}已经授牌，请刷新名单。")
    frozen = unit.frozen
    certificate = Certificate.objects.create(
        number=str(number),
        year=on.year,
        serial=number.serial,
        unit=unit,
        area=unit.area,
        county=unit.area.county,
        kind=unit.kind,
        title=unit.title,
        unit_name=unit.area.name,
        unit_path=_above(unit.area),
        period=unit.report.period,
        standard=_standard(unit),
        plan_digest=frozen.verdict.plan.digest,
        verdict_digest=frozen.digest,
        decision_number=unit.submission.circular_number,
        decided_on=unit.ratified_on,
        issuer=government(district, on).name,
        issued_on=on,
    )
    MOVES.record(MOVES.log(certificate, CertificateAction.ISSUE, "", on=on, by=by))
    return certificate


def _above(area: Area) -> str:
    """The names from the township down to the parent: 源潭镇秀溪村."""
    codes = [code for code in area.ancestor_codes if len(code) > 6]
    names = dict(Area.objects.filter(code__in=codes).values_list("code", "name"))
    return "".join(names[code] for code in codes)


def _standard(unit: Unit) -> str:
    """The plan by which the unit was judged, and its clauses, as the plan's readers cite them."""
    said = unit.frozen.said
    plan = by_digest(said["plan"]["digest"])
    clauses = dict.fromkeys(cited(plan.criteria[row["key"]].source.clause) for row in said["criteria"])
    return f"《{plan.name}》{'、'.join(clauses)}验收标准（试行）"


@transaction.atomic
def recheck(*, certificate: Certificate, version: int, reason: str, on: date, by) -> CertificateMove:
    """Begin to check a title again, for a reason; it stays in force until it is withdrawn."""
    move = MOVES.permit(CertificateAction.RECHECK, certificate.area_id, by)
    return advance(certificate, move, version, on=on, by=by, reason=reason, period=str(last_ended(on)))


@transaction.atomic
def recheck_fallen(
    *, certificate: Certificate, version: int, quarter: Quarter, reason: str, on: date
) -> CertificateMove:
    """The portal begins a re-check, for the approved figures of ``quarter`` fall below the standard (回落)."""
    return advance(
        certificate, MOVES[CertificateAction.RECHECK], version, on=on, by=None, reason=reason, period=str(quarter)
    )


def last_ended(on: date) -> Quarter:
    """The latest quarter that has ended before the day."""
    return Quarter.containing(on).plus(-1)


@transaction.atomic
def explain(*, certificate: Certificate, version: int, reason: str, on: date, by) -> CertificateMove:
    """The township says of a re-check how it came to it, and what is being done."""
    move = MOVES.permit(CertificateAction.EXPLAIN, certificate.area_id, by)
    step = advance(certificate, move, version, on=on, by=by, reason=reason)
    require_none_open(certificate, "请在撤销程序中陈述申辩。")
    return step


@transaction.atomic
def confirm(*, certificate: Certificate, version: int, reason: str, on: date, by) -> CertificateMove:
    """The re-check found the title still earned, or soon to be again; the reason says why it stays."""
    move = MOVES.permit(CertificateAction.CONFIRM, certificate.area_id, by)
    step = advance(certificate, move, version, on=on, by=by, reason=reason)
    require_none_open(certificate, "称号是否维持，由区政府在撤销程序中决定。")
    return step


def require_none_open(certificate: Certificate, way_out: str) -> None:
    """Asked when the certificate's row is held: so of a proposal to withdraw and this step one comes first."""
    found = certificate.withdrawals.open().first()
    if found:
        raise Refused(f"该证书的撤销程序正在办理（{found.get_state_display()}）。{way_out}")
