"""What an import leaves behind: everything or nothing, once, in place, and out again as it came."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from areas.models import AccessPoint, Area, FactChange, Operator, ServiceOrder, Site
from returns.models import ReturnLine
from tests.audit_flush import lifted
from tests.packages import bring_in, sound, without, write_csv, write_xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def bring(tmp_path, capsys):
    """Bring in tables; the document printed. The status must be as expected."""

    def bring(tables, *options, status=0):
        ended, document = bring_in(write_csv(tables, tmp_path / "in"), capsys, *options)
        for file in (tmp_path / "in").iterdir():
            file.unlink()
        assert ended == status, document
        return document

    return bring


def stored() -> dict[str, list]:
    """Every row of the tables that a package fills."""
    models = (Area, Site, Operator, AccessPoint, ServiceOrder, ReturnLine, FactChange)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_everything_arrives(bring):
    document = bring(sound())

    assert document == {
        "errors": [], "warnings": [],
        "imported": {
            "areas": 7, "sites": 3, "operators": 2, "access_points": 1, "service_orders": 1, "returns": 1, "changes": 0,
            "successions": 0,
        },
    }  # fmt: skip
    village = Area.objects.get(code="441802103203")
    assert (village.parent_id, village.county, village.permanent_households, village.setting) == (
        "441802103",
        "441802",
        None,
        "",
    )
    leaf = Area.objects.get(code="441802103203001")
    assert (leaf.permanent_households, leaf.demonstration) == (35, True)
    order = ServiceOrder.objects.get()
    assert (order.county, order.completed_on, order.cancelled_on) == ("441802", date(2018, 3, 1), None)


def test_a_position_is_converted_once_and_kept_as_given(bring):
    bring(sound())

    shifted, plain, nowhere = (
        Site.objects.get(site_id="S2"),
        Site.objects.get(site_id="S1"),
        Site.objects.get(site_id="S3"),
    )
    assert (shifted.given_lon, shifted.given_lat, shifted.datum) == (113.05, 23.7, "GCJ02")
    assert (shifted.lon, shifted.lat) == pytest.approx((113.04454535887842, 23.7024881147141), abs=1e-12)
    assert (plain.lon, plain.lat, plain.datum, plain.county) == (113.2, 23.68, "WGS84", "441802")
    assert (nowhere.lon, nowhere.lat, nowhere.given_lon, nowhere.given_lat) == (None, None, None, None)


def test_the_second_time_changes_nothing(bring):
    bring(sound())
    before = stored()

    with CaptureQueriesContext(connection) as queries:
        document = bring(sound())

    assert document["imported"]["areas"] == 7
    assert stored() == before
    written = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert all("accounts_audit" in sql for sql in written), written


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_one_error_anywhere_keeps_everything_out(bring, options):
    tables = sound()
    tables["returns"][0]["status"] = "?"

    document = bring(tables, *options, status=1)

    assert set(document["imported"].values()) == {0}
    assert not Area.objects.exists() and not AuditEntry.objects.exists() and not FactChange.objects.exists()


def test_a_rehearsal_checks_and_keeps_out(bring):
    document = bring(sound(), "--dry-run")

    assert document["errors"] == [] and set(document["imported"].values()) == {0}
    assert not Area.objects.exists()


def test_a_failure_in_the_middle_keeps_everything_out(bring, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("returns.package.ReturnsTable.store", lambda *args: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        call_command("import_package", str(write_csv(sound(), tmp_path / "in")))

    assert not Area.objects.exists() and not AuditEntry.objects.exists()


def test_rows_are_updated_in_place_and_others_stay(bring):
    bring(sound())
    pk = Site.objects.get(site_id="S1").pk

    bring({
        "areas": [{"code": "441802103", "name": "源潭镇（新）", "kind": "town"}],
        "sites": [{"site_id": "S1", "area_code": "441802103203", "name": "迁址", "kind": "settlement", "lon": "113.3", "lat": "23.6"}],
        "access_points": [{**sound()["access_points"][0], "closed_on": "2018-01-01"}],
        "service_orders": [{**sound()["service_orders"][0], "completed_on": ""}],
    })  # fmt: skip

    site = Site.objects.get(site_id="S1")
    assert (site.pk, site.area_id, site.name, site.lon, site.lat) == (pk, "441802103203", "迁址", 113.3, 23.6)
    assert Area.objects.get(code="441802103").name == "源潭镇（新）"
    assert AccessPoint.objects.get().closed_on == date(2018, 1, 1)
    assert ServiceOrder.objects.get().completed_on is None
    assert (Area.objects.count(), Site.objects.count(), Operator.objects.count()) == (7, 3, 2)


def test_a_column_left_out_keeps_what_is_stored_and_a_blank_clears_it(bring):
    bring(sound())
    row = {"site_id": "S2", "area_code": "441802006001001", "name": "一号楼", "kind": "residence"}

    bring({"sites": [row]})
    assert Site.objects.get(site_id="S2").given_lon == 113.05

    bring({"sites": [{**row, "datum": "BD09"}]})
    moved = Site.objects.get(site_id="S2")
    assert (moved.given_lon, moved.datum) == (113.05, "BD09") and moved.lon == pytest.approx(113.03812741178756)

    bring({"sites": [{**row, "lon": "113.06", "lat": "23.7"}]})
    assert Site.objects.get(site_id="S2").datum == "WGS84"

    bring({"sites": [{**row, "lon": "", "lat": ""}]})
    assert Site.objects.get(site_id="S2").lon is None


def test_an_operator_may_be_given_by_its_name(bring):
    tables = sound()
    tables["operators"].append({"code": "gwbn", "name": "长城宽带"})
    tables["access_points"][0]["operator"] = "中国电信"
    tables["service_orders"][0]["operator"] = " 长城宽带"

    bring(tables)

    assert AccessPoint.objects.get().operator_id == "telecom"
    assert ServiceOrder.objects.get().operator_id == "gwbn"


def test_an_access_point_belongs_to_the_township_of_the_nearest_site(bring):
    tables = sound()
    point = tables["access_points"][0]
    tables["access_points"] += [
        {**point, "ap_id": "A2", "lon": "113.05", "lat": "23.7", "datum": "GCJ02"},
        {**point, "ap_id": "A3", "lon": "113.6"},
    ]
    bring(tables)

    townships = dict(AccessPoint.objects.values_list("ap_id", "township_id"))
    assert townships == {"A1": "441802103", "A2": "441802006", "A3": None}
    assert AccessPoint.objects.get(ap_id="A2").county == "441802"

    bring(
        {
            "sites": [
                {**tables["sites"][0], "lon": "113.04", "lat": "23.7"},
                {**tables["sites"][1], "lon": "113.2", "lat": "23.68"},
            ]
        }
    )
    assert AccessPoint.objects.get(ap_id="A1").township_id == "441802006"


def test_access_point_follows_a_site_that_moves_by_today(bring, settings):
    """Whoever takes a place over sees its network; a move that is still to come changes nothing yet."""
    settings.PORTAL_TODAY = date(2018, 6, 1)
    bring(sound())
    move = {"table": "sites", "key": "S1", "column": "area_code", "value": "441802006001001"}

    bring({"changes": [{**move, "effective_on": "2018-06-02"}]})
    assert AccessPoint.objects.get(ap_id="A1").township_id == "441802103"

    bring({"changes": [{**move, "effective_on": "2018-06-01"}]})
    assert AccessPoint.objects.get(ap_id="A1").township_id == "441802006"


def test_word_is_left_for_those_who_judge_and_in_the_audit_trail(bring):
    bring(sound())
    FactChange.objects.all().delete()

    bring({"returns": [{**sound()["returns"][0], "period": "2018Q3"}]})
    assert list(FactChange.objects.values_list("area_code", "first", "last")) == [("441802103203", "2018Q3", "2018Q3")]
    FactChange.objects.all().delete()

    bring({"access_points": [{**sound()["access_points"][0], "downstream_mbps": "20"}]})
    assert not FactChange.objects.exists()  # no site was judged yet whose verdict it could turn
    assert set(AuditEntry.objects.values_list("action", "username")) == {("package.import", "（服务器命令）")}


def test_out_and_in_and_out_again_is_the_same_to_the_byte(bring, tmp_path, capsys):
    tables = sound()
    tables["areas"][1]["name"] = '=HYPERLINK("http://x")'
    tables["areas"][2]["name"] = "青龙,\n“村”"
    tables["sites"][0] |= {
        "lon": "113.20000000000002",
        "lat": "23.6800",
        "setting": "rural",
        "valid_from": "2017-01-01",
    }
    tables["access_points"][0] |= {"downstream_mbps": "0.000001", "name": "+1", "ports_total": ""}
    bring(tables)
    call_command("export_package", str(tmp_path / "one"))
    before = stored()
    for model in (ReturnLine, AccessPoint, ServiceOrder, Site):
        model.objects.all().delete()
    empty_returns()
    for length in (15, 12, 9, 6):
        Area.objects.filter(code__regex=f"^.{{{length}}}$").delete()
    Operator.objects.all().delete()

    status, _ = bring_in(tmp_path / "one", capsys)
    call_command("export_package", str(tmp_path / "two"))

    assert status == 0
    after = stored()
    for name in ("Area", "Operator"):
        assert after[name] == before[name]
    for file in sorted((tmp_path / "one").iterdir()):
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()
    sites = (tmp_path / "one" / "sites.csv").read_text(encoding="utf-8")
    assert sites.startswith("site_id,area_code,name,kind,lon,lat,datum,setting,valid_from,valid_to\n")
    assert "S1,441802103203001,新寮村,settlement,113.20000000000002,23.68,WGS84,rural,2017-01-01,\n" in sites
    assert "0.000001" in (tmp_path / "one" / "access_points.csv").read_text(encoding="utf-8")


def empty_returns() -> None:
    from returns.models import Return, ReturnMove

    with lifted(ReturnMove):
        ReturnMove.objects.all().delete()
    Return.objects.all().delete()


def test_a_workbook_brings_the_same(bring, tmp_path, capsys):
    status, document = bring_in(write_xlsx(sound(), tmp_path / "book.xlsx"), capsys)

    assert (status, document["errors"], document["warnings"]) == (0, [], [])
    before = stored()
    bring(sound())
    assert stored() == before


def test_every_file_is_written_even_when_there_is_nothing(tmp_path):
    call_command("export_package", str(tmp_path / "out"))

    names = {file.name for file in (tmp_path / "out").iterdir()}
    assert names == {f"{name}.csv" for name in (*sound(), "changes", "successions")}


def test_children_arrive_before_their_parents(bring):
    tables = {"areas": list(reversed(sound()["areas"]))}

    bring(tables)

    assert Area.objects.count() == 7


def test_an_empty_database_takes_returns_only_with_their_areas(bring):
    document = bring(without("areas", "sites", "service_orders"), status=1)

    assert [error["column"] for error in document["errors"]] == ["area_code"]
