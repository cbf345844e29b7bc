"""What of followed matters stands for good: each as it was written, the figures with it, and every step."""

from supervision.models import Matter, MatterFigure, MatterMove
from witness.kinds import Sealed, steps


def kinds() -> tuple[Sealed, ...]:
    return (
        steps(MatterMove, "matter"),
        Sealed(Matter, changing=("state", "version")),
        Sealed(MatterFigure, named=lambda row: f"{row.matter}：{row}"),
    )
