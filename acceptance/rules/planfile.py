"""Reading a plan file: what cannot be right is refused, with the line and the reason."""

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from fractions import Fraction
from typing import Any

from acceptance.rules import plan as p
from common.periods import Quarter

WORKING_DAYS = "工作日"
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]+)?)%")


class PlanError(ValueError):
    """The plan file cannot be right; the message names line and reason in Chinese."""


class Table:
    """A table of the file: gives its entries one by one and knows the line of each."""

    def __init__(self, text: str, header: str, content: Any, nth: int = 0) -> None:
        self.text, self.header, self.nth = text, header, nth
        if not isinstance(content, dict):
            raise PlanError(f"第 {self.line()} 行：{header} 应为一张表。")
        self.rest = dict(content)

    def line(self, name: str = "") -> int:
        """The line of the entry ``name``, or of the table's header."""
        seen, inside, at = -1, self.header == "", 1
        for number, line in enumerate(self.text.splitlines(), 1):
            if line.startswith("["):
                inside = line.strip("[] \t") == self.header
                seen += inside
                inside = inside and seen == self.nth
                at = number if inside else at
            elif inside and name and re.match(rf"{re.escape(name)}\s*=", line):
                return number
        return at

    def refuse(self, name: str, reason: str) -> PlanError:
        where = f"[{self.header}] 的 {name}" if self.header else name
        return PlanError(f"第 {self.line(name)} 行：{where}{reason}")

    def take(self, name: str, read: Callable[[Any], Any], *default: Any) -> Any:
        """The entry ``name`` as ``read`` reads it; PlanError when it is missing or ``read`` raises ValueError."""
        if name not in self.rest:
            if default:
                return default[0]
            raise self.refuse(name, " 没有填写。")
        raw = self.rest.pop(name)
        try:
            return read(raw)
        except ValueError as error:
            raise self.refuse(name, f" = {raw!r} 不对：{error}") from None

    def close(self) -> None:
        """PlanError when an entry is left that nobody asked for."""
        for name in self.rest:
            raise self.refuse(name, " 不是方案文件的项目，请检查拼写。")


def words(raw: Any) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise ValueError("应为文字。")
    return raw


def listed(choices: Iterable[str]) -> Callable[[Any], str]:
    def read(raw: Any) -> str:
        if raw not in choices:
            raise ValueError(f"应为 {'、'.join(choices)} 之一。")
        return raw

    return read


def several(read: Callable[[Any], str]) -> Callable[[Any], tuple[str, ...]]:
    def read_all(raw: Any) -> tuple[str, ...]:
        if not isinstance(raw, list) or not raw:
            raise ValueError("应为一个列表，至少一项。")
        return tuple(read(item) for item in raw)

    return read_all


def whole(raw: Any) -> int:
    """A positive whole number."""
    if type(raw) is not int or raw < 1:
        raise ValueError("应为大于 0 的整数。")
    return raw


def yuan(raw: Any) -> int:
    """Whole yuan, or nothing."""
    if type(raw) is not int or raw < 0:
        raise ValueError("应为不小于 0 的整数，单位是元。")
    return raw


def switch(raw: Any) -> bool:
    if type(raw) is not bool:
        raise ValueError("应为 true 或 false。")
    return raw


def share(raw: Any) -> Fraction:
    """A share above 0 and up to 1, written as a percentage in quotes so that it stays exact."""
    match = _PERCENT.fullmatch(raw) if isinstance(raw, str) else None
    if match is None or not 0 < (value := Fraction(match[1]) / 100) <= 1:
        raise ValueError('应为大于 0、不超过 100% 的百分数，写在引号里，例如 "90%"。')
    return value


def confidence(raw: Any) -> Fraction:
    """How sure a reading is to be: certainty is not to be had by a sample."""
    if (value := share(raw)) == 1:
        raise ValueError("应低于 100%：抽查不能保证无误。")
    return value


def target(raw: Any) -> Fraction | int | str:
    """A percentage, a count, or ``all``."""
    if raw == p.ALL:
        return p.ALL
    return whole(raw) if type(raw) is int else share(raw)


def quarter(raw: Any) -> Quarter:
    return Quarter.parse(words(raw))


def district_code(raw: Any) -> str:
    if not re.fullmatch(r"[0-9]{6}", words(raw)):
        raise ValueError("应为 6 位县区编码。")
    return raw


class PlanFile:
    """A plan file on its way to a Plan."""

    def __init__(self, text: str, clauses: Iterable[str], wording: str) -> None:
        """``clauses``: the ids that may be cited; ``wording``: the plan's own text, in which every quotation must stand."""
        self.text, self.clauses, self.wording = text, frozenset(clauses), wording
        try:
            self.root = Table(text, "", tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise PlanError(f"方案文件不是合法的 TOML：{error}") from None

    def group(self, header: str) -> dict:
        return self.root.take(header, lambda raw: Table(self.text, header, raw).rest)

    def tables(self, header: str) -> list[Table]:
        raw = self.root.take(header, list)
        return [Table(self.text, header, content, nth) for nth, content in enumerate(raw)]

    def citation(self, raw: Any) -> str:
        """A quotation, every part of which stands in the plan's text (… joins parts)."""
        for part in words(raw).split("…"):
            if part not in self.wording:
                raise ValueError(f"方案原文里没有“{part}”这句话。")
        return raw

    def source(self, table: Table) -> p.Source:
        def known(raw: Any) -> str:
            if raw not in self.clauses:
                raise ValueError("没有这一条款编号。")
            return raw

        def explained(raw: Any) -> str:
            if raw not in self.readings:
                raise ValueError(f"{raw} 没有在 [readings] 中说明理由。")
            return raw

        return p.Source(
            table.take("clause", known),
            table.take("quote", self.citation),
            table.take("readings", several(explained), ()),
        )

    def value(self, header: str, content: Any, read: Callable[[Any], Any]) -> p.Value:
        table = Table(self.text, header, content)
        value = p.Value(table.take("value", read), table.take("unit", words), self.source(table))
        table.close()
        return value

    def values(self, header: str, readers: dict[str, Callable[[Any], Any]]) -> dict[str, p.Value]:
        group = Table(self.text, header, self.group(header))
        found = {
            name: self.value(f"{header}.{name}", group.take(name, lambda raw: raw), read)
            for name, read in readers.items()
        }
        group.close()
        return found

    def plan(self) -> p.Plan:
        """The plan; PlanError when anything in the file cannot be right."""
        self.readings = self._readings()
        root = self.root
        duties = self._duties()
        plan = p.Plan(
            key=root.take("key", words),
            name=root.take("name", words),
            district=root.take("district", district_code),
            first_period=root.take("first_period", quarter),
            permanent_households=self.values("in_scope", {"permanent_households": whole})["permanent_households"],
            capability=p.Capability(**self.values("capability", {
                "downstream": whole, "radius_urban": whole, "radius_rural": whole, "television": switch, "operators": whole,
            })),
            service=p.Service(**self.values("service", {
                "installation": whole, "expansion": whole, "expansion_then_installation": switch, "on_time_share": share,
            })),
            titles=self._names("titles", p.KINDS),
            indicators=self._names("indicators", ("coverage", "penetration")),
            criteria=self._criteria(),
            milestones=self._milestones(duties),
            duties=p.frozen(duties),
            award=self._award(),
            deadlines=self._deadlines(),
            costs=self._costs(),
            terms=self._terms(),
            readings=p.frozen(self.readings),
            digest=hashlib.sha256(self.text.encode()).hexdigest(),
            text=self.text,
        )  # fmt: skip
        root.close()
        self._consistent(plan)
        return plan

    def _readings(self) -> dict[str, p.Reading]:
        found = {}
        for key, content in self.group("readings").items():
            table = Table(self.text, f"readings.{key}", content)
            found[key] = p.Reading(key, table.take("text", words), table.take("reason", words))
            table.close()
        return found

    def _names(self, header: str, allowed: tuple[str, ...]) -> Mapping[str, p.Title]:
        found = {}
        for name, content in self.group(header).items():
            table = Table(self.text, f"{header}.{name}", content)
            if name not in allowed:
                raise table.refuse(name, f" 无法识别，应为 {'、'.join(allowed)} 之一。")
            found[name] = p.Title(table.take("title", words), self.source(table))
            table.close()
        return p.frozen(found)

    def _duties(self) -> dict[str, p.Duty]:
        found = {}
        for key, content in self.group("duties").items():
            table = Table(self.text, f"duties.{key}", content)
            found[key] = p.Duty(
                table.take("name", words),
                table.take("lead", words),
                table.take("responsible", several(words)),
                self.source(table),
            )
            table.close()
        return found

    def _criteria(self) -> Mapping[str, p.Criterion]:
        found: dict[str, p.Criterion] = {}
        for table in self.tables("criteria"):
            criterion = p.Criterion(
                key=table.take("key", words),
                kind=table.take("kind", listed(p.KINDS)),
                role=table.take("role", listed(("hard", "reference"))),
                measure=table.take("measure", listed(p.CRITERION_MEASURES)),
                threshold=table.take("threshold", share),
                site_kinds=table.take(
                    "site_kinds", lambda raw: p.SITE_KINDS if raw == "all" else several(listed(p.SITE_KINDS))(raw), ()
                ),
                required_kind=table.take("required_kind", listed(p.SITE_KINDS), ""),
                source=self.source(table),
            )
            table.close()
            if criterion.key in found:
                raise table.refuse("key", f" = {criterion.key} 重复。")
            if criterion.kind not in p.CRITERION_MEASURES[criterion.measure]:
                raise table.refuse("measure", f" = {criterion.measure} 不能用于 {criterion.kind}。")
            if (criterion.measure in ("own_sites", "sites_beneath")) != bool(criterion.site_kinds):
                raise table.refuse("site_kinds", " 与 measure 不符：只有点位占比需要、也必须写明点位类型。")
            found[criterion.key] = criterion
        return p.frozen(found)

    def _milestones(self, duties: dict[str, p.Duty]) -> tuple[p.Milestone, ...]:
        found: dict[str, p.Milestone] = {}
        for table in self.tables("milestones"):
            milestone = p.Milestone(
                key=table.take("key", words),
                due=table.take("due", quarter),
                scope=table.take("scope", listed(p.SCOPES)),
                measure=table.take("measure", listed(p.SHARE_MEASURES + p.COUNT_MEASURES)),
                target=table.take("target", target),
                scored=table.take("scored", switch, True),
                duty=table.take("duty", listed(duties)),
                source=self.source(table),
            )
            table.close()
            if milestone.key in found:
                raise table.refuse("key", f" = {milestone.key} 重复。")
            if milestone.is_count == isinstance(milestone.target, Fraction):
                raise table.refuse(
                    "target", f" 与 measure = {milestone.measure} 不符：占比用百分数，个数用整数或 all。"
                )
            found[milestone.key] = milestone
        return tuple(sorted(found.values(), key=lambda milestone: (milestone.due, milestone.key)))

    def _award(self) -> p.Award:
        if "award" not in self.root.rest:
            return p.Award()
        group = Table(self.text, "award", self.group("award"))
        days = {
            name: self.value(f"award.{name}", content, whole)
            for name in ("publicity", "hearing")
            if (content := group.take(name, lambda raw: raw, None)) is not None
        }
        sampling = group.take("sampling", lambda raw: raw, None)
        evidence = tuple(
            self._evidence(Table(self.text, "award.evidence", content, nth))
            for nth, content in enumerate(group.take("evidence", list, []))
        )
        group.close()
        return p.Award(evidence, None if sampling is None else self._sampling(sampling), **days)

    def _terms(self) -> Mapping[str, p.Value]:
        if "terms" not in self.root.rest:
            return p.frozen({})
        group = Table(self.text, "terms", self.group("terms"))
        found = {
            name: self.value(f"terms.{name}", content, whole)
            for name in p.TERMS
            if (content := group.take(name, lambda raw: raw, None)) is not None
        }
        group.close()
        return p.frozen(found)

    def _sampling(self, content: Any) -> p.Sampling:
        table = Table(self.text, "award.sampling", content)
        sampling = p.Sampling(
            table.take("share", share),
            table.take("confidence", confidence),
            table.take("least_per_kind", whole),
            table.take("least_per_village", whole),
            table.take("by_risk", switch),
            table.take("required", switch),
            self.source(table),
        )
        table.close()
        return sampling

    def _evidence(self, table: Table) -> p.EvidenceRequired:
        evidence = p.EvidenceRequired(
            table.take("title", listed(p.KINDS)),
            table.take("kind", listed(p.EVIDENCE_KINDS)),
            table.take("count", whole),
            table.take("criterion", words),
            table.take("required", switch),
            self.source(table),
        )
        table.close()
        return evidence

    def _deadlines(self) -> Mapping[str, p.Value]:
        """Each kind once, whichever table names it."""
        found: dict[str, p.Value] = {}
        for table in self.tables("deadlines") if "deadlines" in self.root.rest else ():
            value = p.Value(table.take("days", whole), WORKING_DAYS, self.source(table))
            for kind in table.take("of", several(words)):
                if kind in found:
                    raise table.refuse("of", f" 中的 {kind} 重复。")
                found[kind] = value
            table.close()
        return p.frozen(found)

    def _costs(self) -> p.Costs | None:
        if "costs" not in self.root.rest:
            return None
        group = Table(self.text, "costs", self.group("costs"))
        prices = {
            field.name: self._unit_price(f"costs.{field.name}", group.take(field.name, lambda raw: raw))
            for field in fields(p.Costs)
        }
        group.close()
        return p.Costs(**prices)

    def _unit_price(self, header: str, content: Any) -> p.UnitPrice:
        table = Table(self.text, header, content)
        general = p.Price(table.take("yuan", yuan), table.take("source", words))
        others = Table(self.text, f"{header}.operators", table.take("operators", lambda raw: raw, {})).rest
        table.close()
        return p.UnitPrice(
            general,
            p.frozen({code: self._price(f"{header}.operators.{code}", each) for code, each in others.items()}),
        )

    def _price(self, header: str, content: Any) -> p.Price:
        table = Table(self.text, header, content)
        price = p.Price(table.take("yuan", yuan), table.take("source", words))
        table.close()
        return price

    def _consistent(self, plan: p.Plan) -> None:
        for nth, each in enumerate(plan.award.evidence):
            criterion = plan.criteria.get(each.criterion)
            if criterion is None or criterion.kind != each.title:
                raise Table(self.text, "award.evidence", {}, nth).refuse(
                    "criterion", f" = {each.criterion} 不是 {each.title} 的标准。"
                )
        for kind in p.KINDS:
            hard = [criterion for criterion in plan.criteria_of(kind) if criterion.role == "hard"]
            if (kind in plan.titles) != bool(hard):
                raise PlanError(
                    f"第 {Table(self.text, f'titles.{kind}', {}).line()} 行：{kind} 的称号和硬性标准必须同时有或同时没有。"
                )
            measures = [criterion.is_rate for criterion in plan.criteria_of(kind)]
            if sorted(measures) != sorted(set(measures)):
                raise PlanError(
                    f"第 {Table(self.text, 'criteria', {}).line()} 行：{kind} 最多一条占比标准和一条渗透率标准。"
                )
        for nth, criterion in enumerate(plan.criteria.values()):
            if criterion.role == "reference" and not criterion.is_rate:
                raise Table(self.text, "criteria", {}, nth).refuse(
                    "role", " = reference 只能用于 measure = penetration：占比标准决定称号。"
                )
        if not plan.milestones:
            raise PlanError(f"第 {self.root.line('milestones')} 行：至少要有一项里程碑。")
        for milestone in plan.milestones:
            if milestone.due < plan.first_period:
                raise PlanError(
                    f"第 {self.root.line('first_period')} 行：first_period 晚于里程碑 {milestone.key} 的期限 {milestone.due}。"
                )


def parse(text: str, *, clauses: Iterable[str], wording: str) -> p.Plan:
    """The plan that ``text`` writes; PlanError with line and reason when it cannot be right."""
    return PlanFile(text, clauses, wording).plan()
