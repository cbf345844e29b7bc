"""Which sample bears on a unit that asks for a title, for the examination of its report (``inspection.samples``)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.urls import reverse
from django.utils.http import urlencode

from acceptance import plan as plans
from areas.vocabulary import TOWNSHIPS
from inspection.models import Unit
from inspection.samples import SampleShown, SampleStanding, StandingState
from inspection.spotcheck.estimates import ABOVE
from inspection.spotcheck.models import Conclusion, FindingOutcome, Sample, SampleState
from inspection.spotcheck.results import MemberRow, SampleResult


def samples_of(units: Sequence[Unit]) -> dict[int, SampleShown]:
    """What the latest sample of each unit's township and quarter says of it, by primary key; each sample is read once."""
    return {
        unit.pk: shown
        for result, members in _results(units)
        for unit in members
        if result and (shown := _shown(result, unit))
    }


def _results(units: Sequence[Unit]) -> Iterator[tuple[SampleResult | None, list[Unit]]]:
    """The units by the sample that bears on their report: the latest that is not void, None where there is none."""
    groups: dict[tuple[str, str], list[Unit]] = defaultdict(list)
    for unit in units:
        groups[unit.area_id[:9], unit.report.period].append(unit)
    for (township, period), members in groups.items():
        samples = Sample.objects.standing().filter(township_id=township, period=period)
        sample = samples.select_related("township").order_by("-pk").first()
        yield SampleResult(sample) if sample else None, members


def standing_of(units: Sequence[Unit]) -> dict[int, SampleStanding]:
    """How the samples of the units' reports stand, by primary key; nothing where the plan asks for no samples."""
    sampling = plans.current().award.sampling
    if sampling is None:
        return {}
    return {
        unit.pk: _standing(result, unit, sampling.required) for result, members in _results(units) for unit in members
    }


def _standing(result: SampleResult | None, unit: Unit, is_required: bool) -> SampleStanding:
    if result is None:
        asked = urlencode({"township": unit.area_id[:9], "period": unit.report.period})
        words = "没有抽查：报告送达之前没有抽取样本。"
        return SampleStanding(StandingState.NONE, words, f"{reverse('spotcheck:draw')}?{asked}", None, is_required)
    url = reverse("spotcheck:sample", args=[result.sample.pk])
    own = [row for row in result.rows if row.item.area_id.startswith(unit.area_id)]
    words = _of_township(result)
    if unit.kind not in TOWNSHIPS and _count(own, FindingOutcome.FAILED):
        words = f"{_of_part(own)}{words}"
    return SampleStanding(_state(result, unit, own), words, url, result.estimate, is_required)


def _state(result: SampleResult, unit: Unit, own: Sequence[MemberRow]) -> StandingState:
    """A failure counts first: of the whole, by its figures or its conclusion, or of what was drawn of the unit itself."""
    sample = result.sample
    if sample.state == SampleState.OPEN or sample.conclusion == Conclusion.ENLARGE:
        return StandingState.OPEN
    has_failed = unit.kind not in TOWNSHIPS and _count(list(own), FindingOutcome.FAILED) > 0
    if has_failed or result.reading == ABOVE or sample.conclusion != Conclusion.SUPPORTS:
        return StandingState.FAILED
    return StandingState.LATE if sample.is_late else StandingState.PASSED


def _shown(result: SampleResult, unit: Unit) -> SampleShown | None:
    """All of the sample for the township itself, of others what was drawn there; None where nothing was."""
    url = reverse("spotcheck:sample", args=[result.sample.pk])
    is_concluded = result.sample.state == SampleState.CONCLUDED
    if unit.kind in TOWNSHIPS:
        return SampleShown(_of_township(result), result.failed > 0, url, is_concluded, result.checked)
    own = [row for row in result.rows if row.item.area_id.startswith(unit.area_id)]
    if not own:
        return None
    return SampleShown(_of_part(own), _count(own, FindingOutcome.FAILED) > 0, url, is_concluded, _checked(own))


def _count(rows: list[MemberRow], outcome: FindingOutcome) -> int:
    return sum(row.outcome == outcome for row in rows)


def _checked(rows: list[MemberRow]) -> int:
    return _count(rows, FindingOutcome.PASSED) + _count(rows, FindingOutcome.FAILED)


def _of_township(result: SampleResult) -> str:
    sample = result.sample
    words = (
        f"抽查{sample.get_frame_display()} {sample.size} 个，已核查 {result.checked} 个，不合格 {result.failed} 个。"
    )
    if result.checked:
        words += result.reading.text
    if sample.is_late:
        words += "样本在报告报送后抽取。"
    return words + (
        f"结论：{sample.get_conclusion_display()}。" if sample.state == SampleState.CONCLUDED else "尚未作结论。"
    )


def _of_part(rows: list[MemberRow]) -> str:
    failed = [_called(row) for row in rows if row.outcome == FindingOutcome.FAILED]
    checked = _checked(rows)
    said = f"不合格：{'、'.join(failed)}。" if failed else "均合格。" if checked else "尚不能判定是否合格。"
    return f"抽查涉及本处的 {len(rows)} 个对象，已核查 {checked} 个，{said}"


def _called(row: MemberRow) -> str:
    """What failed, and that it was found better since."""
    is_better = row.recheck is not None and row.recheck.outcome == FindingOutcome.PASSED
    return f"{row.item.name}（复查合格）" if is_better else row.item.name
