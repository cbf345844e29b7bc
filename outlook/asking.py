"""The quarter and basis that an address of this room asks for."""

from functools import cached_property
from urllib.parse import urlencode

from django.http import HttpRequest

from acceptance.judging import standing
from acceptance.models import Basis
from acceptance.verdicts.lookups import NotThere, asked_basis, asked_quarter, county_of
from acceptance.verdicts.views import is_provisional
from common.periods import Quarter


class OutlookQuery:
    """County, quarter and basis; NotThere where that was never judged. Asks one query."""

    def __init__(self, request: HttpRequest) -> None:
        self.user, self.data = request.user, request.GET
        self.county = county_of(request.user)
        self.basis = asked_basis(request.GET.get("basis", ""))
        self.standing = standing.of(self.county)
        self.plan, self.quarters = self.standing.plan, self.standing.quarters
        ended = [quarter for quarter in self.quarters if not is_provisional(quarter)]
        self.quarter = self.named("period", max(ended, default=self.quarters[-1]))

    def named(self, name: str, usual: Quarter) -> Quarter:
        """The quarter that a parameter names."""
        text = self.data.get(name, "").strip()
        quarter = asked_quarter(text) if text else usual
        if quarter not in self.quarters:
            first, last = self.quarters[0], self.quarters[-1]
            raise NotThere(f"{quarter.label}不在评定范围内：可以查看{first.label}至{last.label}。")
        return quarter

    @cached_property
    def query(self) -> str:
        """The quarter and the basis for an address."""
        return "?" + urlencode({"period": self.quarter, **self.basis_asked})

    @property
    def basis_query(self) -> str:
        return "?" + urlencode(self.basis_asked) if self.basis_asked else ""

    @property
    def basis_asked(self) -> dict[str, str]:
        return {"basis": self.basis} if self.basis != Basis.APPROVED else {}
