"""Every error and every warning of the data package, each at its exact place."""

from datetime import date

import pytest

from areas.models import Area, Site
from returns.models import LineStatus, Return, ReturnLine
from tests.packages import LINE, checked, places, sound, write_csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def problems(tmp_path):
    """Errors and warnings of the sound package after a change, as (table, row, column, value)."""

    def problems(change=None) -> tuple[list, list]:
        tables = sound()
        if change:
            change(tables)
        report = checked(write_csv(tables, tmp_path / "package")).report
        assert all(problem.message.endswith("。") for problem in report.errors + report.warnings)
        return places(report.errors), places(report.warnings)

    return problems


def put(table: str, index: int = 0, **values):
    """A change: the row ``index`` of ``table`` gets ``values``."""
    return lambda tables: tables[table][index].update(values)


def add(table: str, **values):
    return lambda tables: tables[table].append(values)


def both(*changes):
    return lambda tables: [change(tables) for change in changes]


def test_the_sound_package_has_neither(problems):
    assert problems() == ([], [])


AREA, SITE, POINT, ORDER, LINES = "areas", "sites", "access_points", "service_orders", "returns"
NOT_COUNTED = "2026-12-25"

ERRORS = {
    # areas
    "unknown column": (put(AREA, 0, colour="red"), (AREA, 1, "colour", "colour")),
    "code not digits": (add(AREA, code="44180210X", name="甲", kind="town"), (AREA, 9, "code", "44180210X")),
    "code too short for its kind": (add(AREA, code="441802104", name="甲", kind="village"), (AREA, 9, "code", "441802104")),
    "code of no kind": (add(AREA, code="4418021", name="甲", kind="town"), (AREA, 9, "code", "4418021")),
    "code too long": (add(AREA, code="4" * 18, name="甲", kind="quarter"), (AREA, 9, "code", "4" * 18)),
    "missing parent": (add(AREA, code="441802104001", name="甲", kind="village"), (AREA, 9, "code", "441802104001")),
    "missing name": (put(AREA, 1, name=""), (AREA, 3, "name", "")),
    "blank name": (put(AREA, 1, name=" \u3000\u200b"), (AREA, 3, "name", " \u3000\u200b")),
    "long name": (put(AREA, 1, name="长" * 101), (AREA, 3, "name", "长" * 101)),
    "control character": (put(AREA, 1, name="源\x00潭"), (AREA, 3, "name", "源\x00潭")),
    "kind not listed": (put(AREA, 1, kind="乡"), (AREA, 3, "kind", "乡")),
    "setting not listed": (put(AREA, 1, setting="郊区"), (AREA, 3, "setting", "郊区")),
    "households missing": (put(AREA, 3, permanent_households=""), (AREA, 5, "permanent_households", "")),
    "households negative": (put(AREA, 3, permanent_households="-3"), (AREA, 5, "permanent_households", "-3")),
    "households not whole": (put(AREA, 3, permanent_households="12.0"), (AREA, 5, "permanent_households", "12.0")),
    "households too many": (put(AREA, 3, permanent_households="2147483648"), (AREA, 5, "permanent_households", "2147483648")),
    "households elsewhere": (put(AREA, 2, permanent_households="0"), (AREA, 4, "permanent_households", "0")),
    "demonstration malformed": (put(AREA, 3, demonstration="yes"), (AREA, 5, "demonstration", "yes")),
    "demonstration of a village": (put(AREA, 2, demonstration="是"), (AREA, 4, "demonstration", "是")),
    "date malformed": (put(AREA, 0, valid_from="2018/1/1"), (AREA, 2, "valid_from", "2018/1/1")),
    "date not in the calendar": (put(AREA, 0, valid_to="2018-02-30"), (AREA, 2, "valid_to", "2018-02-30")),
    "valid_to before valid_from": (
        put(AREA, 6, valid_from="2018-02-02", valid_to="2018-02-01"), (AREA, 8, "valid_to", "2018-02-01"),
    ),
    "duplicate code": (add(AREA, code="441802103", name="甲", kind="town"), (AREA, 9, "code", "441802103")),
    # sites
    "site of an unknown area": (put(SITE, 0, area_code="441802999"), (SITE, 2, "area_code", "441802999")),
    "site of the district": (put(SITE, 0, area_code="441802"), (SITE, 2, "area_code", "441802")),
    "site kind": (put(SITE, 0, kind="house"), (SITE, 2, "kind", "house")),
    "lon in exponents": (put(SITE, 0, lon="1.1e2"), (SITE, 2, "lon", "1.1e2")),
    "lon NaN": (put(SITE, 0, lon="NaN"), (SITE, 2, "lon", "NaN")),
    "lat with a comma": (put(SITE, 0, lat="23,68"), (SITE, 2, "lat", "23,68")),
    "lat alone": (put(SITE, 0, lon=""), (SITE, 2, "lon", "")),
    "lon alone": (put(SITE, 0, lat=""), (SITE, 2, "lat", "")),
    "swapped": (put(SITE, 0, lon="23.68", lat="113.2"), (SITE, 2, "lon", "23.68")),
    "outside China": (put(SITE, 0, lon="0", lat="0"), (SITE, 2, "lon", "0")),
    "too far west": (put(SITE, 0, lon="72.999999"), (SITE, 2, "lon", "72.999999")),
    "too far east": (put(SITE, 0, lon="136.000001"), (SITE, 2, "lon", "136.000001")),
    "too far south": (put(SITE, 0, lat="2.999999"), (SITE, 2, "lat", "2.999999")),
    "too far north": (put(SITE, 0, lat="54.000001"), (SITE, 2, "lat", "54.000001")),
    "datum": (put(SITE, 0, datum="XIAN80"), (SITE, 2, "datum", "XIAN80")),
    "site interval": (put(SITE, 0, valid_from="2018-02-02", valid_to="2018-02-01"), (SITE, 2, "valid_to", "2018-02-01")),
    "duplicate site": (put(SITE, 2, site_id="S1"), (SITE, 4, "site_id", "S1")),
    # operators
    "operator without name": (put("operators", 1, name=""), ("operators", 3, "name", "")),
    "duplicate operator": (add("operators", code="telecom", name="甲"), ("operators", 4, "code", "telecom")),
    # access points
    "unknown operator": (put(POINT, 0, operator="nobody"), (POINT, 2, "operator", "nobody")),
    "point without lat": (put(POINT, 0, lat=""), (POINT, 2, "lat", "")),
    "point swapped": (put(POINT, 0, lon="23.68", lat="113.2"), (POINT, 2, "lon", "23.68")),
    "no speed": (put(POINT, 0, downstream_mbps="0"), (POINT, 2, "downstream_mbps", "0")),
    "tv_only blank": (put(POINT, 0, tv_only=""), (POINT, 2, "tv_only", "")),
    "closed before opened": (put(POINT, 0, closed_on="2016-12-31"), (POINT, 2, "closed_on", "2016-12-31")),
    "more ports used than there are": (put(POINT, 0, ports_used="65"), (POINT, 2, "ports_used", "65")),
    # service orders
    "order of an unknown operator": (put(ORDER, 0, operator="nobody"), (ORDER, 2, "operator", "nobody")),
    "order of an unknown area": (put(ORDER, 0, area_code="441802103999"), (ORDER, 2, "area_code", "441802103999")),
    "order located to a town": (put(ORDER, 0, area_code="441802103"), (ORDER, 2, "area_code", "441802103")),
    "completed before accepted": (put(ORDER, 0, completed_on="2018-02-28"), (ORDER, 2, "completed_on", "2018-02-28")),
    "cancelled before accepted": (
        put(ORDER, 0, completed_on="", cancelled_on="2018-02-28"), (ORDER, 2, "cancelled_on", "2018-02-28"),
    ),
    "completed and cancelled": (put(ORDER, 0, cancelled_on="2018-03-02"), (ORDER, 2, "cancelled_on", "2018-03-02")),
    "due date not countable": (
        put(ORDER, 0, accepted_on=NOT_COUNTED, completed_on=""), (ORDER, 2, "accepted_on", NOT_COUNTED),
    ),
    # returns
    "period malformed": (put(LINES, 0, period="2018Q5"), (LINES, 2, "period", "2018Q5")),
    "return of an unknown area": (put(LINES, 0, area_code="441802103999"), (LINES, 2, "area_code", "441802103999")),
    "return of a town": (put(LINES, 0, area_code="441802103"), (LINES, 2, "area_code", "441802103")),
    "figure missing": (put(LINES, 0, households=""), (LINES, 2, "households", "")),
    "figure not whole": (put(LINES, 0, households="1000.5"), (LINES, 2, "households", "1000.5")),
    "status not listed": (put(LINES, 0, status="superseded"), (LINES, 2, "status", "superseded")),
    "broadband beyond households": (put(LINES, 0, households="899"), (LINES, 2, "broadband_covered_households", "900")),
    "fibre beyond broadband": (put(LINES, 0, fibre_covered_households="901"), (LINES, 2, "fibre_covered_households", "901")),
    "fibre users beyond users": (put(LINES, 0, fibre_users="701"), (LINES, 2, "fibre_users", "701")),
    "duplicate return": (add(LINES, **LINE), (LINES, 3, "period", "2018Q2")),
}  # fmt: skip


@pytest.mark.parametrize("case", ERRORS, ids=lambda case: case.replace(" ", "-"))
def test_an_error_is_named_once_at_its_place(problems, case):
    change, place = ERRORS[case]

    errors, _ = problems(change)

    assert errors == [place]


ALLOWED = {
    "same day": both(
        put(AREA, 6, valid_from="2018-02-01", valid_to="2018-02-01"),
        put(POINT, 0, closed_on="2017-01-01"),
        put(ORDER, 0, completed_on="", cancelled_on="2018-03-01"),
    ),
    "limits of China": both(put(SITE, 0, lon="73", lat="3"), put(SITE, 1, lon="136.0", lat="54.0", datum="BD09")),
    "equal figures": put(LINES, 0, broadband_covered_households="1000", fibre_covered_households="1000", broadband_users="600"),
    "all zero": put(
        LINES, 0, households="0", broadband_covered_households="0", fibre_covered_households="0", broadband_users="0", fibre_users="0",
    ),
    "the last day that can be counted": put(ORDER, 0, accepted_on="2026-12-17", completed_on=""),
}  # fmt: skip


@pytest.mark.parametrize("case", ALLOWED)
def test_what_is_just_allowed(problems, case):
    assert problems(ALLOWED[case])[0] == []


PREVIOUS = {**LINE, "period": "2018Q1"}
WARNINGS = {
    "site far outside": (put(SITE, 0, lon="116.4", lat="39.9"), [(SITE, 2, "lon", "116.4")]),
    "point far outside": (put(POINT, 0, lon="113.6"), [(POINT, 2, "lon", "113.6")]),
    "figures that fell": (
        add(LINES, **{**LINE, "period": "2018Q3", "households": "999", "broadband_users": "699"}),
        [(LINES, 3, "households", "999"), (LINES, 3, "broadband_users", "699")],
    ),
    "more fibre users than covered": (
        put(LINES, 0, fibre_covered_households="599"), [(LINES, 2, "fibre_users", "600")],
    ),
    "more users than covered": (
        put(LINES, 0, broadband_users="901"), [(LINES, 2, "broadband_users", "901")],
    ),
    "coverage moved": (
        add(LINES, **{**PREVIOUS, "fibre_covered_households": "619"}), [(LINES, 2, "fibre_covered_households", "800")],
    ),
    "penetration moved": (add(LINES, **{**PREVIOUS, "fibre_users": "459"}), [(LINES, 2, "fibre_users", "600")]),
    "exactly 20 points": (
        add(LINES, **{**PREVIOUS, "fibre_covered_households": "620", "fibre_users": "460"}), [],
    ),
    "two quarters ago": (add(LINES, **{**LINE, "period": "2017Q4", "fibre_users": "0", "households": "9999"}), []),
    "over the turn of the year": (
        both(put(LINES, 0, period="2018Q1"), add(LINES, **{**LINE, "period": "2017Q4", "households": "1001"})),
        [(LINES, 2, "households", "1000")],
    ),
    "namesakes": (
        add(SITE, site_id="S9", area_code="441802006001", name="小学", kind="school"), [(SITE, 5, "name", "小学")],
    ),
    "same name, other kind": (add(SITE, site_id="S9", area_code="441802006001", name="小学", kind="market"), []),
    "same name, other area": (add(SITE, site_id="S9", area_code="441802006", name="小学", kind="school"), []),
    "begins before its parent": (
        both(
            put(AREA, 5, valid_from="2017-01-01"), put(AREA, 6, valid_from="2016-12-31"),
            put(SITE, 1, valid_from="2017-01-01"), put(SITE, 2, valid_from="2017-01-01"),
        ),
        [(AREA, 8, "valid_from", "2016-12-31")],
    ),
    "ends after its parent, or never": (
        both(
            put(AREA, 5, valid_to="2018-12-31"), put(AREA, 6, valid_to="2019-01-01"),
            put(SITE, 1, valid_to="2018-12-31"), put(SITE, 2, valid_to=""),
        ),
        [(AREA, 8, "valid_to", "2019-01-01"), (SITE, 4, "valid_to", "")],
    ),
    "site outside its area's interval": (
        both(put(AREA, 6, valid_from="2017-01-01"), put(SITE, 1, valid_from="2016-01-01")),
        [(SITE, 3, "valid_from", "2016-01-01")],
    ),
    "return of an area no longer in force": (
        both(put(AREA, 2, valid_to="2018-06-30"), put(AREA, 3, valid_to="2018-06-30"), put(SITE, 0, valid_to="2018-06-30")),
        [(LINES, 2, "area_code", "441802103203")],
    ),
    "return of an area in force on the last day": (
        both(put(AREA, 2, valid_to="2018-07-01"), put(AREA, 3, valid_to="2018-07-01"), put(SITE, 0, valid_to="2018-07-01")), [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WARNINGS, ids=lambda case: case.replace(" ", "-"))
def test_a_warning_does_not_block_and_stands_at_its_place(problems, case):
    change, expected = WARNINGS[case]

    errors, warnings = problems(change)

    assert errors == []
    assert warnings == expected


def test_an_ancestor_out_of_force_takes_its_returns_along(problems):
    _, warnings = problems(put(AREA, 1, valid_to="2018-06-30"))

    assert (LINES, 2, "area_code", "441802103203") in warnings


def test_a_missing_column_is_a_problem_of_the_table(problems):
    def drop(tables):
        for row in tables[SITE]:
            del row["kind"]

    assert problems(drop)[0] == [(SITE, None, "kind", "")]


def test_a_table_without_its_key_does_not_make_every_reference_unknown(problems):
    def drop(tables):
        for row in tables[AREA]:
            row["编号"] = row.pop("code")

    assert problems(drop)[0] == [(AREA, None, "code", ""), (AREA, 1, "编号", "编号")]


def test_all_problems_are_reported_together_in_order(problems):
    errors, _ = problems(both(
        put(LINES, 0, fibre_users="701", households="x"),
        put(ORDER, 0, operator="nobody", completed_on="2018-02-28"),
        put(SITE, 1, lat="", kind="?", area_code="441802999"),
        put(SITE, 0, name=""),
        add(AREA, code="441802105001", name="", kind="village", demonstration="1"),
    ))  # fmt: skip

    assert errors == [
        (AREA, 9, "code", "441802105001"), (AREA, 9, "name", ""), (AREA, 9, "demonstration", "1"),
        (SITE, 2, "name", ""), (SITE, 3, "area_code", "441802999"), (SITE, 3, "kind", "?"), (SITE, 3, "lat", ""),
        (ORDER, 2, "operator", "nobody"), (ORDER, 2, "completed_on", "2018-02-28"),
        (LINES, 2, "households", "x"), (LINES, 2, "fibre_users", "701"),
    ]  # fmt: skip


def test_a_row_with_errors_can_still_be_referred_to(problems):
    errors, _ = problems(put(AREA, 2, kind="?", valid_from="?"))

    assert errors == [(AREA, 4, "kind", "?"), (AREA, 4, "valid_from", "?")]


def test_a_child_may_stand_before_its_parent(problems):
    assert problems(lambda tables: tables[AREA].reverse()) == ([], [])


def test_an_unknown_table_is_an_error_of_the_whole(problems):
    errors, _ = problems(lambda tables: tables.update(certificates=[{"number": "1"}]))

    assert errors == [("certificates", None, None, "")]


def test_a_due_date_that_cannot_be_counted_is_found_also_when_the_expansion_is_unread(problems):
    errors, _ = problems(put(ORDER, 0, accepted_on=NOT_COUNTED, completed_on="", needs_expansion="?"))

    assert errors == [(ORDER, 2, "accepted_on", NOT_COUNTED), (ORDER, 2, "needs_expansion", "?")]


def test_an_expansion_needs_more_days_in_the_table(problems):
    change = put(ORDER, 0, accepted_on="2026-12-17", completed_on="", needs_expansion="1")

    assert problems(change)[0] == [(ORDER, 2, "accepted_on", "2026-12-17")]


def test_the_outline_is_measured_in_wgs84_and_only_beyond_20_km(problems):
    west = 112.882648  # the outline's western end; 20 km are 0.196° here

    far = both(put(SITE, 0, lon=str(west - 0.3)), put(POINT, 0, lon=str(west - 0.1)))

    assert problems(far)[1] == [(SITE, 2, "lon", str(west - 0.3))]


class TestAgainstTheDatabase:
    """References and comparisons look into the package first, then into the database."""

    @pytest.fixture(autouse=True)
    def district(self, make_area):
        make_area("441802103203", valid_to=date(2018, 12, 31))

    def check(self, tmp_path, tables):
        report = checked(write_csv(tables, tmp_path)).report
        return places(report.errors), places(report.warnings)

    def test_a_parent_may_stand_in_the_database(self, tmp_path):
        rows = [{"code": "441802103203009", "name": "甲", "kind": "natural_village", "permanent_households": "1"}]

        assert self.check(tmp_path, {AREA: rows}) == ([], [(AREA, 2, "valid_to", "")])

    def test_a_reference_may_stand_in_the_database(self, tmp_path):
        rows = [
            {"site_id": "S1", "area_code": "441802103203", "name": "甲", "kind": "school", "valid_to": "2018-12-31"}
        ]

        assert self.check(tmp_path, {SITE: rows}) == ([], [])

    def test_the_previous_quarter_may_stand_in_the_database(self, tmp_path):
        quarterly_return = Return.objects.create(township_id="441802103", county="441802", period="2018Q1")
        figures = {name: int(LINE[name]) for name in list(LINE)[2:7]}
        ReturnLine.objects.create(
            quarterly_return=quarterly_return, area_id="441802103203", county="441802", period="2018Q1", status=LineStatus.SUBMITTED,
            **{**figures, "households": 1001},
        )  # fmt: skip

        assert self.check(tmp_path, {LINES: [dict(LINE)]})[1] == [(LINES, 2, "households", "1000")]

    def test_a_namesake_may_stand_in_the_database(self, tmp_path):
        Site.objects.create(site_id="S0", area_id="441802103203", county="441802", name="小学", kind="school")
        rows = [
            {"site_id": "S1", "area_code": "441802103203", "name": "小学", "kind": "school", "valid_to": "2018-01-01"},
            {"site_id": "S0", "area_code": "441802103203", "name": "中学", "kind": "school", "valid_to": "2018-01-01"},
        ]

        assert self.check(tmp_path, {SITE: rows[:1]})[1] == [(SITE, 2, "name", "小学")]
        assert self.check(tmp_path, {SITE: rows})[1] == []

    def test_a_column_left_out_counts_as_it_is_stored(self, tmp_path):
        rows = [{"code": "441802103203", "name": "青龙村", "kind": "village", "valid_from": "2019-01-01"}]

        errors, _ = self.check(tmp_path, {AREA: rows})

        assert errors == [(AREA, 2, "valid_to", "")]
        assert Area.objects.get(code="441802103203").valid_from is None
