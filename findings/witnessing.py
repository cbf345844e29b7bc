"""What of the register's problems stands for good: what was done about each."""

from findings.models import FindingMove
from witness.kinds import Sealed, steps


def kinds() -> tuple[Sealed, ...]:
    return (steps(FindingMove),)
