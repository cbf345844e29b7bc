"""The tables ``changes`` and ``successions``: every error and warning at its place, in and out again."""

from copy import deepcopy
from datetime import date

import pytest
from django.core.management import call_command

from areas.models import DatedValue, Succession
from tests.packages import bring_in, checked, places, sound, without, write_csv

pytestmark = pytest.mark.django_db

LEAF, VILLAGE, TOWN, STREET = "441802103203001", "441802103203", "441802103", "441802006"
COMMUNITY, COMPOUND = "441802006001", "441802006001001"
DAY = "2018-05-01"
FAR = "441881"


def change(table: str, key: str, column: str, value: object, day: str = DAY, **more) -> dict:
    return {"table": table, "key": key, "column": column, "effective_on": day, "value": value, **more}


@pytest.fixture
def report(tmp_path):
    """The report on the sound package, spoilt by ``spoil``, with some changes."""

    def report(*changes: dict, spoil=None, alone: bool = False):
        tables = {} if alone else sound()
        if spoil:
            spoil(tables)
        number = len(list(tmp_path.iterdir()))
        found = checked(
            write_csv(tables | ({"changes": list(changes)} if changes else {}), tmp_path / str(number))
        ).report
        assert all(problem.message.endswith("。") for problem in found.errors + found.warnings)
        return places(found.errors), places(found.warnings)

    return report


@pytest.fixture
def bring(tmp_path, capsys):
    def bring(tables, status=0) -> dict:
        number = len(list(tmp_path.iterdir()))
        ended, document = bring_in(write_csv(tables, tmp_path / f"in-{number}"), capsys)
        assert ended == status, document
        return document

    return bring


def given(table: str, index: int, **values):
    return lambda tables: tables[table][index].update(values)


FINE = {
    "in codes": [change("areas", TOWN, "kind", "street")],
    "in labels": [change("区域", TOWN, "类型", "街道"), change("点位", "S1", "所属区域", VILLAGE)],
    "code typed as a number": [change("areas", f"{TOWN}.0", "kind", "street")],
    "blank where the column may be": [
        change("access_points", "A1", "ports_used", ""),
        change("access_points", "A1", "name", "甲"),
        change("areas", LEAF, "demonstration", ""),
        change("areas", STREET, "setting", ""),
    ],
    "there and back": [change("areas", TOWN, "kind", "street"), change("areas", TOWN, "kind", "town", "2018-05-02")],
    "two columns on one day": [change("areas", LEAF, "name", "甲"), change("areas", LEAF, "setting", "urban")],
    "ports on one day": [
        change("access_points", "A1", "ports_total", 128),
        change("access_points", "A1", "ports_used", 100),
    ],
    "every column of a site": [
        change("sites", "S1", "name", "甲"),
        change("sites", "S1", "kind", "学校"),
        change("sites", "S1", "setting", "城市"),
    ],
    "document of 200": [change("areas", LEAF, "name", "甲", document="文" * 200)],
}


@pytest.mark.parametrize("name", FINE)
def test_nothing_to_say(report, name):
    assert report(*FINE[name]) == ([], [])


ERRORS = {
    "table": (change("returns", "1", "name", "draft"), "table"),
    "table missing": (change("", TOWN, "kind", "street"), "table"),
    "key": (change("areas", "441802199", "kind", "street"), "key"),
    "key of another table": (change("sites", "A1", "name", "甲"), "key"),
    "key missing": (change("areas", "", "kind", "street"), "key"),
    "column": (change("areas", TOWN, "colour", "red"), "column"),
    "column that may not change": (change("areas", TOWN, "valid_to", "2019-01-01"), "column"),
    "column of another table": (change("areas", TOWN, "ports_used", "1"), "column"),
    "coordinates": (change("sites", "S1", "lon", "113.1"), "column"),
    "operator": (change("access_points", "A1", "operator", "mobile"), "column"),
    "day malformed": (change("areas", TOWN, "kind", "street", "2018/5/1"), "effective_on"),
    "day missing": (change("areas", TOWN, "kind", "street", ""), "effective_on"),
    "document too long": (change("areas", TOWN, "kind", "street", document="文" * 201), "document"),
    "value not listed": (change("areas", TOWN, "kind", "乡"), "value"),
    "value blank": (change("areas", TOWN, "name", ""), "value"),
    "rate blank": (change("access_points", "A1", "downstream_mbps", ""), "value"),
    "rate 0": (change("access_points", "A1", "downstream_mbps", "0"), "value"),
    "television blank": (change("access_points", "A1", "tv_only", ""), "value"),
    "name too long": (change("areas", TOWN, "name", "长" * 101), "value"),
    "households negative": (change("areas", LEAF, "permanent_households", "-1"), "value"),
    "households missing": (change("areas", LEAF, "permanent_households", ""), "value"),
    "households elsewhere": (change("areas", VILLAGE, "permanent_households", "5"), "value"),
    "town to village": (change("areas", TOWN, "kind", "village"), "value"),
    "natural village to compound": (change("areas", LEAF, "kind", "quarter"), "value"),
    "natural village to itself": (change("areas", LEAF, "kind", "natural_village"), "value"),
    "village to town": (change("areas", VILLAGE, "kind", "town"), "value"),
    "demonstration of a village": (change("areas", VILLAGE, "demonstration", "是"), "value"),
    "site of an unknown area": (change("sites", "S1", "area_code", "441802199"), "value"),
    "site of the district": (change("sites", "S1", "area_code", "441802"), "value"),
    "site of no area": (change("sites", "S1", "area_code", ""), "value"),
    "more ports used": (change("access_points", "A1", "ports_used", "65"), "value"),
    "fewer ports": (change("access_points", "A1", "ports_total", "63"), "value"),
    "point not open yet": (change("access_points", "A1", "tv_only", "1", "2016-12-31"), "effective_on"),
    "the day it opened": (change("access_points", "A1", "tv_only", "1", "2017-01-01"), "effective_on"),
}  # fmt: skip


@pytest.mark.parametrize("name", ERRORS)
def test_error_at_its_place(report, name):
    row, column = ERRORS[name]
    assert report(row)[0] == [("changes", 2, column, str(row[column]))]


def test_columns_required(tmp_path):
    rows = [{name: value for name, value in change("areas", TOWN, "kind", "street").items() if name != "value"}]
    found = checked(write_csv(sound() | {"changes": rows}, tmp_path / "in")).report
    assert places(found.errors) == [("changes", None, "value", "")]


@pytest.mark.parametrize(
    ("day", "ok"),
    [("2017-12-31", 0), ("2018-01-01", 0), ("2018-01-02", 1), ("2018-06-29", 1), ("2018-06-30", 0), ("2018-07-01", 0)],
)
def test_days_between_the_beginning_and_the_end(report, day, ok):
    for table, index, key, column, value in (
        ("areas", 3, LEAF, "name", "甲"), ("sites", 0, "S1", "name", "甲"), ("access_points", 0, "A1", "name", "甲"),
    ):  # fmt: skip
        begin, end = ("opened_on", "closed_on") if table == "access_points" else ("valid_from", "valid_to")
        errors, _ = report(
            change(table, key, column, value, day),
            spoil=given(table, index, **{begin: "2018-01-01", end: "2018-06-30"}),
        )
        assert errors == ([] if ok else [("changes", 2, "effective_on", day)])


def test_twice_on_one_day(report):
    rows = [change("areas", TOWN, "name", "甲"), change("区域", TOWN, "名称", "乙")]
    assert report(*rows)[0] == [("changes", 3, "effective_on", DAY)]


def test_ports_of_a_day_on_the_row_of_those_used(report):
    rows = [change("access_points", "A1", "ports_total", 70), change("access_points", "A1", "ports_used", 71)]
    assert report(*rows)[0] == [("changes", 3, "value", "71")]
    later = [
        change("access_points", "A1", "ports_used", 10),
        change("access_points", "A1", "ports_total", 9, "2018-06-01"),
    ]
    assert report(*later)[0] == [("changes", 3, "value", "9")]


def test_site_of_another_county(report, make_area):
    make_area(FAR, "district")
    make_area(f"{FAR}101", "town")
    assert report(change("sites", "S1", "area_code", f"{FAR}101"))[0] == [("changes", 2, "value", f"{FAR}101")]


def test_what_is_stored_counts(bring, report):
    bring(
        sound()
        | {"changes": [change("access_points", "A1", "ports_used", 10), change("areas", TOWN, "kind", "street")]}
    )

    assert report(change("access_points", "A1", "ports_total", 9, "2018-04-30"), alone=True)[0] == [
        ("changes", 2, "value", "9")
    ]
    assert report(change("access_points", "A1", "ports_total", 9, "2018-05-02"), alone=True)[0] == [
        ("changes", 2, "value", "9")
    ]
    assert report(change("access_points", "A1", "ports_total", 10, "2018-05-02"), alone=True)[0] == []
    assert report(spoil=given("areas", 1, valid_from=DAY))[0] == [("areas", 3, "valid_from", DAY)]
    assert report(spoil=given("access_points", 0, closed_on=DAY))[0] == [("access_points", 2, "closed_on", DAY)]
    assert report(spoil=given("access_points", 0, ports_total="9", ports_used="9"))[0] == [
        ("access_points", 2, "ports_used", "9")
    ]


WARNINGS = {
    "equal": (change("access_points", "A1", "downstream_mbps", "100.0"), "value"),
    "blank is no": (change("areas", COMPOUND, "demonstration", ""), "value"),
    "blank setting": (change("areas", VILLAGE, "setting", ""), "value"),
    "crosses 20 downwards": (change("areas", LEAF, "permanent_households", "19"), "value"),
    "slower": (change("access_points", "A1", "downstream_mbps", "99.9"), "value"),
}


@pytest.mark.parametrize("name", WARNINGS)
def test_warning_at_its_place(report, name):
    row, column = WARNINGS[name]
    assert report(row) == ([], [("changes", 2, column, row[column])])


@pytest.mark.parametrize(
    ("before", "after", "warned"), [(20, 21, 0), (19, 20, 1), (20, 19, 1), (18, 19, 0), (35, 35, 1)]
)
def test_households_across_20(report, before, after, warned):
    rows = [
        change("areas", LEAF, "permanent_households", before, "2018-03-01"),
        change("areas", LEAF, "permanent_households", after),
    ]
    warnings = [each for each in report(*rows)[1] if each[1] == 3]
    assert len(warnings) == warned


def test_first_value_under_a_stored_change(bring, report):
    bring(sound() | {"changes": [change("areas", LEAF, "permanent_households", 40)]})

    assert report(spoil=given("areas", 3, permanent_households=36)) == (
        [],
        [("areas", 5, "permanent_households", "36")],
    )
    assert report(spoil=given("areas", 3, name="甲")) == ([], [])


def test_a_site_where_no_area_is(report):
    ended = given("areas", 6, valid_to=DAY)
    assert report(change("sites", "S1", "area_code", COMPOUND), spoil=ended)[1][-1] == ("changes", 2, "value", COMPOUND)


def test_a_site_is_held_against_each_area_while_it_stands_there(report):
    def spoil(tables):
        tables["areas"][6]["valid_to"] = DAY
        tables["areas"].append({"code": "441802006001002", "name": "新园", "kind": "quarter", "valid_from": DAY})

    move = change("sites", "S2", "area_code", "441802006001002")
    assert report(move, spoil=spoil) == ([], [])
    late = change("sites", "S2", "area_code", "441802006001002", "2018-05-02")
    assert report(late, spoil=spoil) == ([], [("changes", 2, "effective_on", "2018-05-02")])
    assert report(change("sites", "S2", "name", "甲"), spoil=spoil)[1] == [("sites", 3, "valid_to", "")]


def out_and_in(folder, *options) -> dict[str, str]:
    call_command("export_package", str(folder), *options)
    return {file.name: file.read_text("utf-8") for file in folder.glob("*.csv")}


MANY = [
    change("areas", TOWN, "kind", "street"),
    change("areas", LEAF, "permanent_households", 10, document="清府〔2018〕9号"),
    change("areas", LEAF, "demonstration", ""),
    change("sites", "S2", "area_code", LEAF),
    change("access_points", "A1", "downstream_mbps", "200.50"),
    change("access_points", "A1", "name", "新机房"),
    change("access_points", "A1", "ports_used", ""),
]


def test_out_and_in_again(bring, tmp_path):
    bring(with_succession() | {"changes": MANY})
    first = out_and_in(tmp_path / "one")
    assert len(first["changes.csv"].splitlines()) == 1 + len(MANY)
    rows = list(DatedValue.objects.values_list("key", "column", "value"))
    DatedValue.objects.all().delete()
    Succession.objects.all().delete()
    assert bring_folder(tmp_path / "one")["errors"] == []
    assert out_and_in(tmp_path / "two") == first
    assert list(DatedValue.objects.values_list("key", "column", "value")) == rows


def bring_folder(folder) -> dict:
    from acceptance.packages import import_package

    package, _ = import_package(folder, by=None)
    return {"errors": package.report.errors}


def test_updated_in_place_and_nothing_the_second_time(bring):
    bring(sound() | {"changes": MANY})
    before = list(DatedValue.objects.order_by("pk").values())
    bring(sound() | {"changes": MANY})
    assert list(DatedValue.objects.order_by("pk").values()) == before
    bring({"changes": [change("areas", LEAF, "permanent_households", 11)]})
    row = DatedValue.objects.get(column="permanent_households")
    assert (row.value, row.document, DatedValue.objects.count()) == ("11", "清府〔2018〕9号", len(MANY))


def test_export_of_an_area_takes_what_ever_stood_there(bring, tmp_path):
    bring(
        with_succession()
        | {"changes": [*MANY, change("areas", COMPOUND, "name", "园"), change("areas", STREET, "name", "街")]}
    )
    files = out_and_in(tmp_path / "out", "--area", LEAF)
    codes = {line.split(",")[0] for line in files["areas.csv"].splitlines()[1:]}
    assert codes == {"441802", TOWN, VILLAGE, LEAF, STREET, COMMUNITY, COMPOUND}
    assert {line.split(",")[0] for line in files["sites.csv"].splitlines()[1:]} == {"S1", "S2"}
    assert {line.split(",")[1] for line in files["changes.csv"].splitlines()[1:]} == {
        TOWN,
        LEAF,
        "S2",
        "A1",
        COMPOUND,
        STREET,
    }
    assert len(files["successions.csv"].splitlines()) == 1
    files = out_and_in(tmp_path / "street", "--area", STREET)
    assert "A1" not in files["changes.csv"] or "A1" in files["access_points.csv"]
    assert len(files["successions.csv"].splitlines()) == 2


# ---------------------------------------------------------------- successions


OLD, NEW = "441802006001002", "441802006001003"


def with_succession(**more) -> dict:
    """OLD goes into COMPOUND on DAY."""
    tables = deepcopy(sound())
    tables["areas"] += [{"code": OLD, "name": "旧园", "kind": "quarter", "valid_to": DAY}]
    tables["successions"] = [succession(**more)]
    return tables


def succession(**more) -> dict:
    return {"from_code": OLD, "to_code": COMPOUND, "effective_on": DAY, "kind": "并入"} | more


def found(tmp_path, tables) -> list[tuple]:
    number = len(list(tmp_path.iterdir()))
    report = checked(write_csv(tables, tmp_path / str(number))).report
    return places(report.errors)


def test_a_merger_comes_in(bring):
    bring(with_succession(carries_title="是", document="清府〔2018〕9号"))
    row = Succession.objects.get()
    assert (row.area_id, row.successor_id, row.on, row.kind, row.carries_title, row.by, row.document) == (
        OLD, COMPOUND, date(2018, 5, 1), "merge", True, None, "清府〔2018〕9号",
    )  # fmt: skip
    bring(with_succession(carries_title=""))
    assert Succession.objects.get().carries_title is None


SPOILT = {
    "unknown from": ({"from_code": "441802006001009"}, ("from_code", "441802006001009")),
    "unknown to": ({"to_code": "441802006001009"}, ("to_code", "441802006001009")),
    "kind": ({"kind": "合并"}, ("kind", "合并")),
    "kinds that do not fit": ({"to_code": LEAF}, ("to_code", LEAF)),
    "dates do not meet": ({"effective_on": "2018-05-02"}, ("effective_on", "2018-05-02")),
    "split into what is there": ({"kind": "split"}, ("effective_on", DAY)),
    "rename into what is there": ({"kind": "rename"}, ("effective_on", DAY)),
}


@pytest.mark.parametrize("name", SPOILT)
def test_succession_error_at_its_place(tmp_path, name):
    values, (column, value) = SPOILT[name]
    assert found(tmp_path, with_succession(**values)) == [("successions", 2, column, value)]


@pytest.mark.parametrize("kind", ["merge", "split", "rename", "recode"])
@pytest.mark.parametrize(("begins", "ok"), [("2018-04-30", False), (DAY, True), ("2018-05-02", False)])
def test_a_successor_begins_with_the_day(tmp_path, kind, begins, ok):
    tables = with_succession(kind=kind, to_code=NEW)
    tables["areas"] += [{"code": NEW, "name": "新园", "kind": "quarter", "valid_from": begins}]
    ok = ok or (kind == "merge" and begins < DAY)
    assert found(tmp_path, tables) == ([] if ok else [("successions", 2, "effective_on", DAY)])


def test_twice_and_in_a_ring(tmp_path):
    tables = with_succession()
    tables["successions"].append(succession())
    assert found(tmp_path, tables) == [("successions", 3, "to_code", COMPOUND)]
    tables["areas"][6]["valid_to"] = DAY
    tables["areas"][7]["valid_from"] = DAY
    tables["areas"][7]["valid_to"] = ""
    tables["successions"] = [succession(from_code=COMPOUND, to_code=COMPOUND, kind="rename")]
    assert next(each[:3] for each in found(tmp_path, tables)) == ("successions", 2, "to_code")


def test_a_street_becomes_a_town(tmp_path):
    tables = with_succession(from_code=TOWN, to_code="441802007", kind="rename")
    tables["areas"][1]["valid_to"] = DAY
    tables["areas"] += [{"code": "441802007", "name": "源潭街道", "kind": "street", "valid_from": DAY}]
    assert found(tmp_path, tables) == []


def test_kinds_of_the_day(tmp_path):
    """A village that has become a community before goes into a community or a village, whatever it was."""
    tables = with_succession(from_code=VILLAGE, to_code="441802103204")
    tables["areas"][2]["valid_to"] = DAY
    tables["areas"] += [{"code": "441802103204", "name": "新村", "kind": "village"}]
    tables["changes"] = [change("areas", VILLAGE, "kind", "community", "2018-04-01")]
    assert found(tmp_path, tables) == []


def test_several_titles_into_one_need_documents(tmp_path):
    tables = with_succession(carries_title="1")
    tables["areas"] += [{"code": NEW, "name": "二园", "kind": "quarter", "valid_to": DAY}]
    tables["successions"].append(succession(from_code=NEW, carries_title="1", document="清府〔2018〕9号"))
    assert found(tmp_path, tables) == [("successions", 2, "document", "")]
    tables["successions"][0]["document"] = "清府〔2018〕9号"
    assert found(tmp_path, tables) == []
    tables["successions"][1] |= {"carries_title": "0", "document": ""}
    tables["successions"][0]["document"] = ""
    assert found(tmp_path, tables) == []


# ---------------------------------------------------------------- the quarter before


def line(period: str, code: str, fibre: int, users: int = 600) -> dict:
    return {
        "period": period,
        "area_code": code,
        "households": 2000,
        "broadband_covered_households": 1000,
        "fibre_covered_households": 1000,
        "broadband_users": 1000,
        "fibre_users": fibre,
        "status": "approved",
    }


@pytest.mark.parametrize(
    ("kind", "on", "fibre", "warned"),
    [
        ("merge", "2018-04-01", 699, True),  # 300 and 400 went into it
        ("merge", "2018-04-01", 700, False),
        ("merge", "2018-06-30", 699, True),
        ("merge", "2018-07-01", 399, True),  # only its own 400
        ("merge", "2018-07-01", 400, False),
        ("split", "2018-04-01", 1, False),
    ],
)
def test_figures_are_compared_with_what_went_into_the_village(tmp_path, kind, on, fibre, warned):
    tables = without("returns")
    old = "441802103209"
    tables["areas"] += [{"code": old, "name": "旧村", "kind": "village", "valid_to": on}]
    if kind == "split":
        tables["areas"][2]["valid_from"] = on
    tables["successions"] = [succession(from_code=old, to_code=VILLAGE, effective_on=on, kind=kind)]
    tables["returns"] = [line("2018Q1", old, 300), line("2018Q1", VILLAGE, 400), line("2018Q2", VILLAGE, fibre)]
    report = checked(write_csv(tables, tmp_path / "in")).report
    assert report.errors == []
    assert ("returns", 4, "fibre_users", str(fibre)) in places(report.warnings) or not warned
    fell = [each for each in report.warnings if each.row == 4 and each.column == "fibre_users" and "少" in each.message]
    assert bool(fell) is warned, report.warnings
