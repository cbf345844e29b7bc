"""Actions on samples: draw, enter findings, conclude, declare void; each is one transaction."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F

from acceptance import plan as plans
from accounts import audit
from accounts.posts import Power
from areas.datums import to_wgs84
from areas.models import Area
from areas.vocabulary import TOWNSHIPS, Datum
from common.exceptions import Refused, Stale
from common.periods import Quarter
from inspection.hands import require_apart
from inspection.models import InspectionMove, Unit
from inspection.spotcheck import photos as pictures
from inspection.spotcheck.demands import SampleDemand, demand_of, design_of
from inspection.spotcheck.design import drawn, frame_digest
from inspection.spotcheck.frames import criterion_of, frames_of
from inspection.spotcheck.models import Conclusion, FindingOutcome, HeldPhoto, Item, Sample, SampleFinding, SampleState
from inspection.spotcheck.photos import Taken
from inspection.vocabulary import SETTLED, Hand, InspectionAction
from witness.sealing import seal


def _permit(township: str, by) -> None:
    if not by.may(Power.SPOT_CHECK) or not by.scope.holds(township):
        raise PermissionDenied("您的岗位不能办理抽查。")


def reported(township: str, period: str) -> list[Unit]:
    """The units on which a sample of the township and quarter bears: those that are reported, and not settled otherwise."""
    units = Unit.objects.filter(report__township=township, report__period=period).exclude(state__in=SETTLED)
    return list(units.select_related("area__parent"))


def was_sent(township: Area, quarter: Quarter) -> bool:
    """Whether the township has ever sent its self-inspection report of the quarter, withdrawn since or not."""
    sent = InspectionMove.objects.filter(
        action=InspectionAction.SEND, report__township=township, report__period=str(quarter)
    )
    return sent.exists()


@dataclass(frozen=True)
class DrawChoice:
    """What somebody chose besides the rule: at least so many, some villages first and why, why only after the report arrived."""

    size: int = 0
    villages: int | None = None
    design_reason: str = ""
    late_reason: str = ""


@transaction.atomic
def draw(*, township: Area, quarter: Quarter, frame: str = "", at: datetime, by, seed: str = "", **chosen) -> Sample:
    """Draw and fix a sample, as large as the rule asks or more; the seed is fresh unless a test gives one.

    ``chosen`` are fields of ``DrawChoice``.

    Refused when the report of the quarter has arrived and no reason is given why it is drawn only now, when villages are
    drawn first without a reason, when there is nothing to draw from, or while another sample of the kind is open.
    """
    _permit(township.code, by)
    require_apart(reported(township.code, str(quarter)), Hand.EXAMINING, by)
    plan, choice = plans.current(), DrawChoice(**chosen)
    frame = frame or next(iter(frames_of(plan, township)), "")
    late_reason, design_reason = choice.late_reason.strip(), choice.design_reason.strip()
    _require_drawable(township, quarter, frame, late_reason)
    demand = _demanded(township, quarter, frame, choice, design_reason)
    criterion = criterion_of(plan, township)
    population = sorted((member.key, stratum.name) for stratum in demand.strata for member in stratum.members)
    parts = {stratum.name: stratum.drawn for stratum in demand.strata}
    seed = seed or secrets.token_hex(16)
    came = drawn(population, parts, seed, choice.villages)
    is_late = was_sent(township, quarter)
    sample = Sample.objects.create(
        township=township,
        county=township.county,
        period=str(quarter),
        frame=frame,
        size=len(came),
        population=population,
        population_digest=frame_digest(population),
        seed=seed,
        design=design_of(choice.villages),
        design_reason=design_reason if choice.villages else "",
        villages=choice.villages,
        parts=parts,
        weights={village: str(weight) for village, weight in demand.weights.items()},
        asked=_asked(demand),
        confidence=str(demand.sampling.confidence),
        criterion=criterion.key,
        threshold=str(criterion.threshold),
        is_late=is_late,
        late_reason=late_reason if is_late else "",
        drawn_by=by,
        drawn_at=at,
    )
    items = Item.objects.bulk_create(_item(sample, each, demand.listed[each.key]) for each in came)
    seal(sample, *items)
    detail = {"seed": seed, "count": sample.size, "population_digest": sample.population_digest, "is_late": is_late}
    audit.record(
        action="spot_check.draw", by=by, subject=sample, detail=detail | {"design": sample.get_design_display()}
    )
    return sample


def _require_drawable(township: Area, quarter: Quarter, frame: str, late_reason: str) -> None:
    if township.kind not in TOWNSHIPS or frame not in frames_of(plans.current(), township):
        raise Refused(f"{township.name}不能按这种对象抽取。")
    if was_sent(township, quarter) and not late_reason:
        raise Refused(
            f"{township.name}已经报送过{quarter.label}的自查报告：样本应当在报告到达之前抽取。"
            "确有必要现在抽取的，请写明原因；样本会标明是报送之后抽取的。"
        )
    # The township's row is held, so that of two who draw at once the second sees the sample of the first.
    Area.objects.select_for_update().get(pk=township.pk)
    if Sample.objects.filter(township=township, period=str(quarter), frame=frame, state=SampleState.OPEN).exists():
        raise Refused(f"{township.name}{quarter.label}已有一个样本正在核查，请先作出结论。")


def _demanded(township: Area, quarter: Quarter, frame: str, choice: DrawChoice, design_reason: str) -> SampleDemand:
    if plans.current().award.sampling is None and choice.size < 1:
        raise Refused("方案没有规定抽查数量，请填写样本量，至少是 1。")
    if choice.villages is not None and not design_reason:
        raise Refused("先抽村居的，请写明原因。")
    try:
        demand = demand_of(township, quarter, frame, size=choice.size, villages=choice.villages)
    except ValueError:
        raise Refused("先抽的村居至少 2 个，并少于全部村居；全部都去的，请各村居都抽。") from None
    if demand is None:
        raise Refused(f"{township.name}在{quarter.label}没有可以抽取的对象。")
    return demand


def _asked(demand: SampleDemand) -> int | None:
    """How many the rule asks, whatever was chosen besides; None where the plan asks nothing."""
    if not demand.is_ruled:
        return None
    ruled = demand_of(demand.township, demand.quarter, demand.frame)
    return ruled.size if ruled else None


def _item(sample: Sample, each, listed) -> Item:
    return Item(
        sample=sample, order=each.order, key=each.key, stratum=each.stratum, probability=str(each.probability),
        name=listed.name, site_id=listed.site_id, area_id=listed.area_id,
    )  # fmt: skip


@dataclass(frozen=True)
class Observation:
    """What was found on the spot; a pair of coordinates comes with its datum, None is not measured."""

    outcome: str
    visited_on: date
    mbps: float | None = None
    distance_m: float | None = None
    lon: float | None = None
    lat: float | None = None
    datum: str = Datum.WGS84
    remark: str = ""
    accuracy_m: float | None = None


@transaction.atomic
def enter(
    *,
    item: Item,
    seen: Observation,
    photos: Sequence[Taken] = (),
    held: Sequence[HeldPhoto] = (),
    version: int | None = None,
    by,
) -> SampleFinding:
    """Enter what was found of a member; entered again it is a correction, and the last one stands.

    After the conclusion only what failed is looked at again, and the sample's result stays as it was.

    ``held``: photos of the finder's that were kept when the card was refused before. ``version``: how many findings
    the card showed, None where there was no card to look at; the same card posted again is the finding it was, and
    FindingOvertaken tells of what somebody else entered meanwhile.
    """
    sample = _enterable(item, by)
    remark = seen.remark.strip()
    if version is not None and (last := _entered_since(item, version)):
        if _is_repeated(last, replace(seen, remark=remark), [*photos, *held], by):
            return last
        raise FindingOvertaken(
            f"未登记：页面打开后，{last.by}已登记“{last.get_outcome_display()}”。仍须更正的，请再次提交。"
        )
    _require_consistent(seen, remark, sample)
    pictures.require_sound(photos, len(held))
    wgs84 = to_wgs84(seen.lon, seen.lat, seen.datum) if seen.lon is not None else (None, None)
    finding = SampleFinding.objects.create(
        item=item,
        outcome=seen.outcome,
        mbps=seen.mbps,
        distance_m=seen.distance_m,
        lon=None if wgs84[0] is None else float(wgs84[0]),
        lat=None if wgs84[1] is None else float(wgs84[1]),
        given_lon=seen.lon,
        given_lat=seen.lat,
        datum=seen.datum,
        accuracy_m=seen.accuracy_m,
        remark=remark,
        is_recheck=sample.state == SampleState.CONCLUDED,
        visited_on=seen.visited_on,
        by=by,
    )
    kept = [*pictures.claim(finding, held), *pictures.keep(finding, photos)]
    seal(finding, *kept)
    detail = {"outcome": finding.get_outcome_display(), "sha256": [photo.digest for photo in kept]}
    audit.record(action="spot_check.enter", by=by, subject=item, detail=detail)
    return finding


class FindingOvertaken(Stale):
    """Somebody entered a finding of the member after the card was opened."""


def _entered_since(item: Item, version: int) -> SampleFinding | None:
    """The last finding of the member, if the card showed another number of them."""
    findings = list(item.findings.select_related("by"))
    return findings[-1] if findings and len(findings) != version else None


def _is_repeated(finding: SampleFinding, seen: Observation, photos: Sequence[Taken | HeldPhoto], by) -> bool:
    """Whether this very card has been entered already, every photo of it included."""
    was = Observation(
        finding.outcome, finding.visited_on, finding.mbps, finding.distance_m,
        finding.given_lon, finding.given_lat, finding.datum, finding.remark, finding.accuracy_m,
    )  # fmt: skip
    kept = set(finding.photos.values_list("digest", flat=True))
    return finding.by_id == by.pk and was == seen and {pictures.digest_of(photo) for photo in photos} <= kept


def _require_consistent(seen: Observation, remark: str, sample: Sample) -> None:
    least = plans.current().capability.min_mbps
    if (seen.lon is None) != (seen.lat is None):
        raise Refused("经度和纬度须同时填写或均不填。")
    if seen.outcome != FindingOutcome.PASSED and not remark:
        raise Refused(f"{FindingOutcome(seen.outcome).label}的，请在备注中说明情况。")
    if seen.outcome == FindingOutcome.PASSED and seen.mbps is not None and seen.mbps < least and not remark:
        raise Refused(f"实测速率 {seen.mbps:g} 兆不足 {least} 兆；仍认为合格的，请在备注中说明理由。")


def _enterable(item: Item, by) -> Sample:
    """The sample, held until the transaction ends; Stale when nothing is entered of the member any more."""
    _permit(item.sample.township_id, by)
    require_apart(reported(item.sample.township_id, item.sample.period), Hand.EXAMINING, by)
    held = Sample.objects.select_for_update().get(pk=item.sample_id)
    if held.takes(item.findings.all()):
        return held
    raise Stale(f"该样本{held.get_state_display()}，不能登记。")


@transaction.atomic
def conclude(*, sample: Sample, version: int, conclusion: str, reason: str, at: datetime, by) -> Sample:
    """What follows from the sample, and why; Refused while a member has no finding at all."""
    missing = sample.items.filter(findings__isnull=True).count()
    if conclusion not in Conclusion.values:
        raise Refused("请选择结论。")
    if missing:
        raise Refused(f"还有 {missing} 个对象没有登记结果；无法到达的请登记“无法核查”并说明原因。")
    said = {"state": SampleState.CONCLUDED, "conclusion": conclusion, "reason": _reason(reason, "结论")}
    return _end(sample, version, "spot_check.conclude", at, by, **said)


@transaction.atomic
def void(*, sample: Sample, version: int, reason: str, at: datetime, by) -> Sample:
    """Declare a sample void; it stays to be read, with its reason, so that nobody draws until he likes what he gets."""
    return _end(sample, version, "spot_check.void", at, by, state=SampleState.VOID, reason=_reason(reason, "作废"))


def _reason(text: str, what: str) -> str:
    if not text.strip():
        raise Refused(f"{what}必须写明理由。")
    return text.strip()


def _end(sample: Sample, version: int, action: str, at: datetime, by, **said) -> Sample:
    _permit(sample.township_id, by)
    require_apart(reported(sample.township_id, sample.period), Hand.EXAMINING, by)
    is_ours = Sample.objects.filter(pk=sample.pk, state=SampleState.OPEN, version=version).update(
        version=F("version") + 1, decided_by=by, decided_at=at, **said
    )
    if not is_ours:
        current = Sample.objects.select_related("decided_by").get(pk=sample.pk)
        raise Stale(f"未办理：该样本已由{current.decided_by}办理，现在是“{current.get_state_display()}”。")
    sample.refresh_from_db()
    pictures.drop(list(HeldPhoto.objects.filter(item__sample=sample)))
    seal(sample)
    detail = {"state": [SampleState.OPEN, sample.state], "conclusion": sample.conclusion, "reason": sample.reason}
    audit.record(action=action, by=by, subject=sample, detail=detail)
    return sample
