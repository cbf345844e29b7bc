"""What the page “为什么变了” shows: a change as waterfalls by place, cause and operator, and the pieces they are made of."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.urls import reverse

from acceptance import wording
from acceptance.models import Basis, MilestoneVerdict
from acceptance.rules.plan import Milestone, Plan
from acceptance.verdicts.lookups import NotThere
from acceptance.wording import changes, number
from acceptance.wording.measures import MEASURES
from areas.dated import names_on
from areas.models import Area, Operator, Site
from areas.package.package import chunks
from areas.vocabulary import DatedTable
from common import clock, exports
from common.listing import CODE, NUMBER, WORDS, Column, Listing
from common.periods import Quarter
from figures.address import MemberPart, figure
from outlook import moving
from outlook.attribution import UNEXPLAINED, Cause, Part

PAGE_SIZE = 30
MOST_BARS = 20
"""Villages that get a bar of their own; the rest stand together."""
NOBODY, REST = "none", "rest"

GROUPS = {
    "opened": ("接入点开通", ("point_added", "point_opened", "point_reopened", "point_moved_in")),
    "closed": ("接入点停用或撤除", ("point_closed", "point_removed", "point_not_yet", "point_moved_out")),
    "changed": ("接入点提速、降速或改变用途", ("point_speed", "point_operator", "point_television", "point_broadband")),
    "orders": ("报装工单时限", ("on_time", "late", "still_late")),
    "located": ("坐标补录或缺失", ("site_located", "site_lost", "site_moved")),
    "members": (
        "单位、点位增减和认定",
        ("area_begun", "area_ended", "site_counted", "site_left", "site_area", "households", "kind", "demonstration"),
    ),
    "settings": ("城乡属性和适用半径", ("setting", "radius")),
    "returns": ("季报数", ("return",)),
    "other": ("原因未记录", (UNEXPLAINED,)),
}
"""Kinds of causes as a waterfall shows them, with the causes that belong to each."""
_GROUP = {what: group for group, (_, kinds) in GROUPS.items() for what in kinds}

_SENTENCES: dict[str, Callable[[Cause], str]] = {
    "demonstration": lambda cause: "示范点认定改动",
    "setting": lambda cause: "城乡属性改动",
    "return": lambda cause: f"季报光网覆盖户数由 {_reported(cause['from'])}变为 {_reported(cause['to'])}",
    UNEXPLAINED: lambda cause: "评定依据中没有记录原因",
}


def _reported(households: int | None) -> str:
    return "缺季报" if households is None else f"{number(households)} 户"


def group_of(part: Part) -> str:
    return _GROUP[part.cause["what"]]


@dataclass(frozen=True)
class Bar:
    """A step of a waterfall: what it is called, by how much it moves, and where its bar begins and ends, in per cent."""

    key: str
    name: str
    value: Fraction
    left: float
    width: float
    url: str
    count: int

    @property
    def text(self) -> str:
        return signed(self.value)

    @property
    def tone(self) -> str:
        return "up" if self.value > 0 else "down" if self.value < 0 else "still"


@dataclass(frozen=True)
class Waterfall:
    """From the earlier figure to the later one: ``bars`` sum to the difference exactly."""

    key: str
    title: str
    head: str
    bars: list[Bar]
    low: int
    """Where the axis begins."""


@dataclass(frozen=True)
class Piece:
    """Parts of one cause at one place, ready to be shown."""

    value: Fraction
    township: str
    member: str
    member_name: str
    site: str
    place: str
    operator: str
    group: str
    sentence: str
    ap_id: str
    orders: tuple[str, ...]

    @property
    def text(self) -> str:
        return signed(self.value)

    @property
    def exact(self) -> str:
        return str(self.value)

    @property
    def decimal(self) -> float:
        return float(self.value)


def signed(value: Fraction) -> str:
    """+12.5, −0.33, 0: two places at most, cut; what is less than that is told as such."""
    hundredths = abs(value.numerator) * 100 // value.denominator
    if value and not hundredths:
        return f"{'+' if value > 0 else '−'}不足 0.01"
    whole, rest = divmod(hundredths, 100)
    decimals = f".{rest:02}".rstrip("0") if rest else ""
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{number(whole)}{decimals}"


PIECES = Listing(
    "why", "为什么变了", "项", object,
    (
        Column("township", "街镇"),
        Column("member", "成员编码", kind=CODE),
        Column("member_name", "成员"),
        Column("place", "点位或村居"),
        Column("operator", "运营企业"),
        Column("group", "原因类别"),
        Column("sentence", "原因", kind=WORDS),
        Column("exact", "贡献（精确值）", kind=CODE),
        Column("decimal", "贡献", kind=NUMBER),
    ), (),
)  # fmt: skip


class _Rows(list):
    """Rows for an export, which reads them as it reads a queryset."""

    def iterator(self, chunk_size: int) -> Iterator:
        return iter(self)


class WhyPage:
    """A milestone in a scope between two quarters; ``chosen`` narrows the pieces: place, cause, operator."""

    def __init__(
        self, user, plan: Plan, milestone: Milestone, area: Area, before: Quarter, after: Quarter, basis: Basis,
        chosen: dict[str, str],
    ) -> None:  # fmt: skip
        self.user, self.plan, self.milestone, self.area = user, plan, milestone, area
        self.before, self.after, self.basis, self.chosen = before, after, basis, chosen

    # ------------------------------------------------ figures

    @cached_property
    def rows(self) -> tuple[MilestoneVerdict, MilestoneVerdict]:
        """The stored figures of both quarters; NotThere where the scope lacks one."""
        stored = MilestoneVerdict.objects.visible_to(self.user).standing()
        asked = stored.filter(key=self.milestone.key, area=self.area, basis=self.basis)
        found = {row.period: row for row in asked.filter(period__in=(str(self.before), str(self.after)))}
        for quarter in (self.before, self.after):
            if str(quarter) not in found:
                ways = ((self.title, f"{reverse('milestone', args=[self.milestone.key])}?period={self.after}"),)
                raise NotThere(f"{self.area.name}在{quarter.label}没有这项任务的评定结果，不能比较。", ways)
        return found[str(self.before)], found[str(self.after)]

    @property
    def title(self) -> str:
        return wording.milestone_title(self.milestone)

    @property
    def unit(self) -> str:
        return MEASURES[self.milestone.measure].unit

    @property
    def noun(self) -> str:
        noun = MEASURES[self.milestone.measure]
        return f"{noun.done}的{noun.whole}"

    @property
    def change(self) -> int:
        return self.rows[1].passed - self.rows[0].passed

    @property
    def change_text(self) -> str:
        return signed(Fraction(self.change))

    def figure_url(self, at: int) -> str:
        """The members of the figure of one of the quarters."""
        return figure(
            self.milestone.key, area=self.area, quarter=(self.before, self.after)[at], basis=self.basis,
            part=MemberPart.PASSED,
        )  # fmt: skip

    @property
    def before_url(self) -> str:
        return self.figure_url(0)

    @property
    def after_url(self) -> str:
        return self.figure_url(1)

    @cached_property
    def parts(self) -> list[Part]:
        """The pieces of the change. Whatever the stored inputs do not tell stands as such, so that the sum is exact."""
        scope = self.area.code
        found = moving.parts(scope[:6], self.milestone, scope, self.before, self.after, self.basis)
        rest = self.change - sum((part.value for part in found), Fraction(0))
        return [*found, *([Part(rest, scope, scope, "", {"what": UNEXPLAINED})] if rest else [])]

    # ------------------------------------------------ waterfalls

    @cached_property
    def waterfalls(self) -> list[Waterfall]:
        return [self._by_place, self._by_cause, self._by_operator]

    def _place_of(self, part: Part) -> str:
        return part.member[: 9 if len(self.area.code) == 6 else 12]

    @property
    def _by_place(self) -> Waterfall:
        sums = self._sums(self._place_of)
        names = self.names.areas
        if len(sums) > MOST_BARS:
            sums = self._largest(sums)
        titled = [(code, names.get(code, "其余各村") if code != REST else "其余各村", *sums[code]) for code in sums]
        head = "街镇" if len(self.area.code) == 6 else "村（社区）"
        return self._waterfall("place", f"按{head}", head, titled)

    @staticmethod
    def _largest(sums: dict[str, tuple[Fraction, int]]) -> dict[str, tuple[Fraction, int]]:
        """The places that moved most, by code, and the rest together."""
        by_size = sorted(sums, key=lambda code: (-abs(sums[code][0]), code))
        kept = {code: sums[code] for code in sorted(by_size[: MOST_BARS - 1])}
        rest = [sums[code] for code in by_size[MOST_BARS - 1 :]]
        return kept | {REST: (sum((value for value, _ in rest), Fraction(0)), sum(count for _, count in rest))}

    @property
    def _by_cause(self) -> Waterfall:
        sums = self._sums(group_of)
        titled = [(key, label, *sums[key]) for key, (label, _) in GROUPS.items() if key in sums]
        return self._waterfall("cause", "按原因", "原因", titled)

    @property
    def _by_operator(self) -> Waterfall:
        sums = self._sums(lambda part: part.operator or NOBODY)
        names = {**self.names.operators, NOBODY: "与运营企业无关"}
        ordered = sorted(sums, key=lambda code: (code == NOBODY, code))
        return self._waterfall(
            "operator", "按运营企业", "运营企业", [(code, names.get(code, code), *sums[code]) for code in ordered]
        )

    def _sums(self, key: Callable[[Part], str]) -> dict[str, tuple[Fraction, int]]:
        """By key the sum of the parts and how many there are, in the order of the keys."""
        found: dict[str, list[Fraction]] = defaultdict(list)
        for part in self.parts:
            found[key(part)].append(part.value)
        return {each: (sum(found[each], Fraction(0)), len(found[each])) for each in sorted(found)}

    def _waterfall(
        self, key: str, title: str, head: str, titled: Sequence[tuple[str, str, Fraction, int]]
    ) -> Waterfall:
        levels = [Fraction(self.rows[0].passed)]
        for _, _, value, _ in titled:
            levels.append(levels[-1] + value)
        low, high = min(levels), max(levels)
        span = (high - low) or Fraction(1)
        low = max(Fraction(0), low - span / 20)
        span = (high - low) or Fraction(1)
        bars = [
            Bar(
                code, name, value, round(float((min(was, was + value) - low) / span) * 100, 2),
                max(0.5, round(float(abs(value) / span) * 100, 2)),
                "" if code == REST else self.address(**{key: code}) + "#pieces", count,
            )
            for (code, name, value, count), was in zip(titled, levels, strict=False)
        ]  # fmt: skip
        return Waterfall(key, title, head, bars, int(low))

    # ------------------------------------------------ pieces

    @cached_property
    def chosen_parts(self) -> list[Part]:
        """The parts of what was chosen, by member, and those of one member the largest first."""
        keys: dict[str, Callable[[Part], str]] = {
            "place": self._place_of, "cause": group_of, "operator": lambda part: part.operator or NOBODY,
        }  # fmt: skip
        wanted = {name: value for name, value in self.chosen.items() if value}
        found = [part for part in self.parts if all(keys[name](part) == value for name, value in wanted.items())]
        return sorted(found, key=lambda part: (part.member, -abs(part.value), part.site, repr(part.cause)))

    @property
    def chosen_sum(self) -> str:
        return signed(sum((part.value for part in self.chosen_parts), Fraction(0)))

    @property
    def chosen_words(self) -> str:
        """What the pieces are narrowed to, in words."""
        place, cause, operator = (self.chosen.get(name, "") for name in ("place", "cause", "operator"))
        named = {**self.names.operators, NOBODY: "与运营企业无关"}
        words = (self.names.areas.get(place, place), GROUPS.get(cause, ("",))[0], named.get(operator, operator))
        return "、".join(word for word in words if word)

    def page(self, asked: str | None) -> Page:
        page = Paginator(self.chosen_parts, PAGE_SIZE).get_page(asked)
        page.object_list = list(self._pieces(page.object_list))
        return page

    def _pieces(self, parts: Iterable[Part]) -> Iterator[Piece]:
        named = list(parts)
        sites = {part.site for part in named if part.site}
        names = self._with_sites(sites)
        for part in named:
            cause = part.cause
            sentence = _SENTENCES.get(cause["what"])
            yield Piece(
                part.value, names.area(part.member[:9]), part.member, names.area(self._member_area(part)), part.site,
                names.sites.get(part.site, part.site) or names.area(part.area),
                names.operator(part.operator) if part.operator else "", GROUPS[group_of(part)][0],
                sentence(cause) if sentence else changes.because(cause, names), cause.get("ap_id", ""),
                tuple(cause.get("orders", ())),
            )  # fmt: skip

    @staticmethod
    def _member_area(part: Part) -> str:
        return part.area if part.member == part.site else part.member

    @cached_property
    def names(self) -> changes.Names:
        """What the areas and operators are called at the end of the later quarter."""
        codes = {code for part in self.parts for code in (part.member[:9], part.member[:12], part.member, part.area)}
        codes |= {part.cause[end] for part in self.parts if part.cause["what"] == "site_area" for end in ("from", "to")}
        found: dict[str, str] = {}
        for some in chunks(sorted(codes)):
            found |= dict(Area.objects.filter(code__in=some).order_by().values_list("code", "name"))
        return changes.Names(
            areas=names_on(DatedTable.AREAS, found, self.after.last_day),
            operators=dict(Operator.objects.values_list("code", "name")),
        )

    def _with_sites(self, sites: set[str]) -> changes.Names:
        found: dict[str, str] = {}
        for some in chunks(sorted(sites)):
            found |= dict(Site.objects.filter(site_id__in=some).order_by().values_list("site_id", "name"))
        called = names_on(DatedTable.SITES, found, self.after.last_day)
        return changes.Names(self.names.areas, called, self.names.operators)

    # ------------------------------------------------ addresses and files

    def address(self, **chosen: str) -> str:
        """This page with another choice; blank ones are left out."""
        asked = {
            "area": self.area.code, "from": self.before, "to": self.after,
            "basis": self.basis if self.basis != Basis.APPROVED else "", **chosen,
        }  # fmt: skip
        return "?" + urlencode({name: value for name, value in asked.items() if value})

    @property
    def here(self) -> str:
        return self.address(**self.chosen)

    def file(self, form: str):
        """The chosen pieces as a file, and how many rows it has."""
        chosen = f"；{self.chosen_words}" if self.chosen_words else ""
        note = exports.Note(
            title=f"{self.milestone.key} 为什么变了",
            by=self.user.name,
            at=clock.now(),
            scope=self.area.name,
            condition=f"由{self.before.label}到{self.after.label}（{self.basis.label}）{chosen}",
            grounds="已存的评定结果及其依据",
        )
        return exports.FORMS[form](PIECES, _Rows(self._pieces(self.chosen_parts)), note)
