"""The query of a page of reports: county, quarter and basis, and the version of the facts that it shows."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from acceptance.judging import standing
from acceptance.models import Basis
from acceptance.verdicts.lookups import NotThere, asked_basis, asked_quarter, county_of
from accounts.posts import Power
from areas.models import Area
from common.periods import Quarter
from common.scope import Scope


@dataclass(frozen=True)
class Viewer:
    """Nobody in person, before a screen or a paper of the district: sees the progress of one area, and has no powers."""

    area: Area

    @property
    def scope(self) -> Scope:
        return Scope(area=self.area.pk)

    def may(self, power: Power) -> bool:
        return False


@dataclass(frozen=True)
class Asking:
    """What asks as a page would, with the choices of ``GET``."""

    user: Viewer
    GET: dict


class PageQuery:
    """The quarter and basis of an address, and what it may switch to, as of the day ``on``.

    Making one asks one query.
    """

    def __init__(self, request: HttpRequest | Asking, on: date) -> None:
        self.user, self.on, self._data = request.user, on, request.GET
        self.county = county_of(request.user)
        self.basis = asked_basis(request.GET.get("basis", ""))
        self.standing = standing.of(self.county)
        self.plan = self.standing.plan
        self.quarters = self.standing.quarters[::-1]
        self.quarter = self._quarter(request.GET.get("period", ""))

    def _quarter(self, text: str) -> Quarter:
        """The quarter named, or the latest judged one that has ended; NotThere when it is not judged."""
        if not text:
            return next((quarter for quarter in self.quarters if quarter.last_day < self.on), self.quarters[-1])
        quarter = asked_quarter(text)
        if quarter not in self.quarters:
            first, last = self.quarters[-1], self.quarters[0]
            ways = ((f"查看{last.label}", f"{reverse('progress')}?period={last}"),)
            raise NotThere(f"{quarter.label}不在评定范围内：可以查看{first.label}至{last.label}。", ways)
        return quarter

    @cached_property
    def against(self) -> Quarter | None:
        """The quarter to compare with: the one named, else the one before; None in the plan's first."""
        named = self._data.get("against", "")
        quarter = asked_quarter(named) if named else self.quarter.plus(-1)
        return quarter if quarter in self.quarters and quarter != self.quarter else None

    @property
    def provisional(self) -> bool:
        """The quarter has not ended yet."""
        return self.on <= self.quarter.last_day

    @property
    def version(self) -> tuple:
        """Changes whenever a stored verdict of the county may read differently, and at midnight."""
        return (self.county, *self.standing.version, str(self.on))

    def address(self, **changes) -> str:
        """The query that keeps the quarter and the basis, with ``changes``; blank ones are left out."""
        asked = {"period": self.quarter, "basis": self.basis if self.basis != Basis.APPROVED else "", **changes}
        return "?" + urlencode({name: value for name, value in asked.items() if value})

    @property
    def context(self) -> dict:
        return {
            "quarter": self.quarter,
            "quarters": self.quarters,
            "standing": self.standing,
            "basis": self.basis,
            "bases": Basis.choices,
            "provisional": self.provisional,
            "query": self.address(),
            "basis_query": f"?basis={self.basis}" if self.basis != Basis.APPROVED else "",
        }
