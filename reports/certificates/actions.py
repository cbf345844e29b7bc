"""Actions on certificates: award, re-check, explain, confirm; each is one transaction with its audit record.

How a title is withdrawn, stands in ``withdrawing``.

Of many simultaneous decisions exactly one wins (``MOVES.advance``), and the loser gets ``Stale``.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from acceptance.plan import by_digest, cited
from areas.models import Area
from common.exceptions import Refused, Stale
from common.periods import Quarter
from inspection.government import require_awardable
from inspection.hands import require_apart
from inspection.models import Unit
from inspection.required import require_none
from inspection.vocabulary import Hand
from papers.issuing import DrawnNumber, draw_many, government
from reports.certificates.models import Certificate, CertificateAction, CertificateMove
from reports.certificates.moves import MOVES, advance
from witness.sealing import seal


@transaction.atomic
def issue(*, units: Sequence[Unit], on: date, by) -> list[Certificate]:
    """Award the titles that the district government announced: a numbered certificate for each of ``units``, or for none.

    Refused when one of them is not announced by ``on``, its area is no longer, or something keeps it from passing; Stale when
    one has its certificate. So many queries, however many units there are.
    """
    chosen = _chosen(units)
    require_apart(chosen, Hand.AWARDING, by)
    for unit in chosen:
        MOVES.permit(CertificateAction.ISSUE, unit.area_id, by)
        require_awardable(unit, on)
        _require_standing(unit, on)
    require_none(chosen)
    if len(chosen) != len(units):
        raise Stale("部分单位已不在名单内，未颁发任何证书。请核对名单后办理。")
    districts = Area.objects.in_bulk({unit.area.county for unit in chosen})
    numbers = _drawn(chosen, districts, on)
    _require_unawarded(chosen)
    issuers = {code: government(district, on).name for code, district in districts.items()}
    above = _above(chosen)
    certificates = Certificate.objects.bulk_create(
        Certificate(
            number=str(numbers[unit.pk]),
            year=on.year,
            serial=numbers[unit.pk].serial,
            unit=unit,
            area=unit.area,
            county=unit.area.county,
            kind=unit.kind,
            title=unit.title,
            unit_name=unit.area.name,
            unit_path=above[unit.pk],
            period=unit.report.period,
            standard=_standard(unit),
            plan_digest=unit.frozen.verdict.plan.digest,
            verdict_digest=unit.frozen.digest,
            decision_number=unit.submission.circular_number,
            decided_on=unit.ratified_on,
            issuer=issuers[unit.area.county],
            issued_on=on,
        )
        for unit in chosen
    )
    MOVES.record_each(_begun(certificates, on, by))
    return certificates


def _chosen(units: Sequence[Unit]) -> list[Unit]:
    """The units as they stand, in the order of their codes, with what a certificate says of them; large texts are left out."""
    wanted = Unit.objects.filter(pk__in=[unit.pk for unit in units]).order_by("area_id")
    rows = wanted.select_related("area__parent", "report", "frozen__verdict__plan").with_submission()
    said = ("inputs", "figures", "ledger")
    return list(rows.defer("frozen__text", *(f"frozen__verdict__{name}" for name in said)))


def _require_standing(unit: Unit, on: date) -> None:
    if unit.area.valid_to and unit.area.valid_to <= on:
        raise Refused(f"{unit.area.full_name}自 {unit.area.valid_to} 起已撤并，不能再授牌。")


def _drawn(units: Sequence[Unit], districts: Mapping[str, Area], on: date) -> dict[int, DrawnNumber]:
    """A number for each unit in the series of its title, by primary key; series are held in one order, whoever awards."""
    series: dict[str, list[int]] = defaultdict(list)
    for unit in units:
        series[f"{districts[unit.area.county].name}{unit.title}"].append(unit.pk)
    return {
        pk: number
        for code, pks in sorted(series.items())
        for pk, number in zip(pks, draw_many(code=code, year=on.year, count=len(pks)), strict=True)
    }


def _require_unawarded(units: Sequence[Unit]) -> None:
    """Stale when a unit has its certificate, or its area holds one already.

    Asked when the numbers are drawn: until the transaction ends nobody else draws from these series, so of two who award
    at once the second finds the certificate of the first.
    """
    of_unit = Certificate.objects.filter(unit__in=units).select_related("area__parent")
    of_area = (
        Certificate.objects.standing().filter(area__in=[unit.area_id for unit in units]).select_related("area__parent")
    )
    if found := of_unit.first() or of_area.first():
        raise Stale(f"{found.area.full_name}已经授牌，请刷新名单。")


def _above(units: Sequence[Unit]) -> dict[int, str]:
    """The names from the township down to the parent, by the unit's primary key: 源潭镇秀溪村."""
    codes = {unit.pk: [code for code in unit.area.ancestor_codes if len(code) > 6] for unit in units}
    wanted = {code for above in codes.values() for code in above}
    names = dict(Area.objects.filter(code__in=wanted).values_list("code", "name"))
    return {pk: "".join(names[code] for code in above) for pk, above in codes.items()}


def _standard(unit: Unit) -> str:
    """The plan by which the unit was judged, and its clauses, as the plan's readers cite them."""
    verdict = unit.frozen.verdict
    plan = by_digest(verdict.plan.digest)
    clauses = dict.fromkeys(cited(plan.criteria[row["key"]].source.clause) for row in verdict.criteria)
    return f"《{plan.name}》{'、'.join(clauses)}验收标准（试行）"


def _begun(certificates: Sequence[Certificate], on: date, by) -> list[CertificateMove]:
    """The first step of each certificate."""
    begun = CertificateMove.objects.bulk_create(
        CertificateMove(
            certificate=each,
            action=CertificateAction.ISSUE,
            to_state=each.state,
            on=on,
            by=by,
            version=each.version,
        )
        for each in certificates
    )
    seal(*certificates, *begun)
    return begun


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
