"""What of the spot checks stands for good: samples as they were drawn and ended, what was found of each member, with its photos."""

from inspection.spotcheck.models import Item, Photo, Sample, SampleFinding
from witness.kinds import Sealed


def kinds() -> tuple[Sealed, ...]:
    return (
        Sealed(
            Sample,
            later=("state", "version", "conclusion", "reason", "decided_by", "decided_at"),
            digested=("population",),
        ),
        Sealed(Item, group="sample_id", named=lambda row: f"{row.sample} {row}"),
        Sealed(SampleFinding),
        Sealed(Photo, named=lambda row: f"{row.finding} {row.name}"),
    )
