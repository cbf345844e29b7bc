"""Which sample bears on a unit that asks for a title, for the examination of its report (``inspection.samples``)."""

from collections import defaultdict
from collections.abc import Sequence

from django.urls import reverse

from areas.vocabulary import TOWNSHIPS
from inspection.models import Unit
from inspection.samples import SampleShown
from inspection.spotcheck.models import FindingOutcome, Sample, SampleState
from inspection.spotcheck.results import MemberRow, SampleResult


def samples_of(units: Sequence[Unit]) -> dict[int, SampleShown]:
    """What the latest sample of each unit's township and quarter says of it, by primary key; each sample is read once."""
    groups: dict[tuple[str, str], list[Unit]] = defaultdict(list)
    for unit in units:
        groups[unit.area_id[:9], unit.report.period].append(unit)
    found: dict[int, SampleShown] = {}
    for (township, period), members in groups.items():
        samples = Sample.objects.standing().filter(township_id=township, period=period)
        if sample := samples.select_related("township").order_by("-pk").first():
            result = SampleResult(sample)
            found |= {unit.pk: shown for unit in members if (shown := _shown(result, unit))}
    return found


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
    failed = [row.item.name for row in rows if row.outcome == FindingOutcome.FAILED]
    checked = _checked(rows)
    said = f"不合格：{'、'.join(failed)}。" if failed else "均合格。" if checked else "尚不能判定是否合格。"
    return f"抽查涉及本处的 {len(rows)} 个对象，已核查 {checked} 个，{said}"
