"""Problems on their pages: written down, seen by whom, merged and split, what cannot be taken, what the inbox says."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry
from areas.models import CalendarDay
from areas.workdays import DayUnknown
from inbox import items
from problems.drafts import MemberDraft
from problems.models import Problem
from problems.vocabulary import MemberKind
from tests.evidence.files import JPEG, PNG
from tests.problems.conftest import photo
from tests.problems.test_moves import taken
from tests.scenes import TOWN, XIUXI

NEW = reverse("problems:new")


def said(**changes) -> dict:
    form = {
        "table": "areas",
        "key": XIUXI,
        "kind": "duct",
        "text": "弱电井被占用。",
        "source": "hand",
        "operator": "telecom",
        "firm": "",
    }
    return form | changes


def text_of(response, status=200) -> str:
    assert response.status_code == status
    return response.content.decode()


def upload(data=PNG, name="a.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "image/png")


@pytest.fixture
def as_clerk(client, people):
    client.force_login(people["clerk"])
    return client


def test_problem_is_written_down_with_photo_unit_and_day(as_clerk, people):
    page = text_of(as_clerk.get(NEW, {"table": "areas", "key": XIUXI}))
    assert "登记问题：源潭镇秀溪村" in page

    response = as_clerk.post(NEW, said(files=[upload()]), follow=True)

    problem = Problem.objects.get()
    assert "已登记第" in text_of(response) and response.redirect_chain[-1][0] == problem.get_absolute_url()
    assert (problem.to_unit, problem.due_on, problem.place) == ("中国电信", date(2018, 7, 31), "源潭镇秀溪村")
    file = problem.files.get()
    assert (file.role, file.by) == ("before", people["clerk"])
    assert as_clerk.get(reverse("problems:file", args=[file.pk])).status_code == 200
    assert as_clerk.post(reverse("problems:original", args=[file.pk])).content == PNG


def test_number_of_a_person_is_masked_and_it_is_said(as_clerk):
    page = text_of(as_clerk.post(NEW, said(text="业主 441802199001011234 不让进场。"), follow=True))

    assert "已遮盖出生日期和顺序号" in page
    assert Problem.objects.get().text == "业主 441802************ 不让进场。"
    assert not AuditEntry.objects.filter(detail__contains="19900101").exists()


def test_same_matter_is_shown_the_open_one_until_it_is_said_to_be_another(as_clerk, write):
    problem = write()
    for _ in range(2):
        page = text_of(as_clerk.post(NEW, said(text="又来报一次。")), 409)
        assert problem.get_absolute_url() in page and "又来报一次。" in page
    assert Problem.objects.count() == 1

    as_clerk.post(NEW, said(apart="on"))
    assert Problem.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"key": "441802999"}, "台账中没有该处"),
        ({"kind": "fee"}, "没有该选项"),
        ({"text": " "}, "必填"),
        ({"text": "字" * 501}, "情况有 501 字，最多 500 字"),
        ({"operator": "nobody"}, "没有该选项"),
    ],
)
def test_what_cannot_be_taken_is_said_and_stays(as_clerk, change, sentence):
    page = text_of(as_clerk.post(NEW, said(firm="某物业", **change)), 422)

    assert sentence in page and "某物业" in page and not Problem.objects.exists()


def test_file_with_a_test_virus_is_refused_and_nothing_kept(as_clerk, settings):
    settings.EVIDENCE_SCAN = "tests.evidence.test_keeping.finds"
    page = text_of(as_clerk.post(NEW, said(files=[upload(JPEG + b"virus", "a.jpg")])), 422)

    assert "弱电井被占用。" in page and not Problem.objects.exists()


def test_day_beyond_the_table_of_working_days_is_said_to_be_open(as_clerk):
    CalendarDay.objects.filter(day__gte=date(2018, 7, 20)).delete()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("problems.kinds.workdays.load", lambda: _Short())
        as_clerk.post(NEW, said())

    problem = Problem.objects.get()
    assert problem.due_on is None
    assert "工作日表没有那一天" in text_of(as_clerk.get(problem.get_absolute_url()))


class _Short:
    def nth_after(self, day, n):
        raise DayUnknown(day)


def test_seen_by_those_whom_it_concerns(client, people, write):
    problem = write()
    seen = {
        name
        for name, person in people.items()
        if (client.force_login(person), client.get(problem.get_absolute_url()).status_code)[1] == 200
    }

    assert seen == set(people) - {"neighbour", "auditor"}


def test_list_is_narrowed_and_exported_in_fixed_queries(client, people, write):
    client.force_login(people["bureau"])
    counts = []
    for kind in ("duct", "works", "access"):
        write(kind, text=f"问题{kind}")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            text_of(client.get(reverse("problems:index")))
        counts.append(len(asked))
    assert counts[1] == counts[2]

    page = text_of(client.get(reverse("problems:index"), {"kind": "access", "side": "", "township": TOWN}))
    assert "问题access" in page and "问题duct" not in page
    client.force_login(people["operator"])
    ours = text_of(client.get(reverse("problems:index"), {"side": "ours"}))
    assert "问题duct" in ours and "问题access" not in ours
    export = client.get(reverse("problems:index"), {"export": "xlsx"})
    book = load_workbook(io.BytesIO(b"".join(export.streaming_content)))
    assert any("问题works" in str(cell.value) for row in book.active for cell in row)


def test_step_by_its_page_to_the_end(client, people, write):
    problem = write()
    step = reverse("problems:step", args=[problem.pk])
    client.force_login(people["operator"])
    client.post(step, {"action": "accept", "version": 0})
    page = text_of(client.post(step, {"action": "solve", "version": 1, "reason": "已疏通。"}), 422)
    assert "报告解决须附证明" in page and "已疏通。" in page
    client.post(step, {"action": "solve", "version": 1, "reason": "已疏通。", "files": [upload()]})
    assert "销号</h2>" not in text_of(client.get(problem.get_absolute_url()))

    client.force_login(people["clerk"])
    assert "销号</h2>" in text_of(client.get(problem.get_absolute_url()))
    client.post(step, {"action": "close", "version": 2, "reason": ""})
    problem.refresh_from_db()
    assert (problem.state, problem.solved_by) == ("closed", people["operator"])
    assert "不再补充" in text_of(
        client.post(reverse("problems:note", args=[problem.pk]), {"comment": "迟到的留言"}), 422
    )
    assert "现在是“已销号”" in text_of(client.post(step, {"action": "send_back", "version": 2, "reason": "再看"}), 409)


def test_merge_and_split_move_what_points_to_it(client, people, write):
    members = [MemberDraft(MemberKind.ORDER, key, key) for key in ("GD-7", "GD-8", "GD-9")]
    one, other = write("late_orders", members=members[:2]), write("late_orders", members=members[1:], is_apart=True)
    client.force_login(people["bureau"])

    merge = reverse("problems:merge", args=[other.pk])
    assert "没有第“77777”号问题" in text_of(
        client.post(merge, {"into": "77777", "version": 0, "reason": "同一批"}), 422
    )
    assert "不能并入自身" in text_of(client.post(merge, {"into": other.pk, "version": 0, "reason": "同一批"}), 422)
    client.post(merge, {"into": one.pk, "version": 0, "reason": "同一批"})
    other.refresh_from_db()
    assert (other.state, other.into) == ("merged", one)
    assert sorted(one.members.values_list("key", flat=True)) == ["GD-7", "GD-8", "GD-9"]

    split = reverse("problems:split", args=[one.pk])
    form = {"version": 0, "kind": "works", "text": "须破路。", "reason": "另有施工。"}
    every = list(one.members.values_list("pk", flat=True))
    assert "至少留一个" in text_of(client.post(split, form | {"member": every}), 422)
    client.post(split, form | {"member": every[:1]})
    part = Problem.objects.get(source="part")
    assert (part.kind, part.due_on, part.members.count(), one.members.count()) == ("works", one.due_on, 1, 2)


def test_inbox_has_it_with_the_unit_then_with_who_closes(people, write):
    def lines(name):
        found = items.of(people[name])
        return [row.item.title for row in found.mine if row.item.kind == "问题"]

    problem = write()
    assert lines("engineer") == ["问题 1 个待本单位办理"] and lines("clerk") == []
    taken(problem, "accept", people["operator"])
    assert lines("operator") == ["问题 1 个由本人负责"] and lines("engineer") == []
    taken(problem, "solve", people["operator"], files=[photo()])
    assert lines("operator") == [] and lines("head") == ["问题 1 个已解决，待销号"]


def test_note_and_page_of_the_place(client, people, write):
    problem = write()
    client.force_login(people["operator"])
    client.post(reverse("problems:note", args=[problem.pk]), {"comment": "物业已同意周三进场。"})
    assert "物业已同意周三进场。" in text_of(client.get(problem.get_absolute_url()))

    client.force_login(people["clerk"])
    page = text_of(client.get(reverse("areas:area", args=[XIUXI])))
    assert problem.get_absolute_url() in page and f"key={XIUXI}" in page
