"""What an attacker or a hurried office might try with problems: getting rid of one alone, learning a name, breaking a page."""

import threading
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.units import Addressee
from common.exceptions import Refused, Stale
from problems import actions, cases, noticing, sources, worklist
from problems.drafts import MemberDraft, PlaceOf, ProblemDraft
from problems.models import Problem, ProblemMember, ProblemReporter
from problems.vocabulary import CaseOutcome, MemberKind, ProblemKind, ProblemSource
from tests.problems.conftest import photo
from tests.problems.test_cases import case, posted
from tests.problems.test_moves import taken
from tests.problems.test_pages import said, text_of, upload
from tests.scenes import XIUXI

__all__ = ["case"]

NUMBER, MASKED = "441802199001011234", "441802************"
ORDERS = [MemberDraft(MemberKind.ORDER, key, key) for key in ("GD-7", "GD-8", "GD-9")]


def of(problem: Problem) -> Problem:
    return Problem.objects.get(pk=problem.pk)


def split_off(problem: Problem, by) -> Problem:
    first = problem.members.order_by("pk")[0].pk
    asked = {"members": [first], "kind": "works", "text": "另案。", "version": problem.version, "reason": "另有原因。"}
    return actions.split(problem=problem, by=by, **asked)


# ------------------------------------------------ nobody is rid of a problem alone


def test_part_is_not_withdrawn_by_who_split_it_off(people, write):
    part = split_off(write("late_orders", members=ORDERS), people["operator"])

    with pytest.raises(PermissionDenied):
        taken(part, "withdraw", people["operator"])


def test_what_was_taken_up_is_not_withdrawn_after_a_hand_over(people, write):
    problem = write("access")
    taken(problem, "accept", people["head"])
    taken(problem, "hand_over", people["clerk"], to=Addressee.of(people["clerk"]))

    assert of(problem).state == "open"
    with pytest.raises(PermissionDenied):
        taken(of(problem), "withdraw", people["clerk"])


def test_nothing_is_merged_into_what_was_reported_solved(people, write):
    one, other = write(files=[photo()]), write(is_apart=True)
    taken(one, "accept", people["operator"])
    taken(one, "solve", people["operator"])

    with pytest.raises(Refused, match="已解决待销号，不能并入"):
        actions.merge(problem=other, into=one, version=other.version, reason="同一处。", by=people["operator"])


def test_closer_is_asked_of_the_problem_as_it_stands_now(people, write):
    """A page that was read before the own report, with the version of after it."""
    problem = write("other", by="bureau", files=[photo()])
    taken(problem, "accept", people["reviewer"])
    taken(problem, "solve", people["bureau"])
    read_before = of(problem)
    taken(problem, "send_back", people["reviewer"])
    taken(problem, "solve", people["reviewer"])

    with pytest.raises(PermissionDenied):
        taken(read_before, "close", people["reviewer"], version=problem.version)


def test_who_had_what_the_figures_turned_does_not_close_it(people, write):
    problem = write("other", by="bureau", members=ORDERS[:1], operator="")
    taken(problem, "accept", people["reviewer"])
    actions_turned = noticing.notice_in("441802").turned

    assert (actions_turned, of(problem).state) == (1, "solved")
    with pytest.raises(PermissionDenied):
        taken(of(problem), "close", people["reviewer"])
    assert taken(of(problem), "close", people["bureau"]).to_state == "closed"


def test_what_was_split_off_does_not_come_back_to_the_first(people, write, monkeypatch):
    problem = write("late_orders", members=ORDERS)
    Problem.objects.filter(pk=problem.pk).update(mark="order/late/x/telecom")
    part = split_off(of(problem), people["operator"])
    place = PlaceOf.of_area(of(problem).area)
    monkeypatch.setattr("problems.telling.standing", lambda members, county: {each.pk for each in members})

    def drafts(county, on):
        yield ProblemDraft(
            ProblemKind.LATE_ORDERS, place, "逾期", ProblemSource.ORDER, mark="order/late/x/telecom", members=ORDERS
        )

    monkeypatch.setattr(sources, "drafts", drafts)
    assert noticing.notice_in("441802").added == 0
    assert (problem.members.count(), part.members.count()) == (2, 1)


def test_cause_that_was_withdrawn_is_written_down_again(people, write):
    draft = ProblemDraft(
        ProblemKind.COVERAGE, PlaceOf.of_area(write().area), "未覆盖", ProblemSource.FIGURE, mark="figure/gap/x/"
    )
    first = actions.open_found(draft, people["reviewer"])
    taken(first, "withdraw", people["reviewer"])

    worklist._open(draft, people["reviewer"])
    assert sorted(Problem.objects.filter(mark=draft.mark).values_list("state", flat=True)) == ["open", "withdrawn"]
    with pytest.raises(Stale, match="刚刚由他人列入"):
        worklist._open(draft, people["bureau"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one write at a time")
def test_two_merged_into_each_other_at_once_end_as_one(people, write):
    pair, gate, outcomes = [write(), write(is_apart=True)], threading.Barrier(2), []

    def merge(one, other):
        try:
            mine, into = of(one), of(other)
            gate.wait(10)
            actions.merge(problem=mine, into=into, version=mine.version, reason="同一处。", by=people["operator"])
            outcomes.append("done")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=merge, args=each) for each in (pair, pair[::-1])]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    assert sorted(outcomes) == ["done", "refused"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one write at a time")
def test_case_is_not_closed_while_it_is_passed_on(people, client, write, town):
    case = cases.open_case(
        draft=ProblemDraft(ProblemKind.FEE, PlaceOf.of_area(town), "收费"),
        case=cases.CaseDraft("unmarked", "某物业", "进场费"), by=people["clerk"], files=[photo()],
    )  # fmt: skip
    taken(case, "accept", people["reviewer"])
    cases.conclude(problem=case, outcome=CaseOutcome.STOPPED, refund=None, refunded_on=None, by=people["reviewer"])
    taken(case, "solve", people["reviewer"])
    gate, outcomes = threading.Barrier(2), []

    def act(deed):
        try:
            mine = of(case)
            gate.wait(10)
            deed(mine)
            outcomes.append("done")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    deeds = (
        lambda mine: taken(mine, "close", people["bureau"]),
        lambda mine: cases.refer(problem=mine, authority="market", on=date(2018, 7, 10), by=people["reviewer"]),
    )
    threads = [threading.Thread(target=act, args=[deed]) for deed in deeds]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    assert sorted(outcomes) == ["done", "refused"]


# ------------------------------------------------ who reported it


def test_case_does_not_go_to_an_operator_nor_its_reporter_to_one_that_has_it(client, people, case):
    telecom = Addressee.of(people["operator"])
    with pytest.raises(Refused, match="不转运营企业"):
        taken(case, "hand_over", people["bureau"], to=telecom)

    Problem.objects.filter(pk=case.pk).update(**actions._unit_columns(telecom))
    client.force_login(people["operator"])
    posted(client, "reporter", case.pk, 404)


def test_reporter_is_on_no_page_in_no_export_and_no_search(client, people, case):
    asked = [
        reverse("problems:index"), f"{reverse('problems:index')}?export=csv", f"{reverse('problems:index')}?q=林某",
        reverse("problems:fees"), reverse("areas:area", args=[XIUXI]), "/",
    ]  # fmt: skip
    for name in ("clerk", "bureau", "government", "operator"):
        client.force_login(people[name])
        for address in asked:
            answer = client.get(address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert "林某" not in body.decode().replace("q=林某", "").replace('value="林某"', ""), (name, address)
            assert "13800000000" not in body.decode()
    told = AuditEntry.objects.filter(detail__contains="林某") | AuditEntry.objects.filter(
        detail__contains="13800000000"
    )
    assert not told.exists()


# ------------------------------------------------ numbers of persons, and what breaks a page


def test_number_is_masked_wherever_it_is_typed(client, people, town):
    client.force_login(people["clerk"])
    form = {
        "kind": "fee", "firm": f"物业{NUMBER}", "ground": "beyond_rules", "asked_by": f"甲{NUMBER}", "asked_of": f"乙{NUMBER}",
        "asked_for": f"费{NUMBER}", "reporter": f"林某{NUMBER}", "phone": "13800000000",
        "files": [upload(name=f"收据{NUMBER}.png")],
    }  # fmt: skip
    page = text_of(client.post(reverse("problems:new_case"), said(**form), follow=True))

    problem = Problem.objects.get()
    kept = [problem.firm, problem.case.asked_by, problem.case.asked_of, problem.case.asked_for]
    assert kept == [f"物业{MASKED}", f"甲{MASKED}", f"乙{MASKED}", f"费{MASKED}"]
    assert ProblemReporter.objects.get().name == f"林某{MASKED}"
    assert problem.files.get().name == "收据441802xxxxxxxxxxxx.png"
    assert "6 个身份证号码" in page and NUMBER not in page
    assert not AuditEntry.objects.filter(detail__contains=NUMBER).exists()


def test_number_in_what_the_portal_found_is_masked(town):
    member = MemberDraft(MemberKind.SAMPLE, "areas/x", "秀溪村", f"业主{NUMBER}不让测")
    draft = ProblemDraft(
        ProblemKind.MISMATCH, PlaceOf.of_area(town), f"业主{NUMBER}不让测", ProblemSource.SAMPLE, members=[member]
    )
    problem = actions.open_found(draft)

    assert (problem.text, ProblemMember.objects.get().words) == (f"业主{MASKED}不让测",) * 2


def test_long_names_of_a_place_fit(town):
    place = PlaceOf("sites", "S-9", "长" * 400, town)
    problem = actions.open_found(ProblemDraft(ProblemKind.COVERAGE, place, "未覆盖", ProblemSource.SITE))

    assert len(of(problem).place) == 200


@pytest.mark.parametrize("name", ["problems:new", "problems:new_case"])
def test_nul_in_the_address_of_the_form_is_answered(client, people, name):
    client.force_login(people["clerk"])
    asked = {"table": "sites\0", "key": f"{XIUXI}\0", "kind": "\0"}

    assert client.get(reverse(name), asked).status_code == 200


def test_what_was_typed_into_the_smaller_forms_is_not_lost(client, people, case):
    client.force_login(people["bureau"])
    assert "字" * 501 in posted(client, "note", case.pk, 422, comment="字" * 501)
    assert "同一处原因" in posted(client, "merge", case.pk, 422, into="77777", version=0, reason="同一处原因")
    assert "2018-07-31" in posted(client, "refer", case.pk, 422, authority="market", sent_on="2018-07-31")
    referral = cases.refer(problem=case, authority="market", on=date(2018, 7, 9), by=people["bureau"])
    assert "答复原文" in posted(client, "answered", referral.pk, 422, text="答复原文", on="2018-07-31")
    assert 'value="13000"' in posted(
        client, "outcome", case.pk, 422, outcome="refunded", refund="13000", refunded_on="2018-07-10"
    )


def test_what_has_no_day_comes_last(client, people, write):
    undated, dated = write("works"), write("duct")
    Problem.objects.filter(pk=undated.pk).update(due_on=None)
    client.force_login(people["bureau"])
    page = text_of(client.get(reverse("problems:index")))

    assert page.index(dated.get_absolute_url()) < page.index(undated.get_absolute_url())


def test_page_of_a_problem_asks_as_much_whatever_it_holds(client, people, write):
    client.force_login(people["bureau"])
    counts = []
    for kind, many in (("late_orders", 3), ("works", 30)):
        members = [MemberDraft(MemberKind.ORDER, f"{kind}-{each}", "工单") for each in range(many)]
        problem = write(kind, members=members, files=[photo()] * (2 if many == 3 else 5))
        for _ in range(many):
            actions.note(problem=problem, text="留言", by=people["clerk"])
        client.get(problem.get_absolute_url())
        with CaptureQueriesContext(connection) as asked:
            text_of(client.get(problem.get_absolute_url()))
        counts.append(len(asked))
    assert counts[0] == counts[1]
