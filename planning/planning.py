"""A question answered: the least plan for a target, read from the database and judged by the rules."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from acceptance.judging.facts import read
from acceptance.rules.judge import County, Period
from areas.models import Site
from areas.tiles import around
from planning.answer import Conditions, Reached, document, reached
from planning.question import BuildQuestion, CannotPlan
from planning.reading import PosedQuestion, asked
from planning.solving.actions import (
    KINDS,
    NEW,
    OPEN,
    ORDERS,
    UPGRADE,
    BuildAction,
    Costs,
    openings,
    order_actions,
    upgrades,
)
from planning.solving.effects import judged
from planning.solving.gains import gained
from planning.solving.program import Clock
from planning.solving.search import NoPlan
from planning.solving.targets import OutOfReach, Target

Reach = Callable[[Target, Conditions, Clock], Reached]
"""How a plan is looked for."""


def solve(question: BuildQuestion) -> dict:
    """The document of ``build_plan`` (docs/build-plan.md); CannotPlan for a question that has no plan."""
    return solved(asked(question))[0]


def solved(about: PosedQuestion, reach: Reach = reached) -> tuple[dict, tuple[BuildAction, ...]]:
    """The document, and the actions in its order."""
    conditions, facts = conditions_of(about), about.period.facts
    found: Reached | None = None
    with suppress(NoPlan, OutOfReach):
        found = reach(about.target, conditions, Clock(about.question.time_limit))
        found = replace(found, actions=tuple(sorted(found.actions, key=lambda each: each.order(facts))))
    told = document(head(about), about.target, conditions, found)
    actions = found.actions if found else ()
    return told | {"actions": action_entries(about, actions)}, actions


def head(about: PosedQuestion) -> dict:
    """What stands first in every answer."""
    question = about.question
    target: dict[str, Any] = {"area": question.area}
    if question.milestone is not None:
        target["milestone"] = question.milestone
    if question.operators:
        target["operators"] = list(question.operators)
    return {
        "plan": about.period.county.plan.key,
        "period": str(about.period.quarter),
        "basis": question.basis,
        "target": target,
    }


# ------------------------------------------------ conditions


def conditions_of(about: PosedQuestion) -> Conditions:
    """What the question demands, in rows of the facts; CannotPlan for a pinned action that there is not."""
    question, operators = about.question, about.period.facts.operators
    named = tuple(sorted({operators.index(code) for code in question.operators}))
    return Conditions(
        objective=question.objective,
        places=question.places,
        operators=named or tuple(range(len(operators))),
        costs=_costs(about.period) if question.objective == "cost" else None,
        without=frozenset(action for key in question.without if (action := _action(about.period, key)) is not None),
        pinned=tuple(_pinned(about.period, key) for key in question.with_),
        at_most=question.at_most,
    )


def _costs(period: Period) -> Costs:
    """Yuan by kind of action and operator."""
    costs = period.county.plan.costs
    assert costs is not None
    prices = dict(zip(KINDS, (costs.new, costs.upgrade, costs.open, costs.order), strict=True))
    return {kind: [price.yuan(code) for code in period.facts.operators] for kind, price in prices.items()}


def _pinned(period: Period, key: Any) -> BuildAction:
    action = _action(period, key)
    if action is None:
        raise CannotPlan(f"指定必须采取的措施 {dict(key)} 在 {period.quarter} 不存在。请重新选择。")
    return action


def _action(period: Period, key: Any) -> BuildAction | None:
    """The action that an answer names so; None where there is none in the period."""
    facts, kind = period.facts, key.get("action")
    try:
        if kind == NEW:
            return BuildAction(NEW, facts.operators.index(key["operator"]), float(key["lon"]), float(key["lat"]))
        if kind == ORDERS:
            operator, area = facts.operators.index(key["operator"]), facts.areas.code.index(key["area_code"])
            return next(each for each in order_actions(period) if (each.operator, each.area) == (operator, area))
        some = {UPGRADE: upgrades, OPEN: openings}[kind](period)
        point = facts.access_points.ap_id.index(key["ap_id"])
    except (KeyError, ValueError, TypeError, StopIteration):
        return None
    return BuildAction(kind, int(facts.access_points.operator[point]), point=point) if some[point] else None


# ------------------------------------------------ what each action brings


def action_entries(about: PosedQuestion, actions: Sequence[BuildAction]) -> list[dict]:
    """The actions as they are printed, each with the sites of the whole database that it gains."""
    if not actions:
        return []
    period, of_reach = about.period, about.target.of_reach
    sites = gained(period, judged(period, actions), actions, of_reach)
    for county in _neighbours(period, actions):
        theirs = _in_county(about, county, actions)
        for number, more in theirs.items():
            sites[number] = sorted(sites[number] + more)
    return [_entry(period, action, some) for action, some in zip(actions, sites, strict=True)]


def _entry(period: Period, action: BuildAction, sites: list[str]) -> dict:
    facts = period.facts
    orders = {"orders": sorted(facts.orders.order_id[row] for row in action.orders)} if action.kind == ORDERS else {}
    return {"action": action.kind, **action.key(facts), **orders, "sites": sites}


def _place(period: Period, action: BuildAction) -> tuple[float, float]:
    points = period.facts.access_points
    return (
        (action.lon, action.lat)
        if action.kind == NEW
        else (float(points.lon[action.point]), float(points.lat[action.point]))
    )


def _neighbours(period: Period, actions: Sequence[BuildAction]) -> list[str]:
    """Other counties with sites near a point of the plan."""
    places = [_place(period, each) for each in actions if each.kind != ORDERS]
    if not places:
        return []
    lon, lat = np.array(places).T
    near = Site.objects.filter(around(lon, lat, period.county.plan.capability.largest_radius_m))
    own = period.facts.areas.code[0][:6]
    return sorted(set(near.order_by().values_list("county", flat=True).distinct()) - {own})


def _in_county(about: PosedQuestion, county: str, actions: Sequence[BuildAction]) -> dict[int, list[str]]:
    """By the number of the action the sites of another county that it gains."""
    period = about.period
    theirs = County(read(county, [period.quarter], [about.question.basis]), period.county.plan, period.county.calendar)
    before = theirs.period(period.quarter)
    row = {ap_id: number for number, ap_id in enumerate(before.facts.access_points.ap_id)}
    moved: dict[int, BuildAction] = {}
    for number, action in enumerate(actions):
        if action.kind == NEW:
            moved[number] = action
        elif action.kind != ORDERS and (ap_id := period.facts.access_points.ap_id[action.point]) in row:
            moved[number] = replace(action, point=row[ap_id])
    there = list(moved.values())
    return dict(zip(moved, gained(before, judged(before, there), there, about.target.of_reach), strict=True))
