"""What counts beneath an area: everything that its verdict and its milestones are computed from.

The verdict of a parent follows from its children's ledgers alone, so one changed village is
judged again without looking at its neighbours, and a country is judged county by county.
"""

import numpy as np

from acceptance.rules.shares import Tally

FIGURES = ("households", "broadband_covered_households", "fibre_covered_households", "broadband_users", "fibre_users")
"""The five figures of a return."""

SHARES = (
    "buildings",
    "urban_sites",
    "natural_villages",
    "covered",
    "demonstration_natural_villages",
    "quarters",
    "demonstration_quarters",
    "villages",
    "towns",
    "townships",
)
"""Members counted as passed, failed and unknown: sites by capability, areas by outcome, ``covered`` by reach."""

SUMS = (*FIGURES, "returns_missing")
"""Sums over the returns of the village-level areas, and how many returns are missing."""

_FIRST_SUM = 3 * len(SHARES)
WIDTH = _FIRST_SUM + len(SUMS)


class Ledger:
    """Counts and sums at and beneath areas: a row an area, a column a count."""

    def __init__(self, counts: np.ndarray) -> None:
        self.counts = counts

    @classmethod
    def blank(cls, rows: int) -> "Ledger":
        return cls(np.zeros((rows, WIDTH), dtype=np.int64))

    def __getitem__(self, rows: int | np.ndarray) -> "Ledger":
        return Ledger(self.counts[rows])

    def share(self, name: str) -> Tally:
        first = 3 * SHARES.index(name)
        return Tally(self.counts[:, first], self.counts[:, first + 1], self.counts[:, first + 2])

    def sum(self, name: str) -> np.ndarray:
        return self.counts[:, _FIRST_SUM + SUMS.index(name)]

    def enter(self, name: str, members: Tally) -> None:
        """Add members to a share."""
        first = 3 * SHARES.index(name)
        self.counts[:, first : first + 3] += np.column_stack([members.passed, members.failed, members.unknown])

    def enter_states(self, name: str, rows: np.ndarray, states: np.ndarray) -> None:
        """Count each of the rows once in a share, by its state; those left out count nowhere."""
        counted = states > 0
        self.counts[rows[counted], 3 * SHARES.index(name) + states[counted] - 1] += 1

    def enter_sum(self, name: str, values: np.ndarray) -> None:
        self.counts[:, _FIRST_SUM + SUMS.index(name)] += values

    def as_entries(self, row: int) -> dict[str, list[int] | int]:
        """One row for people and for storage: what is not zero, by name."""
        counts = self.counts[row].tolist()
        shares = {name: counts[3 * place : 3 * place + 3] for place, name in enumerate(SHARES)}
        sums = dict(zip(SUMS, counts[_FIRST_SUM:], strict=True))
        return {name: members for name, members in shares.items() if any(members)} | {
            name: value for name, value in sums.items() if value
        }
