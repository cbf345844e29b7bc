"""Every check against rows made by hand: exactly at its bound, just over, and where it must keep silent."""

from datetime import date, timedelta

import pytest

from acceptance.plan import current
from areas import workdays
from areas.vocabulary import AreaKind, SiteKind
from findings.declared import BY_CODE, CHECKS
from findings.rows import (
    AreaNow,
    OrderNow,
    PointNow,
    RegisterRows,
    ReportedHouseholds,
    SiteNow,
    SuccessionNow,
)

ON = date(2019, 4, 8)
DISTRICT, TOWN, VILLAGE, OTHER = "441802", "441802103", "441802103201", "441802103202"
LEAF, SECOND, COMPOUND = f"{VILLAGE}201", f"{VILLAGE}202", f"{VILLAGE}101"
LON, LAT = 113.05, 23.70
"""Well within the district."""
METRE = 1 / 110_752
"""Of latitude, hereabouts."""


def area(code: str, name: str = "", kind: str = "", households: int | None = None, ends: date | None = None) -> AreaNow:
    kinds = {6: AreaKind.DISTRICT, 9: AreaKind.TOWN, 12: AreaKind.VILLAGE, 15: AreaKind.NATURAL_VILLAGE}
    return AreaNow(code, name or f"区域{code}", kind or kinds[len(code)], households, None, ends)


TREE = (
    area(DISTRICT, "清城区"),
    area(TOWN, "源潭镇"),
    area(VILLAGE, "秀溪村"),
    area(OTHER, "新马村"),
    area(LEAF, "大围", households=30),
)


def site(number: str, code: str = LEAF, north: float | None = 0, kind: str = SiteKind.SETTLEMENT, **fields) -> SiteNow:
    """A site so many metres north of the middle; None: without coordinates."""
    given = {
        "site_id": number,
        "area_code": code,
        "name": f"点位{number}",
        "kind": kind,
        "lon": None if north is None else LON,
        "lat": None if north is None else LAT + north * METRE,
        "valid_from": None,
        "valid_to": None,
    }
    return SiteNow(**given | fields)


def point(number: str, operator: str = "telecom", north: float = 0, **fields) -> PointNow:
    given = {
        "ap_id": number,
        "operator": operator,
        "name": "",
        "township": TOWN,
        "lon": LON,
        "lat": LAT + north * METRE,
        "opened_on": date(2017, 1, 1),
        "closed_on": None,
        "ports_used": 3,
    }
    return PointNow(**given | fields)


def order(number: str = "GD-1", **fields) -> OrderNow:
    given = {
        "order_id": number,
        "operator": "telecom",
        "area_code": LEAF,
        "accepted_on": date(2019, 3, 1),
        "completed_on": None,
        "cancelled_on": None,
        "needs_expansion": False,
        "area_from": None,
        "area_to": None,
    }
    return OrderNow(**given | fields)


def register(*areas: AreaNow, **fields) -> RegisterRows:
    """The tree with more areas (of one code the last counts), and whatever else there is."""
    found = {each.code: each for each in (*TREE, *areas)}
    return RegisterRows(DISTRICT, ON, current(), found, calendar=workdays.WorkingDays(workdays.notices()), **fields)


def struck(code: str, rows: RegisterRows, bound: int | None = None) -> list[str]:
    """The keys at which a check strikes, after its sentence has been made of each."""
    check = BY_CODE[code]
    bound = bound if bound is not None else check.bound.default if check.bound else 0
    hits = list(check.rule(rows, bound))
    assert all(check.said_of(hit, bound) for hit in hits)
    return [hit.key for hit in hits]


AN_END = date(2019, 4, 1)


@pytest.mark.parametrize(
    ("code", "rows", "keys"),
    [
        ("site_unlocated", register(sites=[site("S1", north=None), site("S2")]), ["S1"]),
        ("site_unlocated", register(sites=[site("S1", north=None, valid_to=AN_END)]), []),
        ("site_unlocated", register(area(LEAF, ends=AN_END), sites=[site("S1", north=None)]), []),
        ("village_unsettled", register(sites=[site("S1")]), []),
        ("village_unsettled", register(sites=[site("S1", kind=SiteKind.SCHOOL)]), [LEAF]),
        ("village_unsettled", register(sites=[site("S1", valid_to=AN_END)]), [LEAF]),
        ("village_unsettled", register(area(LEAF, households=20)), [LEAF]),
        ("village_unsettled", register(area(LEAF, households=19)), []),
        ("compound_empty", register(area(COMPOUND, kind=AreaKind.COMPOUND)), [COMPOUND]),
        ("compound_empty", register(area(COMPOUND, kind=AreaKind.COMPOUND), sites=[site("S1", COMPOUND)]), []),
        ("area_namesake", register(area(SECOND, "大围", households=9)), [SECOND]),
        ("area_namesake", register(area(SECOND, " 大围", households=9, ends=AN_END)), []),
        ("area_namesake", register(area(f"{OTHER}201", "大围", households=9)), []),
        ("site_namesake", register(sites=[site("S1", name="小学"), site("S2", name="小学", north=900)]), ["S2"]),
        ("site_namesake", register(sites=[site("S1", name="校"), site("S2", name="校", kind=SiteKind.SCHOOL)]), []),
        ("site_namesake", register(sites=[site("S1", name="校"), site("S2", VILLAGE, name="校")]), []),
        ("sites_close", register(sites=[site("S1"), site("S2", north=4.9)]), ["S2"]),
        ("sites_close", register(sites=[site("S1"), site("S2", north=5.1)]), []),
        ("sites_close", register(sites=[site("S1"), site("S2", kind=SiteKind.SCHOOL)]), []),
        ("sites_close", register(sites=[site("S1", name="点"), site("S2", name="点")]), []),
        ("site_orphaned", register(area(VILLAGE, "秀溪村", ends=AN_END), sites=[site("S1")]), ["S1"]),
        ("site_orphaned", register(area(VILLAGE, ends=AN_END), sites=[site("S1", valid_to=AN_END)]), []),
        ("site_dates", register(sites=[site("S1", valid_from=ON, valid_to=AN_END)]), ["S1"]),
        ("site_dates", register(sites=[site("S1", valid_from=AN_END, valid_to=AN_END)]), []),
        ("name_differs", register(reported_names={VILLAGE: "秀西村"}), [VILLAGE]),
        ("name_differs", register(reported_names={VILLAGE: "秀溪村"}), []),
        ("name_differs", register(reported_names={VILLAGE: "老名"}, earlier_names={VILLAGE: {"老名"}}), []),
        ("name_differs", register(reported_names={TOWN: "源坛镇", "441802103999": "没有的村"}), []),
        ("succession_bare", register(successions=[SuccessionNow(LEAF, SECOND, "", "")]), [LEAF]),
        ("succession_bare", register(successions=[SuccessionNow(LEAF, SECOND, "清府〔2019〕1号", "")]), []),
        (
            "succession_bare",
            register(successions=[SuccessionNow(LEAF, SECOND, "清府〔2019〕1号", "失效日期不对。")]),
            [LEAF],
        ),
        ("points_together", register(points=[point("A"), point("B", "mobile", 0.9)]), ["A", "B"]),
        ("points_together", register(points=[point("A"), point("B", "mobile", 1.1)]), []),
        ("points_together", register(points=[point("A"), point("B", "telecom")]), []),
        ("points_together", register(points=[point("A"), point("B", "mobile", closed_on=AN_END)]), []),
        ("points_repeated", register(points=[point("A"), point("B"), point("C")]), ["B", "C"]),
        ("points_repeated", register(points=[point("A"), point("B", "mobile")]), []),
        ("point_dates", register(points=[point("A", closed_on=date(2016, 12, 31))]), ["A"]),
        ("point_dates", register(points=[point("A", closed_on=date(2017, 1, 1))]), []),
        ("order_dates", register(orders=[order()]), []),
        ("order_dates", register(orders=[order(accepted_on=ON)]), []),
        ("order_dates", register(orders=[order(accepted_on=ON + timedelta(1))]), ["GD-1"]),
        ("order_dates", register(orders=[order(completed_on=date(2019, 3, 1))]), []),
        ("order_dates", register(orders=[order(completed_on=date(2019, 2, 28))]), ["GD-1"]),
        ("order_dates", register(orders=[order(cancelled_on=ON + timedelta(1))]), ["GD-1"]),
        ("order_dates", register(orders=[order(area_from=date(2019, 3, 2))]), ["GD-1"]),
        ("order_dates", register(orders=[order(area_from=date(2019, 3, 1), area_to=date(2019, 3, 2))]), []),
        ("order_dates", register(orders=[order(area_to=date(2019, 3, 1))]), ["GD-1"]),
    ],
)
def test_check_strikes_where_it_should(code, rows, keys):
    assert struck(code, rows) == keys


SOUTH_OF_ALL = {"lon": 113.05, "lat": 23.30}


@pytest.mark.parametrize(("code", "kind"), [("site_outside", "sites"), ("point_outside", "points")])
def test_outside_is_by_more_metres_than_the_bound(code, kind):
    made = site("S1", **SOUTH_OF_ALL) if kind == "sites" else point("S1", **SOUTH_OF_ALL)
    rows = register(**{kind: [made]})
    [hit] = BY_CODE[code].rule(rows, 0)
    metres = hit.words["metres"]

    assert metres > 1000
    assert struck(code, rows, metres + 1) == []
    assert struck(code, rows, metres - 1) == ["S1"]
    assert struck(code, register(**{kind: [site("S1") if kind == "sites" else point("S1")]}), 0) == []


def test_outline_of_another_county_is_not_known():
    rows = register(sites=[site("S1", **SOUTH_OF_ALL)])

    assert list(BY_CODE["site_outside"].rule(RegisterRows("441803", ON, rows.plan, rows.areas, rows.sites), 0)) == []


def spread(*norths: float, alien: float = 10_000) -> RegisterRows:
    """Sites of one village so many metres north, and one of another."""
    own = [site(f"S{number}", north=north) for number, north in enumerate(norths)]
    return register(sites=[*own, site("X", OTHER, alien)])


def test_strayed_is_farther_than_the_bound_and_nearer_to_another_village():
    assert struck("site_strayed", spread(0, 100, 2103, alien=3000)) == ["S2"]
    assert struck("site_strayed", spread(0, 100, 2097, alien=3000)) == []
    assert struck("site_strayed", spread(0, 100, 2103, alien=9000)) == []
    assert struck("site_strayed", spread(0, 5000, alien=5100)) == [], "two sites: nobody knows which is wrong"


def test_households_are_off_by_more_than_the_bound():
    def rows(reported: int, **compound) -> RegisterRows:
        extra = [area(COMPOUND, kind=AreaKind.COMPOUND)] if compound else []
        households = {VILLAGE: ReportedHouseholds("2019Q1", reported)}
        return register(area(LEAF, households=100), *extra, reported=households)

    assert struck("households_off", rows(75)) == []
    assert struck("households_off", rows(74)) == [VILLAGE]
    assert struck("households_off", rows(125)) == []
    assert struck("households_off", rows(126)) == [VILLAGE]
    assert struck("households_off", rows(126, compound=True)) == [], "a compound's households nobody registers"
    assert struck("households_off", rows(74, compound=True)) == [VILLAGE]
    assert struck("households_off", register()) == [], "nothing was reported"


def idle(days: int, *, used: int | None = 0, north: float = 0, operator: str = "telecom") -> PointNow:
    return point("A", operator, north, opened_on=ON - timedelta(days), ports_used=used)


@pytest.mark.parametrize(
    ("unused", "orders", "keys"),
    [
        (idle(366), [order()], ["A"]),
        (idle(365), [order()], []),
        (idle(366, used=1), [order()], []),
        (idle(366, used=None), [order()], []),
        (idle(366, north=1001), [order()], []),
        (idle(366, north=999), [order()], ["A"]),
        (idle(366, operator="mobile"), [order()], []),
        (idle(366), [order(area_code=VILLAGE)], ["A"]),
        (idle(366), [order(area_code=OTHER)], []),
        (idle(366), [order(accepted_on=date(2019, 3, 22))], []),
        (idle(366), [order(accepted_on=date(2019, 3, 21))], ["A"]),
        (idle(366), [order(completed_on=ON)], []),
        (idle(366), [], []),
    ],
)
def test_idle_point_beside_overdue_orders(unused, orders, keys):
    """From 21 March ten working days end on 4 April 2019, from 22 March on 8 April, for the fifth was a holiday."""
    assert struck("point_idle", register(points=[unused], orders=orders, sites=[site("S1")])) == keys


def test_words_do_not_change_from_day_to_day():
    """An explanation holds while the values do: nothing that counts days may stand among them."""
    rows = register(points=[idle(500)], orders=[order()], sites=[site("S1")])
    later = RegisterRows(**{**vars_of(rows), "on": ON + timedelta(20)})

    assert [hit.words for hit in BY_CODE["point_idle"].rule(rows, 365)] == [
        hit.words for hit in BY_CODE["point_idle"].rule(later, 365)
    ]


def vars_of(rows: RegisterRows) -> dict:
    return {name: getattr(rows, name) for name in RegisterRows.__dataclass_fields__}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_check_finds_nothing_in_an_empty_county(check):
    empty = RegisterRows(DISTRICT, ON, current(), {}, calendar=workdays.WorkingDays(workdays.notices()))

    assert list(check.rule(empty, check.bound.default if check.bound else 0)) == []


def test_codes_are_unique_and_bounds_hold_their_default():
    assert len(BY_CODE) == len(CHECKS)
    assert all(check.bound.least <= check.bound.default <= check.bound.most for check in CHECKS if check.bound)
