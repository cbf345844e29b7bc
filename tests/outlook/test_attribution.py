"""Why a measure moved: an example worked out on paper, and what must hold of any change."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest

from acceptance import plan as plans
from outlook.attribution import UNEXPLAINED, AreaSide, Attribution, ChangePart, CountySide, SiteSide

PLAN = plans.current()
TOWN = "441802103"
VILLAGE = f"{TOWN}201"
HALF = Fraction(1, 2)


def reach(site: str, operator: str, gained: bool) -> dict:
    return {"what": "point_opened" if gained else "point_closed", "operator": operator, "ap_id": f"{operator}-{site}"}


def service(site: str, operator: str, gained: bool) -> dict:
    return {"what": "on_time" if gained else "late", "operator": operator, "orders": [f"GD-{site}"]}


def site(area: str, located: bool = True, **passes: bool) -> SiteSide:
    """A settlement that these operators reach, each with whether it serves in time."""
    return SiteSide(area, "settlement", "rural", located and any(passes.values()), located, bool(passes), passes)


def village(code: str, sites: dict[str, SiteSide]) -> AreaSide:
    """A natural village as it is judged: every site of its own must be capable (S16)."""
    own = {name: (each.kind, each.capable, each.reached) for name, each in sites.items() if each.area == code}
    passed = sum(capable for _, capable, _ in own.values())
    met = bool(own) and passed == len(own)
    row = {"key": "S16", "role": "hard", "outcome": "met" if met else "short", "passed": passed, "total": len(own)}
    covered = bool(own) and all(reached for *_, reached in own.values())
    return AreaSide(
        "natural_village", "achieved" if met else "not_achieved", "yes" if covered else "no", False, {"S16": row}, own
    )


def side(sites: dict[str, SiteSide], villages: list[str]) -> CountySide:
    return CountySide({code: village(code, sites) for code in villages}, sites)


def parts(before: CountySide, after: CountySide, measure: str = "natural_villages_achieved") -> list[ChangePart]:
    return Attribution(PLAN, before, after, reach, service).parts(measure, TOWN)


def told(found: list[ChangePart]) -> list[tuple]:
    return [(part.value, part.member[-3:], part.site, part.operator, part.cause["what"]) for part in found]


A, B, C = (f"{VILLAGE}20{number}" for number in (1, 2, 3))


def test_example_worked_out_on_paper():
    """A has two sites: one was reached by a new point; the other by a new point of telecom, or of mobile once it was in
    time: telecom is enough, mobile needs both its point and its orders. B lost its only site's service.

    A: ½ to the first site. Of the other's ½: telecom turns it in 4 of 6 orders, mobile's point and orders in 1 each.
    B: −1 to the late orders. Together 0.
    """
    was = {"a1": site(A), "a2": site(A, mobile=False), "b1": site(B, telecom=True)}
    now = {"a1": site(A, unicom=True), "a2": site(A, mobile=True, telecom=True), "b1": site(B, telecom=False)}

    found = parts(side(was, [A, B]), side(now, [A, B]))

    assert told(found) == [
        (HALF, "201", "a1", "unicom", "point_opened"),
        (Fraction(1, 4), "201", "a2", "telecom", "point_opened"),
        (Fraction(1, 4), "201", "a2", "mobile", "on_time"),
        (Fraction(-1), "202", "b1", "telecom", "late"),
    ]
    assert sum(part.value for part in found) == 0


def test_unit_where_nothing_happened_contributes_nothing():
    was = {"a1": site(A), "b1": site(B, telecom=True), "c1": site(C)}
    now = was | {"a1": site(A, telecom=True)}

    assert {part.member for part in parts(side(was, [A, B, C]), side(now, [A, B, C]))} == {A}


def test_site_that_is_located_is_the_cause():
    was, now = {"a1": site(A, located=False)}, {"a1": site(A, mobile=True)}

    assert told(parts(side(was, [A]), side(now, [A]))) == [(1, "201", "a1", "", "site_located")]


def test_area_that_begins_or_ends_is_the_cause():
    sites = {"a1": site(A, mobile=True)}

    assert told(parts(side(sites, []), side(sites, [A]))) == [(1, "201", "", "", "area_begun")]
    assert told(parts(side(sites, [A]), side(sites, []))) == [(-1, "201", "", "", "area_ended")]


def test_village_that_comes_into_scope_is_told_by_its_households():
    small = replace(village(A, {}), criteria={}, outcome="not_applicable", permanent_households=19)
    sites = {"a1": site(A, mobile=True)}
    large = replace(village(A, sites), permanent_households=20)

    found = parts(CountySide({A: small}, {}), CountySide({A: large}, {}))

    assert [part.cause for part in found] == [{"what": "households", "from": 19, "to": 20}]


def test_coverage_is_told_by_reach_alone():
    """Late orders keep no village from being covered (G09)."""
    was, now = {"a1": site(A)}, {"a1": site(A, mobile=False)}

    found = parts(side(was, [A]), side(now, [A]), "natural_villages_covered")

    assert told(found) == [(1, "201", "a1", "mobile", "point_opened")]


def test_returns_move_a_sum_each_by_its_own():
    def reporting(households: int | None) -> AreaSide:
        return AreaSide("community", "not_applicable", "", False, {}, {}, households)

    before = CountySide({VILLAGE: reporting(100), f"{TOWN}202": reporting(None)}, {})
    after = CountySide({VILLAGE: reporting(130), f"{TOWN}202": reporting(40)}, {})

    found = parts(before, after, "coverage_rate")

    assert [(part.value, part.cause["from"], part.cause["to"]) for part in found] == [(30, 100, 130), (40, None, 40)]


def test_what_the_inputs_do_not_tell_is_said_so():
    """A verdict that turned though none of its sites did."""
    was, now = village(A, {}), village(A, {"a1": site(A, mobile=True)})
    found = parts(CountySide({A: was}, {}), CountySide({A: replace(now, sites={})}, {}))

    assert [part.cause["what"] for part in found] == [UNEXPLAINED]


def test_title_goes_down_to_the_points():
    """A village of ten natural villages, nine of them wanted: the two that came share the title."""
    codes = [f"{VILLAGE}2{at:02}" for at in range(10)]
    was = {code[-3:]: site(code, telecom=True) for code in codes[:7]} | {code[-3:]: site(code) for code in codes[7:]}
    now = was | {code[-3:]: site(code, mobile=True) for code in codes[7:9]}

    def with_village(sites: dict[str, SiteSide], passed: int) -> CountySide:
        row = {
            "key": "S14",
            "role": "hard",
            "outcome": "met" if passed >= 9 else "short",
            "passed": passed,
            "total": 10,
        }
        own = AreaSide("village", "achieved" if passed >= 9 else "not_achieved", "", False, {"S14": row})
        beneath = side(sites, codes)
        return CountySide({**beneath.areas, VILLAGE: own}, beneath.sites)

    shares = Attribution(PLAN, with_village(was, 7), with_village(now, 9), reach, service).explain(VILLAGE)

    assert [(share, cause["ap_id"]) for share, _, _, cause in shares] == [(HALF, "mobile-207"), (HALF, "mobile-208")]


def random_sides(seed: int) -> tuple[CountySide, CountySide]:
    """Natural villages with up to four sites, three operators, in two quarters that have little in common."""
    chance = Random(seed)
    codes = [f"{VILLAGE}2{at:02}" for at in range(8)]
    places = {f"s{at}": chance.choice(codes) for at in range(24)}

    def quarter() -> CountySide:
        sites = {}
        for name, code in places.items():
            passes = {each: chance.random() < 0.7 for each in ("telecom", "mobile", "unicom") if chance.random() < 0.5}
            if chance.random() < 0.95:
                located = chance.random() < 0.95
                sites[name] = site(code, located, **(passes if located else {}))
        return side(sites, [code for code in codes if chance.random() < 0.95])

    return quarter(), quarter()


def renamed(county: CountySide, names: dict[str, str]) -> CountySide:
    """The same with other names of sites, in another order."""
    sites = {names[name]: each for name, each in reversed(county.sites.items())}
    areas = {
        code: replace(each, sites={names[name]: said for name, said in reversed(each.sites.items())})
        for code, each in reversed(county.areas.items())
    }
    return CountySide(areas, sites)


@pytest.mark.parametrize("seed", range(40))
def test_parts_sum_to_the_change(seed):
    before, after = random_sides(seed)
    for measure, holds in (
        ("natural_villages_achieved", lambda each: each.outcome == "achieved"),
        ("natural_villages_covered", lambda each: each.covered == "yes"),
    ):
        was, now = (sum(map(holds, each.areas.values())) for each in (before, after))

        assert sum(part.value for part in parts(before, after, measure)) == now - was


@pytest.mark.parametrize("seed", range(8))
def test_names_and_order_do_not_matter(seed):
    before, after = random_sides(seed)
    names = {f"s{at}": f"x{(7 * at + 3) % 24}" for at in range(24)}

    plain = [(part.value, part.member, names.get(part.site, ""), part.operator) for part in parts(before, after)]
    other = [
        (part.value, part.member, part.site, part.operator)
        for part in parts(renamed(before, names), renamed(after, names))
    ]

    assert sorted(plain) == sorted(other)


@pytest.mark.parametrize("seed", range(8))
def test_way_back_is_the_way_there_turned_round(seed):
    before, after = random_sides(seed)

    assert sum(part.value for part in parts(after, before)) == -sum(part.value for part in parts(before, after))
