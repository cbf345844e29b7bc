"""What of the records of measures stands for good: to whom each belongs, every version, every step, every file."""

from measures.models import MeasureFile, MeasureMove, MeasureRecord, MeasureVersion
from witness.kinds import Sealed, steps

_CHANGING = ("state", "version", "edition", "title", "on", "values", "confirmed_values", "identity")


def kinds() -> tuple[Sealed, ...]:
    return (
        steps(MeasureMove, "record"),
        Sealed(MeasureRecord, changing=_CHANGING),
        Sealed(MeasureVersion),
        Sealed(MeasureFile, named=lambda row: f"{row.record}：{row}"),
    )
