"""What the page of a what-if shows: what would turn, and what would still be missing."""

from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace

from acceptance import wording
from acceptance.comparison.differences import reasons
from acceptance.rules.plan import Criterion
from acceptance.verdicts.marks import Mark, area_mark, criterion_mark, milestone_mark, site_mark
from acceptance.whatif.question import Answer, Said
from acceptance.wording.changes import NOT_THERE
from areas.models import Area
from areas.vocabulary import AreaKind

MOST = 100
"""How many areas, and how many sites, are listed; a bigger supposition is for the command."""

_NOT_THERE = Mark("info", NOT_THERE)


@dataclass(frozen=True)
class Turned:
    """A line of the result: from one mark to another, because of what, and what would still be missing."""

    name: str
    about: str
    before: Mark
    after: Mark
    sentence: str
    missing: str


@dataclass(frozen=True)
class CriterionBeside:
    """A criterion as it is and as it would be."""

    criterion: Criterion
    title: str
    now: str
    mark: Mark
    words: wording.Words
    moved: bool


@dataclass(frozen=True)
class SupposedStanding:
    """An area as it would stand."""

    area: Area
    before: Mark
    after: Mark
    words: wording.Words
    criteria: list[CriterionBeside]


class WhatIfResult:
    """The answer to what was supposed on the page, for ``area`` and those above it in the user's scope."""

    def __init__(self, answer: Answer, lineage: list[Area]) -> None:
        self.answer, self.lineage, self.said = answer, lineage, Said(answer)

    @property
    def is_nothing(self) -> bool:
        return not (self.answer.areas or self.answer.sites or self.answer.milestones)

    @cached_property
    def areas(self) -> list[Turned]:
        names = self.answer.names
        return [
            Turned(
                names.area(turn.code),
                AreaKind((turn.after or turn.before)["kind"]).label,
                verdict_mark(turn.before),
                verdict_mark(turn.after),
                reasons(turn, names),
                self.said.missing_of(turn.code),
            )
            for turn in self.answer.areas[:MOST]
        ]

    @property
    def area_count(self) -> int:
        return len(self.answer.areas)

    @property
    def site_count(self) -> int:
        return len(self.answer.sites)

    @cached_property
    def sites(self) -> list[Turned]:
        names = self.answer.names
        return [
            Turned(
                names.site(turn.site_id),
                names.area(turn.area),
                site_mark(*turn.before) if turn.before else _NOT_THERE,
                site_mark(*turn.after) if turn.after else _NOT_THERE,
                reasons(turn, names),
                self.said.site(turn).gap,
            )
            for turn in self.answer.sites[:MOST]
        ]

    @cached_property
    def milestones(self) -> list[Turned]:
        return [self._milestone(was, is_now) for was, is_now in self.answer.milestones]

    def _milestone(self, was: dict | None, is_now: dict | None) -> Turned:
        entry = is_now or was
        assert entry is not None
        milestone = next(each for each in self.answer.plan.milestones if each.key == entry["key"])
        before, after = (milestone_mark(SimpleNamespace(**each)) if each else _NOT_THERE for each in (was, is_now))
        return Turned(
            f"{entry['key']} {wording.milestone_title(milestone)}",
            self.answer.names.area(entry["scope"]),
            before,
            after,
            self.said.milestone_sentence(was, is_now),
            self.said.milestone(entry).gap,
        )

    @cached_property
    def standings(self) -> list[SupposedStanding]:
        """The area asked about and those above it, with their criteria as they would be."""
        return [self._standing(area) for area in self.lineage if area.kind != AreaKind.COMMUNITY]

    def _standing(self, area: Area) -> SupposedStanding:
        was, is_now = self.answer.verdicts(area.code)
        criteria = [
            CriterionBeside(
                criterion,
                wording.criterion_title(criterion),
                now.text if now else "",
                criterion_mark(figures["outcome"], figures["role"]),
                words,
                now is None or now.text != words.text,
            )
            for criterion, figures, words, now in self.said.criteria(area.code)
        ]
        return SupposedStanding(area, verdict_mark(was), verdict_mark(is_now), self.said.area(area.code), criteria)


def verdict_mark(verdict: dict | None) -> Mark:
    return area_mark(verdict["outcome"], verdict["reference"]) if verdict else _NOT_THERE
