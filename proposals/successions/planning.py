"""The six acts by which an area ends in another, or becomes another kind, as rows of the register.

Whatever ends takes what lies beneath it along: a code is a path (docs/adr/0003), so each area beneath gets a new code
beneath the successor and is itself succeeded (改码), and sites move by the day. Orders and returns stay where they are.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F, Q, TextChoices

from areas.dated import FromDay, then
from areas.models import Area, DatedValue, Site, Succession
from areas.vocabulary import LEAVES, AreaKind, DatedTable, SuccessionKind
from common.lookups import chunks
from proposals.drafts import ItemDraft
from proposals.vocabulary import Act
from register.succession import level_of


class SuccessionAct(TextChoices):
    MERGE = "merge", "合并"
    SPLIT = "split", "分设"
    RENAME = "rename", "更名"
    RECODE = "recode", "改码"
    TO_COMMUNITY = "community", "村改居"
    TO_STREET = "street", "撤镇设街"


BECOMES = {SuccessionAct.TO_COMMUNITY: AreaKind.COMMUNITY, SuccessionAct.TO_STREET: AreaKind.STREET}
"""What an area is after the act, where that is another kind."""
BEGINS_AS = {
    SuccessionAct.TO_COMMUNITY: (AreaKind.VILLAGE,),
    SuccessionAct.TO_STREET: (AreaKind.TOWN,),
}
"""The kinds that an area may be of, where not every one."""
IN_PLACE = (SuccessionAct.RENAME, SuccessionAct.TO_COMMUNITY, SuccessionAct.TO_STREET)
"""What may be done under the area's own code: then it is no succession but a change of name and kind from the day on."""
_OF_ACT = {SuccessionAct.MERGE: SuccessionKind.MERGE, SuccessionAct.SPLIT: SuccessionKind.SPLIT}


@dataclass(frozen=True)
class Heir:
    """What takes over: an area that is there (no name), or a new one with its name; households of a natural village."""

    code: str
    name: str = ""
    households: int | None = None


@dataclass(frozen=True)
class Asked:
    """An act as it was asked for. Without heirs it is done under the area's own code, with another ``name``.

    ``parts`` says of a split which part each area beneath and each site goes to, by code and by site number.
    """

    act: SuccessionAct
    day: date
    document: str
    origins: Sequence[Area]
    heirs: Sequence[Heir] = ()
    name: str = ""
    carries_title: bool | None = None
    parts: Mapping[str, str] = field(default_factory=dict)


@dataclass
class SuccessionPlan:
    """The rows of an act, and why it cannot be."""

    drafts: list[ItemDraft] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def plan(asked: Asked) -> SuccessionPlan:
    """The rows that the act makes, with what its own rules find wrong; those of the register are asked by ``Assembly``."""
    planner = _Planner(asked)
    planner.run()
    return SuccessionPlan(planner.drafts, planner.problems)


def title_of(asked: Asked) -> str:
    """合并：新马村并入秀溪村."""
    gone = "、".join(area.name for area in asked.origins)
    if not asked.heirs:
        return f"{asked.act.label}：{gone}" + (f"改称{asked.name}" if asked.name else "")
    names = dict(Area.objects.filter(pk__in=[heir.code for heir in asked.heirs]).values_list("pk", "name"))
    return (
        f"{asked.act.label}：{gone}→{'、'.join(heir.name or names.get(heir.code, heir.code) for heir in asked.heirs)}"
    )


def candidates(area: Area, on: date) -> list[Area]:
    """What may take an area over: those in force of its level, for a leaf of its kind and township; its own parent's first."""
    found = Area.objects.in_force(on).filter(kind__in=level_of(area) or (), county=area.county).exclude(pk=area.pk)
    if area.kind in LEAVES:
        found = found.beneath(area.code[:9]).filter(kind=area.kind)
    rows = found.select_related("parent").order_by("code")
    return sorted(rows, key=lambda each: (each.parent_id != area.parent_id, each.code))


def members(area: Area, day: date) -> tuple[list[Area], list[Site]]:
    """What a split has to deal out: the areas right beneath on a day, and the sites that stand at the area itself."""
    children = list(_lasting(area.children.order_by("code"), day))
    standing = [site for site, stays in _stays([area.code], day) if any(code == area.code for _, code in stays)]
    return then(children, day), standing


def unused_code(parent: str, like: str) -> str:
    """The next free code beneath a parent, after those that begin as the last three digits of ``like`` do; blank: none."""
    codes = Area.objects.filter(parent=parent).values_list("code", flat=True)
    taken = {int(code[-3:]) for code in codes}
    same = [number for number in taken if number // 100 == int(like[-3:]) // 100]
    following = (number for number in range(max(same, default=0) + 1, 1000) if number not in taken)
    return next((f"{parent}{number:03d}" for number in following), "")


def _lasting(rows: Iterable[Area], day: date) -> Iterator[Area]:
    """Areas that have not ended by a day; what was voided never was."""
    return (row for row in rows if not (row.valid_to and (row.valid_to <= day or row.valid_to == row.valid_from)))


def _is_void(area: Area) -> bool:
    return area.valid_to is not None and area.valid_from == area.valid_to


Stays = list[tuple[date | None, str]]
"""Where a site stands, from which day on; None: from its own beginning."""


def _stays(codes: Sequence[str], day: date) -> Iterator[tuple[Site, Stays]]:
    """The sites that stand at or beneath some areas on a day or later, with those stays that reach beyond the day."""
    named, moved = Q(), Q()
    for code in codes:
        named |= Q(area__code__startswith=code)
        moved |= Q(value__startswith=code)
    moves = DatedValue.objects.filter(moved, table=DatedTable.SITES, column="area_code")
    sites = list(Site.objects.filter(named | Q(site_id__in=moves.values("key"))).order_by("site_id"))
    steps: dict[str, list[FromDay]] = defaultdict(list)
    for some in chunks(site.site_id for site in sites):
        rows = DatedValue.objects.filter(table=DatedTable.SITES, column="area_code", key__in=some)
        for key, since, code in rows.order_by("effective_on").values_list("key", "effective_on", "value"):
            steps[key].append((since, code))
    for site in sites:
        if site.valid_to and (site.valid_to <= day or site.valid_to == site.valid_from):
            continue
        every: Stays = [(None, site.area_id), *steps[site.site_id]]
        ends = [*(since for since, _ in every[1:]), date.max]
        lasting = [
            stay for stay, end in zip(every, ends, strict=True) if end > day and stay[1].startswith(tuple(codes))
        ]
        if lasting:
            yield site, lasting


class _Planner:
    """Works out the rows of one act."""

    def __init__(self, asked: Asked) -> None:
        self.asked, self.day = asked, asked.day
        self.drafts: list[ItemDraft] = []
        self.problems: list[str] = []
        self._went: dict[str, str] = {}
        """By code of what ends where its sites go; of a split area itself its sites say so."""
        self._begun: set[str] = set()
        self._taken_beneath: dict[str, set[str]] = {}
        codes = [heir.code for heir in asked.heirs]
        self._names = dict(Area.objects.filter(pk__in=codes).values_list("pk", "name"))

    def run(self) -> None:
        asked = self.asked
        origins = then(asked.origins, self.day)
        allowed = BEGINS_AS.get(asked.act)
        for area in origins:
            if allowed and area.kind not in allowed:
                self._refuse(
                    f"{asked.act.label}只用于{'、'.join(kind.label for kind in allowed)}，{area.name}是{area.get_kind_display()}。"
                )
            if level_of(area) is None or level_of(area) != level_of(origins[0]):
                self._refuse("一次撤并的单位应为同一级，区本身不能撤并。")
        if self.problems:
            return
        if not asked.heirs:
            self._in_place(origins[0])
            return
        self._heirs(origins)
        if not self.problems:
            for area in origins:
                self._leave(area)
            self._move_sites()
            self._later_ones()

    def _refuse(self, sentence: str) -> None:
        if sentence not in self.problems:
            self.problems.append(sentence)

    # ------------------------------------------------ under its own code

    def _in_place(self, area: Area) -> None:
        wanted = {"name": self.asked.name, "kind": BECOMES.get(self.asked.act, "")}
        now = {"name": area.name, "kind": area.kind}
        for column, value in wanted.items():
            if value and value != now[column]:
                self._change(DatedTable.AREAS, area.code, column, value)
        if not self.drafts:
            self._refuse("没有要改的：请填新的名称或编码。")

    def _change(self, table: str, key: str, column: str, value: str) -> None:
        """A value from the day on; a change of that very day is replaced."""
        stored = DatedValue.objects.filter(table=table, key=key, column=column, effective_on=self.day).exists()
        self._draft(table, key, Act.CORRECT if stored else Act.CHANGE, {column: value}, self.day)

    def _draft(
        self, table: str, key: str, act: Act, values: Mapping[str, str], on: date | None = None, name: str = ""
    ) -> None:
        self.drafts.append(ItemDraft(table, key, act, values, on, name=name))

    # ------------------------------------------------ what takes over

    def _heirs(self, origins: Sequence[Area]) -> None:
        asked = self.asked
        if len({heir.code for heir in asked.heirs}) < len(asked.heirs):
            self._refuse("承接单位的编码有重复。")
        if asked.act == SuccessionAct.SPLIT and len(asked.heirs) < 2:
            self._refuse("分设至少要有两个新单位。")
        for heir in asked.heirs:
            if any(heir.code.startswith(area.code) for area in origins) or heir.code[:6] != origins[0].county:
                self._refuse("承接单位不能是原单位或其下级，也不能在其他县区。")
            elif heir.name:
                self._begin_heir(heir, origins)
            elif heir.households is not None:
                self._change(DatedTable.AREAS, heir.code, "permanent_households", str(heir.households))

    def _begin_heir(self, heir: Heir, origins: Sequence[Area]) -> None:
        first = origins[0]
        kind = BECOMES.get(self.asked.act, first.kind)
        known = [each.permanent_households for each in origins]
        households = heir.households
        if households is None and self.asked.act != SuccessionAct.SPLIT and None not in known:
            households = sum(number or 0 for number in known)
        if kind == AreaKind.NATURAL_VILLAGE and households is None:
            self._refuse(f"{heir.name}是自然村，请填常住户数。")
        demonstration = self.asked.act != SuccessionAct.SPLIT and any(each.demonstration for each in origins)
        model = Area(
            name=heir.name,
            kind=kind,
            permanent_households=households,
            setting=first.setting,
            demonstration=demonstration,
        )
        self._begin(heir.code, model)

    def _begin(self, code: str, like: Area) -> None:
        """A new area with the values of another; a code of one that was voided is free again."""
        existing = Area.objects.filter(pk=code).first()
        if code in self._begun or (existing and not _is_void(existing)):
            self._refuse(f"编码 {code} 已经有了：请换一个编码。")
        self._begun.add(code)
        households = like.permanent_households
        values = {
            "name": like.name,
            "kind": like.kind,
            "permanent_households": "" if households is None else str(households),
            "setting": like.setting,
            "demonstration": "1" if like.demonstration else "0",
            "valid_from": self.day.isoformat(),
            "valid_to": like.valid_to.isoformat() if like.valid_to else "",
        }
        self._draft("areas", code, Act.CORRECT if existing else Act.ADD, values, name=like.name)

    # ------------------------------------------------ what ends

    def _leave(self, area: Area) -> None:
        """The area ends, and what lies beneath it goes along."""
        if area.valid_to and area.valid_to != self.day:
            self._refuse(f"台账里{area.name}的失效日期是 {area.valid_to}，撤并日期应与它一致；台账有误请先更正台账。")
        self._end(area)
        for heir in self.asked.heirs:
            self._succeed(area, heir.code, heir.name, self._kind(area, heir), self.asked.carries_title)
        sole = self.asked.heirs[0].code if len(self.asked.heirs) == 1 else ""
        self._went[area.code] = sole
        beneath = _lasting(Area.objects.beneath(area.code).exclude(pk=area.pk).order_by("code"), self.day)
        by_parent: dict[str, list[Area]] = defaultdict(list)
        for each in then(beneath, self.day):
            by_parent[each.parent_id or ""].append(each)
        for child in by_parent[area.code]:
            target = sole or self.asked.parts.get(child.code, "")
            if target not in {heir.code for heir in self.asked.heirs}:
                self._refuse(f"请选择{child.name}（{child.code}）归哪一个新单位。")
                continue
            self._recode(child, self._free(target, child.code[-3:]), by_parent)

    def _kind(self, area: Area, heir: Heir) -> SuccessionKind:
        same = SuccessionKind.RECODE if heir.name == area.name else SuccessionKind.RENAME
        return _OF_ACT.get(self.asked.act, same)

    def _recode(self, area: Area, code: str, by_parent: Mapping[str, Sequence[Area]]) -> None:
        if not code:
            self._refuse(f"{area.name}在承接单位之下没有空余的编码。")
            return
        self._end(area)
        self._begin(code, area)
        self._succeed(area, code, area.name, SuccessionKind.RECODE, True)
        self._went[area.code] = code
        for child in by_parent.get(area.code, ()):
            self._recode(child, self._free(code, child.code[-3:]), by_parent)

    def _free(self, parent: str, suffix: str) -> str:
        """A code beneath a parent that is not used: with the same last digits, else the next; blank where there is none."""
        if parent not in self._taken_beneath:
            rows = Area.objects.filter(parent=parent).exclude(valid_to__isnull=False, valid_to=F("valid_from"))
            self._taken_beneath[parent] = set(rows.values_list("code", flat=True))
        taken, first = self._taken_beneath[parent], int(suffix)
        numbers = [*range(first, 1000), *range(1, first)]
        found = next((code for number in numbers if (code := f"{parent}{number:03d}") not in taken), "")
        taken.add(found)
        return found

    def _end(self, area: Area) -> None:
        if area.valid_from and area.valid_from >= self.day:
            self._refuse(f"{area.name}（{area.code}）自 {area.valid_from} 起才有，撤并日期应在那之后。")
        if area.valid_to != self.day:
            self._draft("areas", area.code, Act.END, {}, self.day)

    def _succeed(self, area: Area, code: str, name: str, kind: SuccessionKind, carries_title: bool | None) -> None:
        values = {
            "effective_on": self.day.isoformat(),
            "kind": str(kind),
            "carries_title": "" if carries_title is None else str(int(carries_title)),
            "document": self.asked.document,
        }
        label = f"{area.name}→{name or self._names.get(code, code)}"
        stored = Succession.objects.filter(area=area, successor=code).exists()
        self._draft("successions", f"{area.code}/{code}", Act.CORRECT if stored else Act.ADD, values, name=label)

    def _later_ones(self) -> None:
        """What ends must not be written of as ending, or taking something over, on a later day."""
        for some in chunks(self._went):
            rows = Succession.objects.filter(Q(area__in=some) | Q(successor__in=some), on__gt=self.day)
            for row in rows.select_related("area", "successor"):
                self._refuse(f"{row.area.name}（{row.area_id}）{row.words}：请先撤销那一件，或把日期定在那之后。")

    # ------------------------------------------------ sites

    def _move_sites(self) -> None:
        """Every site that stands on the day, or will stand, at something that ends stands at its successor instead."""
        heirs = {heir.code for heir in self.asked.heirs}
        for site, stays in _stays([area.code for area in self.asked.origins], self.day):
            for since, code in stays:
                if code not in self._went:
                    continue
                target = self._went[code] or self.asked.parts.get(site.site_id, "")
                if not self._went[code] and target not in heirs:
                    self._refuse(f"请选择点位{site.name}（{site.site_id}）归哪一个新单位。")
                    continue
                self._move(site, since, target)

    def _move(self, site: Site, since: date | None, code: str) -> None:
        """From the day on; a stay that begins on the day or later is of the successor from its own beginning."""
        begins = since or site.valid_from
        if begins is None or begins < self.day:
            self._draft("sites", site.site_id, Act.CHANGE, {"area_code": code}, self.day)
        else:
            self._draft("sites", site.site_id, Act.CORRECT, {"area_code": code}, since)
