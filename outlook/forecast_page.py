"""What the page of forecasts shows: the open targets with their chances, and how good such forecasts have been."""

from dataclasses import dataclass
from functools import cached_property

from acceptance import wording
from acceptance.models import Basis, MilestoneVerdict
from acceptance.rules.plan import Milestone, Plan
from acceptance.verdicts.marks import Mark, milestone_mark
from areas.dated import then
from common.periods import Quarter
from outlook import forecasting, trials
from outlook.backtest import LAST, MODEL, PACE, Backtest
from outlook.forecasting import Family, Prospect

METHODS = {MODEL: "本模型", PACE: "平均速度推算", LAST: "沿用上季数"}


@dataclass(frozen=True)
class Open:
    """An open target in one scope; ``told`` is None where nothing may be told, and ``why_not`` says why."""

    row: MilestoneVerdict
    value: str
    mark: Mark
    told: Prospect | None
    why_not: str


@dataclass(frozen=True)
class OpenMilestone:
    milestone: Milestone
    title: str
    rows: list[Open]


@dataclass(frozen=True)
class ScoreRow:
    """A method's scores as text; what is wrong is rounded up, what is right cut down."""

    name: str
    brier: str
    log_loss: str
    error: str
    covered: str


class ForecastPage:
    """The open targets in the user's scope, seen from a quarter."""

    def __init__(self, user, plan: Plan, county: str, quarter: Quarter, basis: Basis) -> None:
        self.user, self.plan, self.county, self.quarter, self.basis = user, plan, county, quarter, basis
        self.outlook = forecasting.of(county, quarter, basis)

    @cached_property
    def milestones(self) -> list[OpenMilestone]:
        """By due date and key; scopes by their codes."""
        rows = list(
            MilestoneVerdict.objects.visible_to(self.user)
            .standing()
            .filter(county=self.county, period=str(self.quarter), basis=self.basis, held=False)
            .exclude(status="not_applicable")
            .select_related("area")
            .order_by("due", "key", "area_id")
        )
        then((row.area for row in rows), self.quarter.last_day)
        known = {each.key: each for each in self.plan.milestones}
        shown: dict[str, OpenMilestone] = {}
        for row in rows:
            if row.key in known:
                milestone = known[row.key]
                entry = OpenMilestone(milestone, wording.milestone_title(milestone), [])
                shown.setdefault(row.key, entry).rows.append(self._open(milestone, row))
        return list(shown.values())

    def _open(self, milestone: Milestone, row: MilestoneVerdict) -> Open:
        told = self.outlook.of(row.key, row.area_id)
        value = wording.value_words(milestone, row)
        return Open(row, value, milestone_mark(row), told, "" if told else self._why_not(milestone, row))

    def _why_not(self, milestone: Milestone, row: MilestoneVerdict) -> str:
        family = self.outlook.families.get(forecasting.family_of(milestone.measure))
        if family is None or not row.total:
            return "可供推算的季度不足，暂不预测。"
        if row.key in self.outlook.far:
            return "期限在四个季度以后，未经回测，不作预测。"
        return family.why_not or "本季缺季报，合计数不可比，暂不预测。"

    @property
    def families(self) -> list[tuple[Family, list[ScoreRow]]]:
        return [(family, score_rows(family.backtest)) for family in self.outlook.families.values()]

    @property
    def trials(self) -> trials.Trials:
        return trials.found()

    @property
    def trial_rows(self) -> list[ScoreRow]:
        return score_rows(self.trials.whole)

    @property
    def story_rows(self) -> list[tuple[str, list[ScoreRow], bool]]:
        """By story the scores, and whether the model was the best there too."""
        return [(name, score_rows(each), each.is_better) for name, each in self.trials.rows]


def score_rows(found: Backtest) -> list[ScoreRow]:
    return [
        ScoreRow(
            METHODS[name], _up(score.brier, 1000, "{:.3f}"), _up(score.log_loss, 1000, "{:.3f}"),
            _up(score.error * 100, 10, "{:.1f}%"), f"{int(score.covered * 100)}%",
        )
        for name, score in found.scores.items()
    ]  # fmt: skip


def _up(value: float, parts: int, form: str) -> str:
    return form.format(-int(-value * parts // 1) / parts)
