"""Records by their pages: typed, sent with a file, confirmed; who sees which; what is missing and of whom; bad input keeps what was typed."""

import io
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from areas.vocabulary import AreaKind
from inbox import items
from measures import late
from measures.models import MeasureRecord
from tests.evidence.files import photo
from tests.measures.conftest import ON, SUPERIOR, begun, taken
from tests.scenes import TOWN
from witness.models import Leaf

PLAN = {
    "title": "源潭镇全光网建设推进方案",
    "number": "源府〔2017〕5号",
    "on": "2017年3月6日",
    "head": "林镇长",
    "lead": "镇经济办",
    "responsible": "各村委会",
    "mechanism": "每月调度",
    "targets": "2018年底前建成",
}


def text_of(response, status=200) -> str:
    assert response.status_code == status
    return response.content.decode()


def test_township_files_its_plan_and_the_bureau_confirms(client, people):
    client.force_login(people["clerk"])
    assert "附件" in text_of(client.get(reverse("measures:new", args=["township_plan"])))
    form = PLAN | {"act": "send"}
    kept = text_of(client.post(reverse("measures:new", args=["township_plan"]), form), 422)
    assert "已保存，尚未报送" in kept and "尚缺：附件" in kept
    record = MeasureRecord.objects.get()
    edit = reverse("measures:edit", args=[record.pk])
    assert "2017-03-06" in text_of(client.get(edit))
    sent = form | {"version": record.version, "file": SimpleUploadedFile("方案.jpg", photo())}
    assert client.post(edit, sent).url == record.get_absolute_url()
    record.refresh_from_db()
    assert (record.state, record.on, record.subject) == ("sent", date(2017, 3, 6), "源潭镇")
    assert Leaf.objects.filter(kind="measures.measurefile").count() == 1

    client.force_login(people["chief"])
    [waiting] = [row.item for row in items.of(people["chief"]).mine if row.item.key == "measures/township_plan"]
    assert waiting.title == "街镇推进方案待确认 1 条" and record.title in text_of(client.get(waiting.url))
    page = text_of(client.get(record.get_absolute_url()))
    assert "每月调度" in page and "方案.jpg" in page
    assert client.get(reverse("measures:file", args=[record.files.get().pk])).status_code == 200
    step = {"action": "confirm", "version": record.version}
    assert client.post(reverse("measures:step", args=[record.pk]), step).status_code == 302
    record.refresh_from_db()
    assert record.state == "confirmed" and record.confirmed_values["head"] == "林镇长"
    assert "已确认 1 条" in text_of(client.get(reverse("measures:records"), {"kind": "township_plan"}))


BAD = [
    ({"on": "某天"}, "on", "无法识别"),
    ({"on": "2017-02-30"}, "on", "2017"),
    ({"mechanism": "字" * 2001}, "mechanism", "2001 字，最多 2000 字"),
]


def test_what_cannot_be_read_is_said_and_kept(client, people):
    client.force_login(people["clerk"])
    address, wrong = reverse("measures:new", args=["township_plan"]), []
    for change, field, words in BAD:
        answer = client.post(address, PLAN | change)
        errors = answer.context["form"].errors
        if answer.status_code != 422 or words not in "".join(errors.get(field, [])) or change[field] not in answer.text:
            wrong.append((change, errors))
    virus = SimpleUploadedFile("方案.pdf", b"not a pdf")
    answer = client.post(address, PLAN | {"file": virus})
    assert wrong == [] and answer.status_code == 422 and "每月调度" in answer.text
    assert not MeasureRecord.objects.exists()


def test_subject_is_found_by_name_or_code(client, people, make_area):
    make_area(f"{TOWN}201", "秀溪村")
    make_area(f"{TOWN}202", "新马村")
    make_area(f"{TOWN}203", "新马村")
    client.force_login(people["clerk"])
    said = {"title": "文化站", "facility": "office", "owner": "镇政府", "status": "talking"}

    def post(about):
        return client.post(reverse("measures:new", args=["facility"]), said | {"subject": about})

    assert "没有名称或编码为“河东村”的区域" in text_of(post("河东村"), 422)
    assert f"源潭镇新马村（{TOWN}202）" not in text_of(post("新马村"), 422) and f"（{TOWN}202）" in post("新马村").text
    assert post("秀溪村").status_code == 302 and post(f"{TOWN}202").status_code == 302
    assert sorted(MeasureRecord.objects.values_list("area", flat=True)) == [f"{TOWN}201", f"{TOWN}202"]


SEES = {
    "draft": {"reviewer", "second", "chief"},
    "sent": {"clerk", "head", "other", "reviewer", "second", "chief", "zjj", "kexie", "leader", "operator"},
}


def test_draft_is_the_units_and_open_kinds_are_everybodys(people):
    record = begun("superior", people["reviewer"], SUPERIOR)

    def seen(pk):
        return {
            name for name, person in people.items() if MeasureRecord.objects.visible_to(person).filter(pk=pk).exists()
        }

    assert seen(record.pk) == SEES["draft"]
    taken(record, "send", people["reviewer"])
    assert seen(record.pk) == SEES["sent"]
    money = begun("investment", people["operator"], {"quarter": "2018Q1", "planned": "5.00", "spent": "3.00"})
    taken(money, "send", people["operator"])
    assert seen(money.pk) == SEES["sent"] - {"clerk", "head", "other"}


def test_what_is_missing_stands_with_whom_it_concerns(people, measures_missing):
    owed = {each.key: each for each in late.Owing("441802", ON).all()}

    assert set(owed) == {
        "township_plan/area:441802006",
        f"township_plan/area:{TOWN}",
        "investment/operator:telecom",
        "superior/bureau:441802",
        "supporting/unit:441802:区住房和城乡建设局",
    }
    assert owed[f"township_plan/area:{TOWN}"].due == date(2017, 3, 30)
    assert (
        owed["investment/operator:telecom"].what
        == "尚未填报2017年第一季度、2017年第二季度、2017年第三季度等 6 个季度的投资"
    )
    assert owed["investment/operator:telecom"].due == date(2017, 4, 17)

    def mine(name):
        return {row.item.key for row in items.of(people[name]).mine if row.item.kind == "措施台账"}

    assert mine("clerk") == mine("other") == {"measures/owed/township_plan"}
    assert mine("operator") == {"measures/owed/investment"} and mine("zjj") == {"measures/owed/supporting"}
    assert mine("kexie") == mine("leader") == set() and mine("chief") == {"measures/owed/superior"}
    [theirs] = [row.item for row in items.of(people["chief"]).theirs if row.item.key == "measures/owing/township_plan"]
    assert theirs.who == "凤城街道、源潭镇"


def test_new_estate_is_asked_of_the_lead_unit(people, make_area, measures_missing):
    make_area(f"{TOWN}001", "大观社区", kind=AreaKind.COMMUNITY)
    make_area(f"{TOWN}001101", "旧花园", kind=AreaKind.COMPOUND)
    make_area(f"{TOWN}001102", "新花园", kind=AreaKind.COMPOUND, valid_from=date(2018, 3, 1))

    [owed] = [each for each in late.Owing("441802", ON).all() if each.kind.key == "ftth"]
    assert owed.what == "尚未登记大观社区新花园的光纤到户设计和验收" and owed.about == f"{TOWN}001102"


def test_list_narrows_counts_and_goes_out_as_excel(client, people):
    client.force_login(people["reviewer"])
    for quarter, spent in (("2017Q1", "0.10"), ("2017Q2", "0.20")):
        money = begun("investment", people["operator"], {"quarter": quarter, "planned": "1.00", "spent": spent})
        taken(money, "send", people["operator"])
        taken(money, "confirm", people["reviewer"])
    begun("superior", people["reviewer"], SUPERIOR)

    page = text_of(client.get(reverse("measures:records"), {"kind": "investment", "q": "telecom"}))
    assert "计划投资合计 2.00 元；完成投资合计 0.30 元" in page
    body = b"".join(client.get(reverse("measures:records"), {"kind": "investment", "export": "xlsx"}).streaming_content)
    cells = [str(cell.value) for row in load_workbook(io.BytesIO(body)).active for cell in row]
    assert "季度：2017年第一季度；计划投资：1.00 元；完成投资：0.10 元" in cells
    assert "没有该选项" in text_of(client.get(reverse("measures:records"), {"kind": "none"}))


def test_queries_do_not_grow_with_the_records(client, people, measures_missing):
    client.force_login(people["reviewer"])

    def asked():
        counts = []
        for address in (reverse("measures:records"), "/inbox/"):
            with CaptureQueriesContext(connection) as queries:
                text_of(client.get(address))
            counts.append(len(queries))
        return counts

    taken(begun("superior", people["second"], SUPERIOR), "send", people["second"])
    asked()
    one = asked()
    for number in range(3):
        taken(begun("superior", people["second"], SUPERIOR | {"duty": f"任务{number}"}), "send", people["second"])
    asked()
    assert asked() == one


def test_correction_needs_a_reason_and_a_second_person(client, people):
    record = begun("superior", people["reviewer"], SUPERIOR)
    taken(record, "send", people["reviewer"])
    taken(record, "confirm", people["chief"])
    client.force_login(people["reviewer"])
    address = reverse("measures:edit", args=[record.pk])
    form = SUPERIOR | {"clause": "三(二)", "version": record.version}

    assert "必须写明原因" in text_of(client.post(address, form), 422)
    assert client.post(address, form | {"reason": "条款写错"}).status_code == 302
    page = text_of(client.get(record.get_absolute_url()))
    assert client.get(record.get_absolute_url()).context["offered"] == []
    assert "二(一) → 三(二)" in page and "仍按已确认的内容统计" in page and "须由另一人确认" in page
    assert "三(二)" in text_of(client.post(address, form | {"clause": "三(二)"}), 409)
