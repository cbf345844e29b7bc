"""What of breakdowns stands for good: each as it was begun, its targets once they are signed, and every step."""

from django.db.models import Q

from breakdown.models import Breakdown, BreakdownLine, BreakdownMove
from breakdown.vocabulary import SIGNED
from witness.kinds import Sealed, steps


def kinds() -> tuple[Sealed, ...]:
    return (
        steps(BreakdownMove, "breakdown"),
        Sealed(Breakdown, changing=("state", "version")),
        Sealed(BreakdownLine, due=Q(breakdown__state__in=SIGNED)),
    )
