"""The workbooks of the ledgers: what goes out, what comes back, who may."""

from datetime import date

import pytest
from openpyxl import Workbook

from accounts.models import AuditEntry
from areas.models import AccessPoint, Area, FactChange, ServiceOrder, Site
from areas.vocabulary import AreaKind
from jobs.models import Job, JobState
from tests.workbooks.conftest import FIRST, put, row_of, saved
from workbooks.ledgers import declared, views
from workbooks.ledgers.models import LedgerUpload, LedgerWorkbook

pytestmark = pytest.mark.django_db

VILLAGE = "441802103201"


def found(answer):
    assert answer.status_code == 200, answer.content.decode()
    return answer.context["found"]


def wrong(answer) -> list[tuple]:
    return [(place.row, place.letter, place.label, place.value) for place in found(answer).wrong]


# What goes out


def test_workbook_is_prefilled_locked_bounded_and_stamped(people, registry):
    book = people.clerk.download("sites")
    (page,) = book.worksheets
    issued = LedgerWorkbook.objects.get()
    stamp = [cell.value for cell in page[declared.STAMP_ROW]][:10]
    assert stamp == [
        "台账", "点位", "单位编码", "441802103", "日期", issued.day.isoformat(), "模板版本", "1", "校验号", issued.stamp,
    ]  # fmt: skip
    assert {one.name: one.value for one in book.custom_doc_props.props} == dict(
        zip(stamp[::2], stamp[1::2], strict=True)
    )
    assert [cell.value for cell in page[declared.HEADER_ROW]] == [
        "点位编号", "所属区域", "名称", "类型", "经度", "纬度", "坐标系", "城乡", "生效日期", "失效日期", "区域名称", "行校验",
    ]  # fmt: skip
    row = [cell.value for cell in page[FIRST]]
    assert row[:7] == ["S-0001", registry.leaf.code, "点位S-0001", "主要人口聚居地", 113.0666, 23.7095, "GCJ-02"]
    assert [page.cell(row, 1).value for row in (FIRST, FIRST + 1, FIRST + 2)] == ["S-0001", "S-0002", None]
    assert [cell.protection.locked for cell in page[FIRST]] == [True] + [False] * 9 + [True] * 2
    assert page.protection.sheet
    assert page.freeze_panes == "C6"
    assert not page.column_dimensions["A"].protection.locked
    rules = {str(rule.sqref).split(":")[0]: rule for rule in page.data_validations.dataValidation}
    assert rules["D6"].formula1.startswith('"主要人口聚居地,住宅小区,')
    assert (rules["E6"].type, rules["E6"].formula1, rules["E6"].formula2) == ("decimal", "73.0", "136.0")
    assert (rules["J6"].type, rules["J6"].formula1) == ("date", 'IF($I6="",DATE(1950,1,1),$I6)')
    assert next(iter(rules["J6"].sqref.ranges)).max_row == declared.HEADER_ROW + 2 + 1000
    assert AuditEntry.objects.filter(action="ledger.download").exists()


def test_filter_of_the_list_is_respected(people):
    page = people.clerk.download("sites", "?kind=school").worksheets[0]
    assert page.cell(FIRST, 1).value == "S-0002"
    assert "学校" in page.cell(4, 1).value
    assert page.cell(FIRST + 1, 1).value is None


def test_operator_gets_its_own_and_need_not_say_so(people):
    page = people.telecom.download("access-points").worksheets[0]
    assert "运营企业" not in [cell.value for cell in page[declared.HEADER_ROW]]
    assert [page.cell(row, 1).value for row in (FIRST, FIRST + 1)] == ["AP-1", None]
    assert page.cell(FIRST, 7).value == "否"
    assert page.cell(FIRST, 8).value.date() == date(2017, 5, 1)


def test_bureau_gets_all_with_their_operators(people):
    page = people.bureau.download("access-points").worksheets[0]
    assert [page.cell(FIRST + n, 2).value for n in range(3)] == ["中国电信", "中国移动", "中国移动"]


def test_leaves_come_by_kind(people, registry):
    assert people.clerk.download("natural-villages").worksheets[0].cell(FIRST, 1).value == registry.leaf.code
    assert people.clerk.download("quarters").worksheets[0].cell(FIRST, 1).value == registry.compound.code


def test_text_that_looks_like_a_formula_stays_text(people):
    Site.objects.filter(site_id="S-0001").update(name='=HYPERLINK("http://x")')
    cell = people.clerk.download("sites").worksheets[0].cell(FIRST, 3)
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://x")')


def test_control_characters_stay_out_of_the_workbook(people):
    """What is looked for stands above the rows."""
    assert people.clerk.download("sites", "?q=S%01-").worksheets[0].cell(4, 1).value.endswith("：S-")


# What comes back


def test_unchanged_file_changes_nothing(people):
    for person, keys in (
        (people.clerk, ("natural-villages", "quarters", "sites")),
        (people.telecom, ("access-points", "orders")),
    ):
        for key in keys:
            seen = found(person.send(key, person.download(key)))
            assert (seen.writes, seen.wrong, seen.odd, seen.unchanged) == (False, [], [], seen.rows), key
            assert seen.rows


def test_changes_are_shown_cell_by_cell_and_written_once(people, registry):
    book = people.clerk.download("sites")
    put(book, FIRST, 名称="大围聚居点", 生效日期=date(2018, 1, 1))
    put(
        book,
        FIRST + 2,
        点位编号="S-0003",
        所属区域=registry.leaf.code,
        名称="大围小学",
        类型="学校",
        经度="１１３．０６",
        纬度=23.71,
    )
    answer = people.clerk.send("sites", book)
    seen = found(answer)
    assert [(cell.row, cell.key, cell.label, cell.before, cell.after) for cell in seen.cells] == [
        (FIRST, "S-0001", "名称", "点位S-0001", "大围聚居点"),
        (FIRST, "S-0001", "生效日期", "空白", "2018-01-01"),
    ]
    assert [(one.row, one.key) for one in seen.additions] == [(FIRST + 2, "S-0003")]
    assert (seen.added, seen.changed, seen.unchanged, seen.wrong_rows) == (1, 1, 1, 0)
    assert Site.objects.filter(name="大围聚居点").count() == 0

    assert [(cell.label, cell.waits) for cell in seen.cells] == [("名称", False), ("生效日期", True)]
    assert (
        "新增 1 行，改动 1 行；其中 1 行即时生效；2 行已提出变更申请" in people.clerk.confirm(answer).content.decode()
    )
    assert "未重复提交" in people.clerk.confirm(answer).content.decode()
    first = Site.objects.get(site_id="S-0001")
    assert (first.name, first.valid_from) == ("大围聚居点", None)
    assert not Site.objects.filter(site_id="S-0003").exists()
    assert AuditEntry.objects.filter(action="ledger.confirm").count() == 1
    assert not bytes(LedgerUpload.objects.get().content)

    people.bureau.accept_all()
    site = Site.objects.get(site_id="S-0003")
    assert (site.lon, site.lat, site.county, site.datum) == (113.06, 23.71, "441802", "WGS84")
    assert Site.objects.get(site_id="S-0001").valid_from == date(2018, 1, 1)
    assert FactChange.objects.exists()


def test_good_rows_are_written_and_wrong_ones_are_not(people):
    book = people.clerk.download("sites")
    put(book, FIRST, 经度=23.7, 纬度=113.06)
    put(book, FIRST + 1, 名称="秀溪中心小学")
    answer = people.clerk.send("sites", book)
    assert wrong(answer) == [(FIRST, "E", "经度", "23.7")]
    assert "疑似填反" in found(answer).wrong[0].message
    people.clerk.confirm(answer)
    assert Site.objects.get(site_id="S-0002").name == "秀溪中心小学"
    assert Site.objects.get(site_id="S-0001").given_lon == 113.0666


def test_rows_that_are_not_there_stay(people):
    book = people.clerk.download("sites")
    book.worksheets[0].delete_rows(FIRST + 1)
    put(book, FIRST, 名称="新名")
    answer = people.clerk.send("sites", book)
    assert "文件里少了 1 行" in found(answer).notices[0]
    people.clerk.confirm(answer)
    assert Site.objects.filter(site_id="S-0002").exists()


def test_row_that_nobody_touched_does_not_undo_what_was_changed_online(people):
    book = people.clerk.download("sites")
    Site.objects.filter(site_id="S-0001").update(name="网上改的")
    assert not found(people.clerk.send("sites", book)).writes


def test_row_that_was_changed_in_both_places_is_not_guessed(people):
    book = people.clerk.download("sites")
    Site.objects.filter(site_id="S-0001").update(name="网上改的")
    answer = people.clerk.send("sites", put(book, FIRST, 名称="文件里改的"))
    assert wrong(answer) == [(FIRST, "A", "点位编号", "S-0001")]
    assert "下载之后网上又有改动" in found(answer).wrong[0].message


def test_confirming_a_preview_that_has_aged_shows_the_new_one(people):
    book = put(people.clerk.download("sites"), FIRST, 名称="甲")
    answer = people.clerk.send("sites", book)
    Site.objects.filter(site_id="S-0001").update(kind="school")
    again = people.clerk.confirm(answer)
    assert again.status_code == 409
    assert "又有改动" in again.content.decode()
    assert Site.objects.get(site_id="S-0001").name == "点位S-0001"
    assert again.context["found"].wrong_rows == 1


def test_renumbered_row_is_new_and_said_so(people):
    book = put(people.clerk.download("sites"), FIRST, 点位编号="S-0009")
    seen = found(people.clerk.send("sites", book))
    assert (seen.added, seen.odd[0].label) == (1, "点位编号")
    assert "原编号的一行仍然保留" in seen.odd[0].message


def test_new_village_must_lie_in_the_scope(people, registry):
    book = people.clerk.download("natural-villages")
    put(book, FIRST + 1, 编码=f"{VILLAGE}009", 名称="新村", 常住户数=20)
    put(book, FIRST + 2, 编码="441802104201009", 名称="邻镇村", 常住户数=20)
    put(book, FIRST + 3, 编码=registry.compound.code, 名称="抢小区", 常住户数=20)
    put(book, FIRST + 4, 编码="44180210320100", 名称="少一位", 常住户数=20)
    answer = people.clerk.send("natural-villages", book)
    assert [(row, label) for row, _, label, _ in wrong(answer)] == [
        (FIRST + 2, "编码"), (FIRST + 3, "编码"), (FIRST + 4, "编码"),
    ]  # fmt: skip
    people.clerk.confirm(answer)
    people.bureau.accept_all()
    village = Area.objects.get(code=f"{VILLAGE}009")
    assert (village.kind, village.parent_id) == (AreaKind.NATURAL_VILLAGE, VILLAGE)
    assert Area.objects.get(code=registry.compound.code).kind == AreaKind.COMPOUND


def test_site_of_a_neighbour_cannot_be_taken(people, registry):
    book = people.clerk.download("sites")
    put(book, FIRST + 2, 点位编号="S-0900", 所属区域=registry.leaf.code, 名称="抢来的", 类型="学校")
    put(book, FIRST + 3, 点位编号="S-0901", 所属区域=registry.other.code, 名称="送去的", 类型="学校")
    answer = people.clerk.send("sites", book)
    assert [(place.row, place.message[:8]) for place in found(answer).wrong] == [
        (FIRST + 2, "该编号已用于您范"), (FIRST + 3, "编码 44180"),
    ]  # fmt: skip
    assert not found(answer).writes
    assert Site.objects.get(site_id="S-0900").area_id == registry.other.code


def test_access_point_of_another_operator_cannot_be_taken(people):
    book = people.telecom.download("access-points")
    put(
        book,
        FIRST + 1,
        接入点编号="AP-2",
        经度=113.05,
        纬度=23.7,
        下行速率=100,
        仅传电视="否",
        开通日期=date(2018, 1, 1),
    )
    put(
        book,
        FIRST + 2,
        接入点编号="AP-3",
        经度=113.05,
        纬度=23.7,
        下行速率=100,
        仅传电视="否",
        开通日期=date(2018, 1, 1),
    )
    answer = people.telecom.send("access-points", book)
    assert [row for row, *_ in wrong(answer)] == [FIRST + 1]
    people.telecom.confirm(answer)
    people.bureau.accept_all()
    assert AccessPoint.objects.get(ap_id="AP-2").operator_id == "mobile"
    assert AccessPoint.objects.get(ap_id="AP-3").operator_id == "telecom"


def test_orders_of_an_operator(people, registry):
    book = people.telecom.download("orders")
    put(book, row_of(book, "GD-1"), 完成日期=date(2018, 1, 20))
    put(book, FIRST + 1, 工单号="GD-4", 所属区域=registry.other.code, 受理日期="2018-02-01", 需扩容="是")
    people.telecom.confirm(people.telecom.send("orders", book))
    people.bureau.accept_all()
    assert ServiceOrder.objects.get(order_id="GD-1").completed_on == date(2018, 1, 20)
    assert ServiceOrder.objects.get(order_id="GD-4").operator_id == "telecom"


def test_one_key_twice_is_read_neither_time(people):
    book = people.clerk.download("sites")
    put(book, FIRST + 1, 点位编号="S-0001")
    answer = people.clerk.send("sites", book)
    assert [row for row, *_ in wrong(answer)] == [FIRST, FIRST + 1]
    assert not found(answer).writes


# Who may


@pytest.mark.parametrize(
    ("who", "key", "status"),
    [
        ("clerk", "sites", 200), ("clerk", "access-points", 403), ("clerk", "orders", 403),
        ("telecom", "access-points", 200), ("telecom", "orders", 200), ("telecom", "sites", 403),
        ("bureau", "sites", 200), ("bureau", "orders", 200), ("bureau", "nothing", 404),
    ],
)  # fmt: skip
def test_who_keeps_which_ledger(people, who, key, status):
    client = getattr(people, who).client
    assert client.get(f"/ledgers/{key}/").status_code == status
    assert client.post(f"/ledgers/{key}/workbook/").status_code == status


def test_upload_of_another_unit_is_not_there(people):
    answer = people.telecom.send("orders", people.telecom.download("orders"))
    address = f"/ledgers/uploads/{answer.context['upload'].pk}/"
    assert people.mobile.client.get(address).status_code == 404
    assert people.clerk.client.get(address).status_code == 404
    assert people.telecom.client.get(address).status_code == 200


def test_lists_lead_to_their_workbooks(people):
    assert "/ledgers/sites/?kind=school" in people.clerk.client.get("/areas/sites/?kind=school").content.decode()
    assert "/ledgers/orders/" in people.telecom.client.get("/areas/orders/").content.decode()
    assert "/ledgers/" not in people.clerk.client.get("/areas/orders/").content.decode()


def test_index_shows_what_one_keeps(people):
    page = people.telecom.client.get("/ledgers/").content.decode()
    assert "接入点" in page
    assert "自然村" not in page


# What is large goes into the background


def test_large_workbook_is_made_in_the_background(people, monkeypatch):
    monkeypatch.setattr(views, "MANY_ROWS", 1)
    answer = people.clerk.client.post("/ledgers/sites/workbook/", follow=True)
    job = Job.objects.get()
    assert (job.state, job.sentence) == (JobState.DONE, "已生成，共 2 行。")
    assert "下载" in answer.content.decode()
    assert (job.folder / job.file).stat().st_size > 4000


def test_large_file_is_read_and_written_in_the_background(people, monkeypatch):
    book = put(people.clerk.download("sites"), FIRST, 名称="甲")
    monkeypatch.setattr(views, "MANY_BYTES", 1)
    monkeypatch.setattr(views, "MANY_ROWS", 1)
    people.clerk.send("sites", book)
    job = Job.objects.get()
    assert job.state == JobState.DONE
    assert "改动 1 行" in job.sentence
    people.clerk.confirm(people.clerk.client.get(job.link))
    assert Site.objects.get(site_id="S-0001").name == "甲"
    assert Job.objects.first().sentence == "已提交：新增 0 行，改动 1 行；其中 1 行即时生效。"


def test_large_file_that_is_refused_says_so(people, monkeypatch):
    monkeypatch.setattr(views, "MANY_BYTES", 1)
    people.clerk.send("sites", saved(Workbook()))
    job = Job.objects.get()
    assert job.state == JobState.FAILED
    assert job.sentence.startswith("未读取该文件。工作簿中未找到工作表“点位”")
    assert not LedgerUpload.objects.exists()
