"""Where a finding is mended: the form of a proposal, filled in as far as the finding tells."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.http import urlencode

from areas.vocabulary import AreaKind
from findings.declared import BY_CODE
from findings.settling import Missing, MissingFact
from findings.vocabulary import FindingTable, Mending

if TYPE_CHECKING:
    from findings.models import RegisterFinding


def proposal_address(
    table: str,
    key: str = "",
    *,
    columns: Sequence[str] = (),
    act: str = "",
    area: str = "",
    given: Mapping[str, str] = {},
) -> str:
    """The form that changes one thing, with columns preselected, or adds one at an ``area``."""
    asked = {"table": table, "key": key, "act": act, "area": area}
    query = [(name, value) for name, value in asked.items() if value]
    return f"{reverse('proposals:new')}?{urlencode([*query, *(('column', name) for name in columns), *given.items()])}"


def mending_address(finding: "RegisterFinding") -> str:
    """One click from the finding to what mends it; '' where its check is no more."""
    check = BY_CODE.get(finding.code)
    if check is None:
        return ""
    if check.mending is None:
        return _PAGES[check.code](finding)
    return _form(check.mending, finding)


def _form(mending: Mending, finding: "RegisterFinding") -> str:
    given = {**mending.given, **{column: str(finding.said[word]) for column, word in mending.fills.items()}}
    if mending.act == "add":
        return proposal_address(mending.table, act="add", area=finding.key, given=given)
    return proposal_address(finding.table, finding.key, columns=mending.columns, act=mending.act, given=given)


def _natural_villages(finding: "RegisterFinding") -> str:
    """Which of a village's natural villages is wrong only a person knows."""
    query = urlencode({"area": finding.key, "kind": AreaKind.NATURAL_VILLAGE.value})
    return f"{reverse('areas:areas')}?{query}"


def _succession(finding: "RegisterFinding") -> str:
    return f"{reverse('successions:new')}?from={finding.key}"


def _itself(finding: "RegisterFinding") -> str:
    """What failed on the spot is mended there; the page of the thing tells of its samples."""
    return thing_address(finding.table, finding.key)


_PAGES = {
    "households_off": _natural_villages,
    "succession_bare": _succession,
    "site_failed": _itself,
    "area_failed": _itself,
}
"""Checks that are mended on another page than the form of a proposal."""


def fact_address(fact: MissingFact) -> str:
    """Where a missing fact is given."""
    if fact.missing == Missing.COORDINATES:
        return proposal_address(FindingTable.SITES, fact.key, columns=("lon", "lat"))
    if fact.missing == Missing.RETURN:
        return f"{reverse('returns:index')}?{urlencode({'period': fact.period})}"
    given = {"kind": "settlement"} if fact.missing == Missing.SETTLEMENT else {}
    return proposal_address(FindingTable.SITES, act="add", area=fact.key, given=given)


def thing_address(table: str, key: str) -> str:
    """The page of a thing in the register."""
    return reverse(_THINGS[FindingTable(table)], args=[key])


_THINGS = {
    FindingTable.AREAS: "areas:area",
    FindingTable.SITES: "areas:site",
    FindingTable.ACCESS_POINTS: "areas:access_point",
    FindingTable.SERVICE_ORDERS: "areas:order",
}
