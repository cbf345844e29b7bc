"""What-if: what a package would turn is what it turns when it is imported; and nothing is stored by asking."""

import json
import random
import re
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from acceptance import answers
from acceptance.judging import judging
from acceptance.whatif import question
from accounts.models import AuditEntry
from accounts.posts import Post
from areas.models import AccessPoint, FactChange, ServiceOrder
from returns.models import ReturnLine
from tests.packages import write_csv
from tests.reference.packages import random_changes, random_package
from tests.reference.writing import write
from tests.scenes import FAR, TOWN, XIUXI, build_district

DISTRICT = "441802"
POINT = {"ap_id": "YD-9", "operator": "mobile", "lon": "113.1500", "lat": "23.7005", "downstream_mbps": "100", "tv_only": "0", "opened_on": "2018-05-01"}  # fmt: skip
LINE = {
    "period": "2018Q2", "area_code": XIUXI, "households": "400", "broadband_covered_households": "380",
    "fibre_covered_households": "300", "broadband_users": "250", "fibre_users": "160", "status": "approved",
}  # fmt: skip


def asked(name: str, *args: str, **options) -> dict:
    out = StringIO()
    call_command(name, *args, format="json", stdout=out, stderr=StringIO(), **options)
    return json.loads(out.getvalue())


def judged(period: str, basis: str) -> tuple[dict, dict, dict]:
    """Areas, sites and milestones of a quarter, each by what can turn."""
    evaluation = answers.evaluation(period, basis=basis, sites=True)
    areas = {each["code"]: (each["outcome"], each["reference"], each.get("covered")) for each in evaluation["areas"]}
    sites = {each["site_id"]: (each["capable"], each["reason"]) for each in evaluation["sites"]}
    entries = answers.milestones(period, basis=basis)["milestones"]
    return areas, sites, {(each["key"], each["scope"]): (each["status"], each["held"]) for each in entries}


def turned(before: dict, after: dict) -> dict:
    keys = {**before, **after}
    return {key: (before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)}


def supposed(document: dict) -> tuple[dict, dict, dict]:
    """What a document of whatif says will turn, in the same form."""

    def pair(each: dict, *fields: str) -> tuple:
        return tuple(
            None if each[side] is None else (each[side], *(each[field][side] for field in fields))
            for side in ("from", "to")
        )

    areas = {each["code"]: pair(each, "reference", "covered") for each in document["turned"]}
    sites = {each["site_id"]: pair(each, "reason") for each in document["sites"]}
    return areas, sites, {(each["key"], each["scope"]): pair(each, "held") for each in document["milestones"]}


@pytest.fixture
def district(make_area):
    scene = build_district(make_area)
    judging.ensure_current(DISTRICT)
    return scene


# ---------------------------------------------------------------- the same as importing


@pytest.mark.django_db
@pytest.mark.parametrize("many", [40, 0], ids=["part", "whole"])
@pytest.mark.parametrize("seed", range(12))
def test_whatif_is_what_importing_turns(seed, many, tmp_path, monkeypatch):
    monkeypatch.setattr(question, "MANY", many)
    package = random_package(seed)
    chance = random.Random(seed)
    period, basis = chance.choice(["2017Q4", "2018Q2", "2018Q4", "2019Q1"]), chance.choice(["approved", "reported"])
    call_command("import_package", str(write(package, tmp_path / "package")), stdout=StringIO(), stderr=StringIO())
    folder = write(random_changes(package, seed), tmp_path / "changes")
    if not list(folder.iterdir()):
        pytest.skip("nothing changes with this seed")

    document = asked("whatif", str(folder), period=period, basis=basis)
    before = judged(period, basis)
    call_command("import_package", str(folder), stdout=StringIO(), stderr=StringIO())
    after = judged(period, basis)

    assert supposed(document) == tuple(map(turned, before, after))
    for entry in (*document["turned"], *document["sites"]):
        assert entry["because"], entry["sentence"]
    for entry in (*document["turned"], *document["sites"], *document["milestones"]):
        assert not re.search("None|unknown|nan", entry["sentence"]), entry["sentence"]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_whatif_without_an_access_point_is_what_removing_it_turns(seed, tmp_path):
    call_command(
        "import_package", str(write(random_package(seed), tmp_path / "package")), stdout=StringIO(), stderr=StringIO()
    )
    ap_ids = list(AccessPoint.objects.order_by("ap_id").values_list("ap_id", flat=True))
    gone = random.Random(seed).sample(ap_ids, min(2, len(ap_ids)))
    (tmp_path / "operators.csv").write_text("code,name\ntelecom,中国电信\n", encoding="utf-8")

    document = asked("whatif", str(tmp_path / "operators.csv"), period="2018Q4", without=gone)
    before = judged("2018Q4", "approved")
    AccessPoint.objects.filter(ap_id__in=gone).delete()

    assert supposed(document) == tuple(map(turned, before, judged("2018Q4", "approved")))


# ---------------------------------------------------------------- the command


def tables(**rows) -> dict:
    return {name: [row] for name, row in rows.items()}


def test_command_says_what_turns_and_why(district, tmp_path):
    document = asked("whatif", str(write_csv(tables(access_points=POINT), tmp_path / "p")), period="2018Q3")

    assert document["plan"] == "qingcheng-2017" and document["period"] == "2018Q3"
    sentences = "".join(each["sentence"] for each in document["sites"])
    assert "黄岗聚居点（S-2）由不具备光网接入能力（超出半径）转为具备光网接入能力" in sentences
    assert "新增中国移动接入点 YD-9（距 55 米），2018-05-01 开通" in sentences
    towns = {each["code"]: each for each in document["turned"]}
    assert (towns[TOWN]["from"], towns[TOWN]["to"]) == ("not_achieved", "achieved")
    assert "秀溪村未达标→达标" in towns[TOWN]["sentence"]


def test_command_reads_a_single_table(district, tmp_path):
    line = LINE | {"fibre_users": "200"}
    folder = write_csv(tables(returns=line), tmp_path / "p")

    document = asked("whatif", str(folder / "returns.csv"), period="2018Q2")

    village = next(each for each in document["turned"] if each["code"] == XIUXI)
    assert village["sentence"] == (
        "秀溪村仍为未达标，渗透率由不足转为满足：S15 由不足转为满足，光网用户 160→200 户，宽带用户 250→250 户"
        "（64.0%→80.0%，应达 200 户）。"
    )
    assert village["missing"] == "再建成 1 个全光网自然村。"


def test_command_refuses_a_package_with_errors(district, tmp_path, capsys):
    folder = write_csv(tables(returns=LINE | {"fibre_users": "999"}), tmp_path / "p")
    with pytest.raises(SystemExit) as end:
        call_command("whatif", str(folder), format="json")

    assert end.value.code == 1
    assert json.loads(capsys.readouterr().out)["errors"][0]["column"] == "fibre_users"


@pytest.mark.parametrize(
    "options", [{"period": "2018"}, {"period": "2016Q4"}, {"area": "441899"}, {"without": ["没有"]}]
)
def test_command_cannot_answer(district, tmp_path, capsys, options):
    folder = write_csv(tables(returns=LINE), tmp_path / "p")
    with pytest.raises(SystemExit) as end:
        call_command("whatif", str(folder), **options)

    printed = capsys.readouterr()
    assert end.value.code == 2 and not printed.out and printed.err


def test_command_stores_nothing(district, tmp_path):
    folder = write_csv(tables(access_points=POINT, returns=LINE | {"fibre_users": "200"}), tmp_path / "p")
    counts = AccessPoint.objects.count(), ReturnLine.objects.count(), AuditEntry.objects.count()
    asked("whatif", str(folder), period="2018Q2")

    assert counts == (AccessPoint.objects.count(), ReturnLine.objects.count(), AuditEntry.objects.count())
    assert not FactChange.objects.exists()


# ---------------------------------------------------------------- the page


@pytest.fixture
def leader(client, make_user, district):
    client.force_login(make_user(Post.LEADER))
    return client


def whatif_url(code: str, period: str = "2018Q2") -> str:
    return reverse("acceptance:whatif", args=[period, code])


def blank(client, code: str) -> dict:
    """What the form sends when nothing is touched."""
    form = client.get(whatif_url(code)).context["form"]
    return {bound.html_name: bound.value() or "" for row in form._rows for bound in row.form}


def test_page_offers_what_may_be_supposed(leader):
    page = leader.get(whatif_url(TOWN)).content.decode()

    assert "秀溪村 光网用户数" in page and "拟建接入点 1 经度" in page and "GD-2" in page and "不保存" in page


def test_page_without_any_change_says_so(leader):
    assert "没有假设改动" in leader.post(whatif_url(TOWN), blank(leader, TOWN)).content.decode()


def test_page_turns_what_a_new_access_point_turns_and_stores_nothing(leader):
    posted = blank(leader, TOWN) | {
        "point-1-operator": "telecom", "point-1-lon": "113.1500", "point-1-lat": "23.7005",
        "point-1-opened_on": "2018-05-01",
    }  # fmt: skip
    entries = AuditEntry.objects.count()
    page = leader.post(whatif_url(TOWN), posted).content.decode()

    assert "S10 由不足转为满足" in page and "（秀溪村未达标→达标）" in page
    assert AccessPoint.objects.count() == 3 and AuditEntry.objects.count() == entries
    assert not FactChange.objects.exists()


def test_a_place_is_all_that_a_planned_access_point_needs(leader):
    posted = blank(leader, TOWN) | {"point-1-lon": "113.1500", "point-1-lat": "23.7005"}

    assert "S10 由不足转为满足" in leader.post(whatif_url(TOWN), posted).content.decode()


def test_a_number_is_all_that_a_closing_needs(leader):
    page = leader.post(whatif_url(TOWN), blank(leader, TOWN) | {"close-1-ap_id": "DX-1"}).content.decode()

    assert "停用" in page and "推演结果" in page and "没有填" not in page


def test_page_turns_what_an_order_on_time_turns(leader):
    AccessPoint.objects.filter(ap_id="YD-1").update(lon=113.1500, lat=23.7005)
    judging.refresh(DISTRICT, everything=True)
    order = ServiceOrder.objects.get(order_id="GD-2")

    page = leader.post(whatif_url(FAR), blank(leader, FAR) | {f"on-time-{order.pk}": "1"}).content.decode()

    assert "原来逾期的中国移动的工单 GD-2不再逾期" in page or "原来逾期的中国移动的工单 GD-2 不再逾期" in page
    assert ServiceOrder.objects.get(order_id="GD-2").completed_on == date(2018, 5, 2)


def test_page_puts_each_problem_beside_its_field_and_loses_nothing(leader):
    posted = blank(leader, TOWN) | {
        f"line-{XIUXI}-fibre_users": "九成", "point-1-lon": "23.7", "point-1-lat": "113.1", "point-1-opened_on": "",
        "close-1-ap_id": "没有",
    }  # fmt: skip
    response = leader.post(whatif_url(TOWN), posted)
    page = response.content.decode()

    assert response.status_code == 422
    for text in (
        "“九成”无法识别",
        "疑似填反",
        "开通日期未填",
        "没有该编号的接入点",
        'value="23.7"',
        'value="没有"',
    ):
        assert text in page
    assert "推演结果" not in page


@pytest.mark.parametrize("text", ["２４０", "240户", "二百四十", "240.00"])
def test_page_understands_what_clerks_type(leader, text):
    posted = blank(leader, XIUXI) | {f"line-{XIUXI}-fibre_users": text}

    assert "光网用户 160→240 户" in leader.post(whatif_url(XIUXI), posted).content.decode()


def test_page_understands_days_and_rates_as_people_write_them(leader):
    spot = {"point-1-lon": "113.15", "point-1-lat": "23.7"}
    said = {"point-1-downstream_mbps": "百兆字节", "point-1-opened_on": "2018.6"}
    page = leader.post(whatif_url(TOWN), blank(leader, TOWN) | spot | said).content.decode()
    assert "“百兆字节”无法识别" in page and "2018-06-01 或 2018-06-30" in page

    said = {"point-1-downstream_mbps": "百兆", "point-1-opened_on": "2018.6.30"}
    assert "推演结果" in leader.post(whatif_url(TOWN), blank(leader, TOWN) | spot | said).content.decode()


def test_page_of_a_clerk_shows_nothing_beyond_the_township(client, make_user, district):
    client.force_login(make_user(Post.CLERK, area=TOWN))
    posted = blank(client, TOWN) | {
        "point-1-lon": "113.0500",
        "point-1-lat": "23.6800",
        "point-1-opened_on": "2018-05-01",
    }
    page = client.post(whatif_url(TOWN), posted).content.decode()

    assert "阳光" not in page and "清城区：" not in page


def test_page_costs_as_many_queries_for_a_town_as_for_a_village(leader, django_assert_max_num_queries):
    for code in (TOWN, XIUXI):
        posted = blank(leader, code) | {
            "point-1-lon": "113.1500",
            "point-1-lat": "23.7005",
            "point-1-opened_on": "2018-05-01",
        }
        with django_assert_max_num_queries(50):
            assert leader.post(whatif_url(code), posted).status_code == 200


def test_verdict_page_leads_to_the_whatif(leader):
    assert whatif_url(TOWN) in leader.get(reverse("acceptance:verdict", args=["2018Q2", TOWN])).content.decode()
