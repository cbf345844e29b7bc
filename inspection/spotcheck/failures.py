"""What failed in a spot check, for the register's findings: until a later card says better, or the sample is void."""

from collections.abc import Iterator

from django.db.models import Count, OuterRef, Subquery

from findings.hooks import FieldFailure
from findings.vocabulary import FindingTable
from inspection.spotcheck.models import FindingOutcome, Frame, Sample, SampleFinding, SampleState

_DECIDING = (FindingOutcome.PASSED, FindingOutcome.FAILED)
"""Who could not look at a thing found it neither better nor worse."""


def failures(county: str) -> Iterator[FieldFailure]:
    """Each thing of which the last word, over all samples that stand, is that it failed; one query."""
    found = SampleFinding.objects.filter(item__sample__county=county, outcome__in=_DECIDING)
    standing = found.exclude(item__sample__state=SampleState.VOID).select_related("item__sample__township")
    last = {(each.item.sample.frame, each.item.key): each for each in standing.order_by("pk")}
    for (frame, key), each in sorted(last.items()):
        if each.outcome == FindingOutcome.FAILED:
            table = FindingTable.SITES if frame == Frame.SITES else FindingTable.AREAS
            source = f"{each.item.sample.quarter.label}抽查"
            yield FieldFailure(str(table), key, source, each.visited_on.isoformat(), each.remark)


def last_finding() -> Subquery:
    """Changes with whatever is entered in the county."""
    found = SampleFinding.objects.filter(item__sample__county=OuterRef("county"))
    return Subquery(found.order_by("-pk").values("pk")[:1])


def voided() -> Subquery:
    """Changes when a sample of the county is declared void."""
    void = Sample.objects.filter(county=OuterRef("county"), state=SampleState.VOID).order_by().values("county")
    return Subquery(void.annotate(count=Count("pk")).values("count")[:1])
