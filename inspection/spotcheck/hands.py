"""Whose hands were in the samples that bear on a unit: drawing, entering and concluding are examining (``inspection.hands``)."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Q

from inspection.hands import AskedUnit, Deed
from inspection.spotcheck.models import Sample, SampleFinding
from inspection.vocabulary import Hand


def deeds(units: Sequence[AskedUnit], by: int | None) -> dict[int, list[Deed]]:
    """Who drew, entered and concluded what of the samples of each unit's township and quarter; two queries."""
    of = {unit.pk: (unit.area[:9], unit.period) for unit in units}
    done = _done({township for township, _ in of.values()}, {period for _, period in of.values()}, by)
    return {pk: done[key] for pk, key in of.items() if key in done}


def _done(townships: set[str], periods: set[str], by: int | None) -> dict[tuple[str, str], list[Deed]]:
    found: dict[tuple[str, str], list[Deed]] = defaultdict(list)
    samples = Sample.objects.filter(township__in=townships, period__in=periods)
    drawn = samples if by is None else samples.filter(Q(drawn_by=by) | Q(decided_by=by))
    for sample in drawn:
        for who, words, at in (
            (sample.drawn_by_id, "抽取样本", sample.drawn_at),
            (sample.decided_by_id, "作出抽查结论", sample.decided_at),
        ):
            if who is not None and by in (None, who):
                found[sample.township_id, sample.period].append(Deed(Hand.EXAMINING, who, words, at))
    entered = SampleFinding.objects.filter(item__sample__in=samples, **({} if by is None else {"by": by}))
    for township, period, who, at in entered.values_list(
        "item__sample__township_id", "item__sample__period", "by_id", "at"
    ):
        found[township, period].append(Deed(Hand.EXAMINING, who, "登记抽查结果", at))
    return found
