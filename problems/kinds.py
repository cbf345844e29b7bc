"""The table of kinds: who sees to a problem by default, whether figures can tell that it is over, and whether it is a case.

By when, in working days, stands in the plan's file (``[[deadlines]]``; M10, M11, M13).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from acceptance import plan
from accounts.units import AddresseeKind
from areas import workdays
from problems.vocabulary import MemberKind, ProblemKind

_K, _A, _M = ProblemKind, AddresseeKind, MemberKind


@dataclass(frozen=True)
class KindTerms:
    """``owner``: the kind of unit that sees to it (an operator's only where one is named, else the township's).

    ``told_by`` are the members by which the figures tell that it is over; none: nobody but people can.
    """

    owner: AddresseeKind
    told_by: tuple[MemberKind, ...] = ()
    is_case: bool = False


KINDS: Mapping[ProblemKind, KindTerms] = {
    _K.ACCESS: KindTerms(_A.TOWNSHIP),
    _K.FEE: KindTerms(_A.BUREAU, is_case=True),
    _K.MONOPOLY: KindTerms(_A.BUREAU, is_case=True),
    _K.OWNERSHIP: KindTerms(_A.TOWNSHIP),
    _K.DUCT: KindTerms(_A.OPERATOR),
    _K.POWER: KindTerms(_A.TOWNSHIP),
    _K.WORKS: KindTerms(_A.OPERATOR),
    _K.LATE_ORDERS: KindTerms(_A.OPERATOR, (_M.ORDER,)),
    _K.COVERAGE: KindTerms(_A.TOWNSHIP, (_M.SITE, _M.AREA)),
    _K.COORDINATES: KindTerms(_A.TOWNSHIP, (_M.PLACE, _M.FINDING)),
    _K.MISMATCH: KindTerms(_A.TOWNSHIP, (_M.SAMPLE, _M.FINDING)),
    _K.OBJECTION: KindTerms(_A.TOWNSHIP, (_M.OBJECTION,)),
    _K.OTHER: KindTerms(_A.BUREAU),
}

CASES = tuple(kind for kind, terms in KINDS.items() if terms.is_case)
"""Kinds that are cases of fees and monopolies (M10, M13)."""


def due_in(what: str, on: date) -> date | None:
    """The day by which a problem of a kind (or a referral) is due; None where plan or table of working days do not say."""
    days = plan.current().days_of(what)
    if days is None:
        return None
    try:
        return workdays.load().nth_after(on, days)
    except workdays.DayUnknown:
        return None
