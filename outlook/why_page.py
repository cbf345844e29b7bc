"""What the page “增减原因” shows: a change as waterfalls by place, cause and operator, and the pieces they are made of."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.urls import reverse

from acceptance import wording
from acceptance.models import Basis, MilestoneVerdict
from acceptance.rules.plan import Milestone, Plan
from acceptance.verdicts.lookups import NotThere
from acceptance.wording import changes
from acceptance.wording.measures import MEASURES
from areas.dated import names_on
from areas.models import Area, Operator, Site
from areas.vocabulary import DatedTable
from common import clock, exports
from common.lookups import chunks
from common.periods import Quarter
from figures.address import MemberPart, figure
from outlook import moving
from outlook.attribution import UNEXPLAINED, ChangePart
from outlook.pieces import GROUPS, PIECES, Bar, ChangeLine, Mover, Waterfall, group_of, sentence, signed, things

PAGE_SIZE = 30
MOST_BARS = 20
"""Villages that get a bar of their own; the rest stand together."""
NOBODY, REST = "none", "rest"


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
    def parts(self) -> list[ChangePart]:
        """The pieces of the change. Whatever the stored inputs do not tell stands as such, so that the sum is exact."""
        scope = self.area.code
        found = moving.parts(scope[:6], self.milestone, scope, self.before, self.after, self.basis)
        rest = self.change - sum((part.value for part in found), Fraction(0))
        return [*found, *([ChangePart(rest, scope, scope, "", {"what": UNEXPLAINED})] if rest else [])]

    # ------------------------------------------------ waterfalls

    @cached_property
    def waterfalls(self) -> list[Waterfall]:
        return [self._by_place, self._by_cause, self._by_operator]

    def _place_of(self, part: ChangePart) -> str:
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

    def _sums(self, key: Callable[[ChangePart], str]) -> dict[str, tuple[Fraction, int]]:
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
    def chosen_parts(self) -> list[ChangePart]:
        """The parts of what was chosen, by member, and those of one member the largest first."""
        keys: dict[str, Callable[[ChangePart], str]] = {
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

    @cached_property
    def things(self) -> list[Mover]:
        """The access points and orders that moved most, of what was chosen."""
        return things(self.chosen_parts, self.names.operators)

    def page(self, asked: str | None) -> Page:
        page = Paginator(self.chosen_parts, PAGE_SIZE).get_page(asked)
        page.object_list = list(self._pieces(page.object_list))
        return page

    def _pieces(self, parts: Iterable[ChangePart]) -> Iterator[ChangeLine]:
        named = list(parts)
        sites = {part.site for part in named if part.site}
        names = self._with_sites(sites)
        for part in named:
            cause = part.cause
            yield ChangeLine(
                part.value, names.area(part.member[:9]), part.member, names.area(self._member_area(part)), part.site,
                names.sites.get(part.site, part.site) or names.area(part.area),
                names.operator(part.operator) if part.operator else "", GROUPS[group_of(part)][0],
                sentence(cause, names), cause.get("ap_id", ""),
                tuple(cause.get("orders", ())),
            )  # fmt: skip

    @staticmethod
    def _member_area(part: ChangePart) -> str:
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
            title=f"{self.milestone.key} 增减原因",
            by=self.user.name,
            at=clock.now(),
            scope=self.area.name,
            condition=f"由{self.before.label}到{self.after.label}（{self.basis.label}）{chosen}",
            grounds="已存的评定结果及其依据",
        )
        return exports.FORMS[form](PIECES, exports.PlainRows(self._pieces(self.chosen_parts)), note)
