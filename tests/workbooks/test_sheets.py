"""A sheet of one's own, step by step: asked what is unclear, changed, remembered, compared, mended, kept."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from common.exceptions import Stale
from returns import explanations
from returns.models import Return
from tests.returns.conftest import ON, TOWN, fill, people
from tests.returns.conftest import make_return as made_return
from workbooks import actions
from workbooks.models import RememberedReading, Upload
from workbooks.return_form import ReturnUploadForm

__all__ = ["made_return", "people"]

ONE, TWO = f"{TOWN}201", f"{TOWN}202"
HEADINGS = "序号\t村名\t总户数\t宽带覆盖\t光网覆盖\t宽带用户\t光网用户\n"
SHEET = f"源潭镇统计表\n{HEADINGS}1\t黄岗\t100\t90\t80\t60\t50\n2\t青塘\t200\t180\t160\t120\t100\n\t合计\t300\t270\t240\t180\t150\n"


@pytest.fixture
def quarterly_return(make_area, made_return, settings) -> Return:
    settings.PORTAL_TODAY = ON
    make_area(ONE, "黄岗村")
    make_area(TWO, "青塘村")
    return made_return()


@pytest.fixture
def clerk(people) -> Client:
    return client_of(people.clerk)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def paste(client: Client, quarterly_return: Return, text: str = SHEET):
    return client.post(reverse("workbooks:upload", args=[quarterly_return.pk]), {"text": text}, follow=True)


def answer(client: Client, shown, **answers):
    """Answer by the labels of options, or with letters of columns."""
    data = {}
    for each in shown.context["questions"]:
        label = answers.get(each["question"].kind)
        for value, text in each["options"]:
            if label and text.startswith(label):
                data[each["name"]] = value
    data |= {name: value for name, value in answers.items() if name.startswith("answer:")}
    return client.post(reverse("workbooks:reading", args=[Upload.objects.latest("pk").pk]), data, follow=True)


def keep(client: Client, shown, **fields):
    data = {"standing": shown.context["preview"].standing, "save": "1", **fields}
    return client.post(reverse("workbooks:preview", args=[shown.context["upload"].pk]), data, follow=True)


def figures(quarterly_return: Return) -> list[tuple]:
    return [tuple(line.figures.values()) for line in quarterly_return.lines.order_by("area_id")]


def test_sure_sheet_is_shown_at_once_with_its_reading_in_a_line(quarterly_return, clerk):
    shown = paste(clerk, quarterly_return)
    assert shown.redirect_chain == [(reverse("workbooks:preview", args=[Upload.objects.get().pk]), 302)]
    assert shown.context["said"].startswith("第 2 行表头；B 列名称；C 列“总户数”")
    assert "合计行与读出的各行之和相符" in shown.content.decode()
    assert figures(quarterly_return) == [(None,) * 5] * 2
    assert "2 行、10 处有改动" in keep(clerk, shown).content.decode()
    assert figures(quarterly_return) == [(100, 90, 80, 60, 50), (200, 180, 160, 120, 100)]
    assert [entry.action for entry in AuditEntry.objects.filter(action__startswith="workbook").order_by("pk")] == [
        "workbook.upload", "workbook.confirm",
    ]  # fmt: skip


def test_figure_without_a_column_is_named(quarterly_return, clerk):
    shown = paste(clerk, quarterly_return, SHEET.replace("总户数", "甲"))
    (notice,) = [each for each in shown.context["preview"].notices if each.startswith("未读取")]
    assert notice.startswith("未读取总户数：")
    upload = Upload.objects.get()
    clerk.post(reverse("workbooks:reading", args=[upload.pk]), {"answer:column/households": "C"})
    again = clerk.get(reverse("workbooks:preview", args=[upload.pk]))
    assert again.context["preview"].notices == ["合计行与读出的各行之和相符。"]
    keep(clerk, again)
    assert figures(quarterly_return)[0][0] == 100


def test_columns_are_offered_by_their_headings_alone(quarterly_return, clerk):
    filed = "填报单位：\t源潭镇经济办\t\t\t\t填报日期：2019.4.8\n"
    paste(clerk, quarterly_return, SHEET.replace(HEADINGS, filed + HEADINGS))
    page = clerk.get(reverse("workbooks:reading", args=[Upload.objects.get().pk])).content.decode()
    assert "F 列：宽带用户<" in page and "B 列：村名<" in page


def test_file_is_kept_only_while_it_waits(quarterly_return, clerk):
    shown = paste(clerk, quarterly_return)
    assert bytes(Upload.objects.get().file).decode() == SHEET
    keep(clerk, shown)
    assert bytes(Upload.objects.get().file) == b""


def test_blank_cell_of_a_sheet_of_ones_own_leaves_what_stands(quarterly_return, people, clerk):
    fill(quarterly_return, people.clerk)
    keep(clerk, paste(clerk, quarterly_return, f"{HEADINGS}1\t黄岗\t120\t\t\t\t\n2\t青塘\t100\t90\t80\t60\t50\n"))
    assert figures(quarterly_return)[0] == (120, 90, 80, 60, 50)


UNKNOWN = SHEET.replace("青塘", "新围")


def test_what_is_asked_is_answered_before_it_is_read(quarterly_return, clerk):
    shown = paste(clerk, quarterly_return, UNKNOWN)
    assert "名单中没有“新围”" in shown.content.decode()
    preview = answer(clerk, shown, row="区域441802103青塘村")
    keep(clerk, preview)
    assert figures(quarterly_return)[1] == (200, 180, 160, 120, 100)


def test_answer_is_remembered_and_can_be_forgotten(quarterly_return, clerk, people):
    keep(clerk, answer(clerk, paste(clerk, quarterly_return, UNKNOWN), row="区域441802103青塘村"))
    assert RememberedReading.objects.get().mapping["answers"] == {"row/新围": TWO}

    again = paste(clerk, quarterly_return, UNKNOWN.replace("200", "210"))
    assert [cell.value for cell in again.context["preview"].changes] == [210]

    (reading,) = RememberedReading.objects.all()
    other = client_of(people.neighbour)
    other.post(reverse("workbooks:upload", args=[quarterly_return.pk]), {"forget": str(reading.pk)})
    assert RememberedReading.objects.exists()
    clerk.post(reverse("workbooks:upload", args=[quarterly_return.pk]), {"forget": str(reading.pk)})
    assert not RememberedReading.objects.exists()
    assert "名单中没有“新围”" in paste(clerk, quarterly_return, UNKNOWN).content.decode()


def test_reading_of_another_shape_is_not_applied(quarterly_return, clerk):
    keep(clerk, answer(clerk, paste(clerk, quarterly_return, UNKNOWN), row="区域441802103青塘村"))
    shown = paste(clerk, quarterly_return, UNKNOWN.replace("光网用户", "光纤用户"))
    assert "名单中没有“新围”" in shown.content.decode()


def test_columns_can_be_chosen_where_no_row_is_sure(quarterly_return, clerk):
    shown = paste(
        clerk,
        quarterly_return,
        f"{HEADINGS}1\t新围\t100\t90\t80\t60\t50\n2\t黄岗\t1\t1\t1\t1\t1\n3\t黄岗\t2\t2\t2\t2\t2\n",
    )
    figures = [choice for choice in shown.context["choices"] if choice["label"] in HEADINGS or choice["said"]]
    assert len(figures) == 5 and all(choice["said"] in dict(choice["options"]) for choice in figures)


def test_no_answer_is_no_answer(quarterly_return, clerk):
    shown = answer(clerk, paste(clerk, quarterly_return, UNKNOWN))
    assert shown.context["questions"]


def test_columns_and_rows_that_were_sure_can_be_changed(quarterly_return, clerk):
    paste(clerk, quarterly_return)
    upload = Upload.objects.get()
    at = reverse("workbooks:reading", args=[upload.pk])
    shown = clerk.get(at)
    line = next(each for each in shown.context["lines"] if each["line"].row == 4)
    clerk.post(at, {"answer:column/broadband_users": "D", line["name"]: ""})
    preview = clerk.get(reverse("workbooks:preview", args=[upload.pk])).context["preview"]
    assert {(cell.code, cell.column.name): cell.value for cell in preview.changes} == {
        (ONE, "households"): 100, (ONE, "fibre_covered_households"): 80, (ONE, "broadband_users"): 90, (ONE, "fibre_users"): 50,
    }  # fmt: skip
    assert [4, "按您的选择不读"] in preview.content.left_out


def test_row_is_given_to_another_village_by_name(quarterly_return, clerk):
    paste(clerk, quarterly_return)
    at = reverse("workbooks:reading", args=[Upload.objects.get().pk])
    line = next(each for each in clerk.get(at).context["lines"] if each["line"].row == 3)
    assert "名单中没有“黄村”" in clerk.post(at, {line["name"]: "黄村"}, follow=True).content.decode()
    clerk.post(at, {line["name"]: "青塘村"})
    preview = clerk.get(reverse("workbooks:preview", args=[Upload.objects.get().pk])).context["preview"]
    assert (preview.changes[0].code, preview.changes[0].value) == (TWO, 100)


def test_posting_a_reading_unchanged_changes_nothing(quarterly_return, clerk):
    paste(clerk, quarterly_return)
    at = reverse("workbooks:reading", args=[Upload.objects.get().pk])
    shown = clerk.get(at)
    data = {each["name"]: each["said"] for each in shown.context["choices"]}
    data |= {each["name"]: each["said"] for each in shown.context["lines"]}
    clerk.post(at, data)
    assert Upload.objects.get().answers == {}


def test_good_cells_of_a_bad_row_are_kept_and_the_rest_mended(quarterly_return, clerk):
    shown = paste(clerk, quarterly_return, SHEET.replace("\t60\t", "\t六+十\t"))
    kept = keep(clerk, shown)
    assert "还有 1 处未保存" in kept.content.decode()
    assert figures(quarterly_return)[0] == (100, 90, 80, None, 50)
    assert Upload.objects.get().confirmed_at is None
    done = keep(clerk, kept, **{f"m-{ONE}-broadband_users": "60"})
    assert figures(quarterly_return)[0] == (100, 90, 80, 60, 50)
    assert done.redirect_chain[-1][0] == reverse("returns:return", args=[quarterly_return.pk])
    assert Upload.objects.get().confirmed_at


def test_figure_that_contradicts_another_is_held_back_not_the_row(quarterly_return, clerk):
    keep(
        clerk,
        paste(clerk, quarterly_return, f"{HEADINGS}1\t黄岗\t100\t190\t80\t60\t50\n2\t青塘\t200\t180\t160\t120\t100\n"),
    )
    assert figures(quarterly_return)[0] == (100, None, 80, 60, 50)


def test_what_is_typed_while_the_sheet_waits_is_contested(quarterly_return, people, clerk):
    shown = paste(clerk, quarterly_return)
    fill(quarterly_return, people.clerk, 101, 90, 80, 60, 50)
    stale = keep(clerk, shown)
    assert "网上又有改动" in stale.content.decode()
    (cell, *_) = stale.context["preview"].contested
    assert (cell.code, cell.stands, cell.value) == (ONE, 101, 100)
    keep(clerk, stale)
    assert figures(quarterly_return)[0][0] == 101


def test_sheet_of_another_quarter_is_asked_about(quarterly_return, clerk):
    shown = paste(clerk, quarterly_return, SHEET.replace("统计表", "2018年第三季度统计表"))
    assert "与现填报的季度不同" in shown.content.decode()


@pytest.mark.parametrize("step", ["save", "look", "answer"])
@pytest.mark.parametrize("done", ["kept", "given up"])
def test_of_two_at_one_sheet_the_slower_is_told(quarterly_return, clerk, people, step, done):
    """Both have opened it; the faster one keeps it, or gives it up."""
    shown = paste(clerk, quarterly_return)
    form, upload = ReturnUploadForm(people.clerk, quarterly_return.pk), Upload.objects.get()
    standing = shown.context["preview"].standing
    if done == "kept":
        keep(clerk, shown)
    else:
        Upload.objects.all().delete()
    with pytest.raises(Stale, match="存为草稿，或已放弃"):
        if step == "save":
            actions.keep(upload, form, standing)
        elif step == "look":
            actions.mend(upload, form, {f"m-{ONE}-households": "7"})
        else:
            actions.answer(upload, form, {})
    assert AuditEntry.objects.filter(action="workbook.confirm").count() == (done == "kept")
    assert not any(each.mended for each in Upload.objects.all())


def test_given_up_sheet_is_gone(quarterly_return, clerk):
    shown = paste(clerk, quarterly_return)
    clerk.post(reverse("workbooks:preview", args=[shown.context["upload"].pk]), {"discard": "1"})
    assert not Upload.objects.exists()


def test_pasted_text_stays_when_it_is_no_table(quarterly_return, clerk):
    shown = paste(clerk, quarterly_return, "你好\t世界")
    assert shown.status_code == 422 and "你好\t世界" in shown.content.decode()


@pytest.mark.parametrize(
    "text", ["\0", "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "ignore") + "\\u0000"]
)
def test_odd_characters_do_no_harm(quarterly_return, clerk, text):
    shown = paste(clerk, quarterly_return, SHEET.replace("源潭镇", f"源潭镇{text}"))
    assert len(shown.context["preview"].changes) == 10


def test_sheet_waits_for_a_return_that_was_closed_meanwhile(quarterly_return, clerk):
    shown = paste(clerk, quarterly_return)
    Return.objects.update(state="submitted")
    refused = keep(clerk, shown)
    assert "不能修改" in refused.content.decode()
    assert "存为草稿</button>" not in refused.content.decode()


def test_neighbours_see_nothing_of_it(quarterly_return, clerk, people):
    shown = paste(clerk, quarterly_return)
    other = client_of(people.neighbour)
    for page in ("reading", "preview"):
        at = reverse(f"workbooks:{page}", args=[shown.context["upload"].pk])
        assert other.get(at).status_code == other.post(at).status_code == 404


def test_ods_under_any_name_is_read_or_named(quarterly_return, clerk):
    file = SimpleUploadedFile("一季度.ods", b"PK\3\4broken")
    shown = clerk.post(reverse("workbooks:upload", args=[quarterly_return.pk]), {"file": file})
    assert "“一季度.ods”" in shown.context["refusal"]


REMARKED = (
    "村名\t总户数\t宽带覆盖\t光网覆盖\t宽带用户\t光网用户\t备注\n"
    "黄岗\t100\t90\t80\t60\t50\t{}\n青塘\t200\t180\t160\t120\t100\t新建金色家园小区，3月起入住30户\n"
)


@pytest.mark.parametrize("remark", ["已核", "已核实 ", "无", "同上"])
def test_remark_that_explains_nothing_is_left_out_with_its_reason(quarterly_return, clerk, remark):
    shown = paste(clerk, quarterly_return, REMARKED.format(remark))
    (unfit,) = shown.context["preview"].unfit
    assert unfit == {"text": remark.strip(), "why": explanations.HOLLOW, "rows": "黄岗村", "count": 1}
    page = shown.content.decode()
    assert (
        f"表里的“{remark.strip()}”未采用" in page
        and f"“{remark.strip()}”（1 处：黄岗村）：{explanations.HOLLOW}。" in page
    )
    assert "2 行、11 处有改动" in keep(clerk, shown).content.decode()
    assert explained(quarterly_return) == ["", "新建金色家园小区，3月起入住30户"]
    assert Upload.objects.get().confirmed_at


def test_remark_is_made_an_explanation_by_writing_it_out(quarterly_return, clerk):
    shown = paste(clerk, quarterly_return, REMARKED.format("已核"))
    (cell,) = [each for each in shown.context["preview"].cells if each.unfit]
    assert cell.text == "已核"
    keep(clerk, shown, **{cell.name: "已核，东边旧村拆迁40户"})
    assert explained(quarterly_return)[0] == "已核，东边旧村拆迁40户"


def test_remark_that_explains_nothing_leaves_the_explanation_that_stands(quarterly_return, clerk):
    quarterly_return.lines.filter(area_id=ONE).update(explanation="东边旧村拆迁40户")
    shown = paste(clerk, quarterly_return, REMARKED.format("已核"))
    (cell,) = [each for each in shown.context["preview"].cells if each.unfit]
    assert cell.text == "东边旧村拆迁40户"
    keep(clerk, shown)
    assert explained(quarterly_return)[0] == "东边旧村拆迁40户"


def explained(quarterly_return: Return) -> list[str]:
    return [line.explanation for line in quarterly_return.lines.order_by("area_id")]
