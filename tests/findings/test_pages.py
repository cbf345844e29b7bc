"""The pages of findings: what each post sees, the ways to settle, the export, the lines on home pages."""

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from accounts.models import AuditEntry
from accounts.posts import Post
from areas.models import AccessPoint, Site
from areas.vocabulary import SiteKind
from findings import mending, pages, tasks
from findings.declared import BY_CODE, CHECKS
from findings.models import FindingTerms, RegisterFinding
from findings.surveying import survey
from findings.vocabulary import FindingState
from tests.findings.conftest import COUNTY, ON, UNPLACED, finding
from tests.scenes import DAGUAN, NEAR, STREET, TOWN


@pytest.fixture
def found(people) -> None:
    """The street's market, and two operators' points on one spot in the town."""
    AccessPoint.objects.filter(ap_id="YD-1").update(lon=113.1000, lat=23.7000, township=TOWN)
    survey(COUNTY)


def listed(client, user, **query) -> str:
    client.force_login(user)
    return client.get("/findings/", query).content.decode()


def test_clerk_sees_the_own_township(found, people, client):
    shown = listed(client, people.clerk)

    assert "大观市场" in shown and "DX-1" not in shown
    assert "/proposals/new/?table=sites&amp;key=S-6&amp;column=lon&amp;column=lat" in shown


def test_operator_sees_its_own_and_not_the_rivals(found, people, client):
    shown = listed(client, people.operator)

    assert "DX-1" in shown and "YD-1" not in shown and "大观市场" not in shown
    page = client.get(finding("points_together", "DX-1").get_absolute_url()).content.decode()
    assert "另一家企业的接入点" in page and "YD-1" not in page
    assert client.get(finding("points_together", "YD-1").get_absolute_url()).status_code == 404


def test_bureau_sees_all_with_the_townships_tally(found, people, client):
    shown = listed(client, people.head)

    assert "大观市场" in shown and "DX-1" in shown and "YD-1" in shown
    assert "凤城街道" in shown and "源潭镇" in shown


def test_leader_sees_no_way_to_mend(found, people, client, make_user):
    shown = listed(client, make_user(Post.LEADER))

    assert "大观市场" in shown and "去更正" not in shown


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({}, {"S-6", "DX-1", "YD-1"}),
        ({"township": STREET}, {"S-6"}),
        ({"code": "points_together"}, {"DX-1", "YD-1"}),
        ({"state": "explained"}, set()),
        ({"state": "all"}, {"S-6", "DX-1", "YD-1"}),
        ({"matters": "1"}, {"S-6", "DX-1", "YD-1"}),
        ({"age": "7"}, set()),
        ({"overdue": "1"}, set()),
        ({"overdue": "0"}, {"S-6", "DX-1", "YD-1"}),
        ({"q": "大观"}, {"S-6"}),
        ({"mine": "1"}, set()),
    ],
)
def test_list_is_narrowed(found, people, client, query, keys):
    shown = listed(client, people.head, **query)

    assert {key for key in ("S-6", "DX-1", "YD-1") if f"/{key}/" in shown} == keys


def test_age_and_due_are_counted_from_today(found, people, client, settings):
    settings.PORTAL_TODAY = ON + timedelta(40)

    assert "大观市场" in listed(client, people.head, age="30", overdue="1")
    [street] = [each for each in pages.tallies(people.head, {STREET: "凤城街道"}) if each.code == STREET]
    assert (street.open, street.overdue, street.oldest_days) == (1, 1, 40)


def test_tally_names_townships_without_findings(found, people):
    tallies = pages.tallies(people.head, {STREET: "凤城街道", TOWN: "源潭镇", "441802999": "空镇"})

    assert [(each.name, each.open, each.matters) for each in tallies] == [
        ("凤城街道", 1, 1),
        ("源潭镇", 2, 2),
        ("空镇", 0, 0),
    ]


def test_list_has_the_same_queries_however_long(found, people, client, django_assert_max_num_queries):
    for number in range(30):
        Site.objects.create(
            site_id=f"M-{number}", area_id=DAGUAN, name=f"点{number}", kind=SiteKind.OTHER, county=COUNTY
        )
    survey(COUNTY)
    client.force_login(people.head)
    with django_assert_max_num_queries(30):
        client.get("/findings/")


def test_export_holds_what_is_said_of_each(found, people, client):
    finding_ = finding()
    client.force_login(people.clerk)
    client.post(f"/findings/{finding_.pk}/explain/", {"reason": "已搬迁", "version": 0})
    client.force_login(people.head)
    answer = client.get("/findings/", {"export": "xlsx", "state": "all"})
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content)).active
    texts = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None}

    assert {"大观市场", "已搬迁", "已说明", "凤城街道", "YD-1"} <= texts


def test_owner_explains_and_bureau_does_not_accept(found, people, client):
    address = finding().get_absolute_url()
    client.force_login(people.clerk)
    assert "说明理由" in client.get(address).content.decode()
    assert client.post(f"{address}explain/", {"reason": "已搬迁", "version": 0}).status_code == 302
    assert finding().state == FindingState.EXPLAINED

    client.force_login(people.head)
    page = client.get(address).content.decode()
    assert "已搬迁" in page and "不予认可的理由" in page and "说明理由" not in page
    assert client.post(f"{address}overrule/", {"reason": "请补坐标", "version": 1}).status_code == 302
    assert finding().state == FindingState.OPEN
    assert list(
        AuditEntry.objects.filter(action__startswith="finding.").order_by("pk").values_list("action", flat=True)
    ) == [
        "finding.explain",
        "finding.overrule",
    ]


def test_reviewer_reads_explanations_in_the_list(found, people, client):
    client.force_login(people.clerk)
    client.post(f"{finding().get_absolute_url()}explain/", {"reason": "市场已搬迁", "version": 0})

    assert "市场已搬迁" in listed(client, people.reviewer, state="explained")
    assert "去更正" not in listed(client, people.reviewer, state="explained")


def test_what_was_typed_is_kept_when_refused(found, people, client):
    client.force_login(people.clerk)
    address = f"{finding().get_absolute_url()}explain/"
    answer = client.post(address, {"reason": "已搬迁，不再登记", "version": 7})

    assert answer.status_code == 422 and "已搬迁，不再登记" in answer.content.decode()
    assert client.post(address, {"reason": "", "version": 0}).status_code == 422
    assert client.post(address, {"reason": "是", "version": "x"}).status_code == 422


def test_bureau_sets_a_bound(people, client):
    client.force_login(people.head)
    address = "/findings/checks/sites_close/"
    assert client.post(address, {"bound": 9, "reason": "楼房密", "number": 0}).status_code == 302
    assert FindingTerms.objects.get().bound == 9
    assert "楼房密" in client.get("/findings/checks/").content.decode()

    stale = client.post(address, {"bound": 8, "reason": "再改", "number": 0})
    assert stale.status_code == 422 and "刚被他人修改" in stale.content.decode()
    assert client.get("/findings/checks/site_unlocated/").status_code == 404, "it has no bound"


KEYS = {"areas": NEAR, "sites": "S-4", "access_points": "DX-1", "service_orders": "GD-2"}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_every_check_leads_to_what_mends_it(check, people, client):
    row = RegisterFinding(code=check.code, table=check.table, key=KEYS[check.table], said={"written": "新名"})
    client.force_login(people.head)

    assert client.get(mending.mending_address(row)).status_code == 200
    assert client.get(mending.thing_address(check.table, row.key)).status_code == 200


def test_mending_fills_in_what_the_finding_tells():
    row = RegisterFinding(code="name_differs", table="areas", key=NEAR, said={"written": "大围村"})
    assert mending.mending_address(row).endswith("&act=correct&column=name&name=%E5%A4%A7%E5%9B%B4%E6%9D%91")

    row = RegisterFinding(code="village_unsettled", table="areas", key=NEAR, said={})
    assert mending.mending_address(row) == f"/proposals/new/?table=sites&act=add&area={NEAR}&kind=settlement"
    assert mending.mending_address(RegisterFinding(code="gone", table="areas", key=NEAR, said={})) == ""


def test_thing_knows_its_findings(found, people):
    [shown] = pages.about(people.reviewer, "sites", UNPLACED)

    assert (shown.label, shown.mend) == ("点位没有坐标", mending.mending_address(finding()))
    assert {each.finding.key for each in pages.about(people.reviewer, "access_points", "DX-1")} == {"DX-1", "YD-1"}
    assert pages.about(people.reviewer, "sites", "S-1") == []


def test_home_pages_say_what_is_to_be_settled(found, people, client):
    [clerks] = tasks.pending(people.clerk)
    assert (clerks.title, clerks.words) == ("点位没有坐标 1 条", "其中 1 条影响评定")
    assert clerks.url == "/findings/?mine=1&code=site_unlocated"
    assert [task.words for task in tasks.pending(people.operator)] == ["其中 1 条影响评定"]
    assert {(task.who, task.title) for task in tasks.pending(people.head)} >= {("凤城街道", "台账问题 1 条")}
    assert tasks.pending(people.neighbour) == []
    for user in (people.clerk, people.operator):
        client.force_login(user)
        assert "其中 1 条影响评定" in client.get("/").content.decode()

    client.force_login(people.clerk)
    client.post(f"{finding().get_absolute_url()}explain/", {"reason": "已搬迁", "version": 0})
    client.force_login(people.head)
    assert "台账问题 1 条说明不是问题，可核查" in client.get("/").content.decode()


def test_label_of_a_check_that_is_no_more_is_its_code():
    assert RegisterFinding(code="gone").label == "gone" and "gone" not in BY_CODE
