"""What stands out of a return, for those who vouch for it: in the review, in a batch, at the signature, before handing up."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.posts import Post
from areas.models import Area
from entry import threads
from returns import actions, surveying
from returns.actions import ReturnNotReady
from returns.checks import ODDITIES
from returns.checks.terms import set_terms
from returns.counts import counts
from returns.counts.counts import CountInput
from returns.entry.return_discussion import ReturnDiscussion
from returns.entry.return_form import ReturnForm
from returns.entry.saving import save_lines
from returns.models import LineStatus, Return, ReturnLine, ReturnState
from returns.review.objections import compare
from returns.review.reviewing import review_of
from returns.sheet import SheetRate, sheet_of
from tests.returns.conftest import NAMES, ON, QUARTER, SAID, TOWN, report, typed

SIZES = (412, 305, 188, 239, 521)
ODD = 3
"""The village in which something is wrong."""


def code_of(number: int) -> str:
    return f"{TOWN}{201 + number}"


def row(size: int, at: int) -> tuple[int, ...]:
    """The figures of a village of that size in the so-manieth quarter: households stay, users grow a little."""
    return (size, size - 12, size - 20, size // 2 + 3 * at, size // 3 + 4 * at)


@pytest.fixture
def make_history(make_return):
    """Approved quarters of five villages, and the draft of the quarter after ``gap`` more."""

    def make(quarters: int = 4, gap: int = 0) -> Return:
        draft = make_return(len(SIZES))
        for at in range(quarters):
            period = str(QUARTER.plus(at - quarters - gap))
            earlier = Return.objects.create(
                township_id=TOWN, county=TOWN[:6], period=period, state=ReturnState.APPROVED
            )
            for number, size in enumerate(SIZES):
                ReturnLine.objects.create(
                    quarterly_return=earlier, area_id=code_of(number), county=TOWN[:6], period=period,
                    status=LineStatus.APPROVED, **dict(zip(NAMES, row(size, at), strict=True)),
                )  # fmt: skip
        return draft

    return make


def enter(draft: Return, by, *odd: int, at: int = 4, explanation: str = "") -> Return:
    """Type a sound quarter but for the row of the village ``ODD``, where one is given."""
    rows = {
        code_of(number): typed(*(odd if odd and number == ODD else row(size, at)), explanation=explanation)
        for number, size in enumerate(SIZES)
    }
    save_lines(quarterly_return=draft, rows=rows, by=by)
    return Return.objects.get(pk=draft.pk)


def reviewed(quarterly_return: Return):
    sheet = sheet_of(quarterly_return)
    survey = surveying.lay(sheet)
    compare(sheet)
    return review_of(sheet, survey)


def page_of(user, name: str, *args, **query):
    client = Client()
    client.force_login(user)
    return client.get(reverse(f"returns:{name}", args=args), query)


SWAPPED = (329, *row(239, 4)[1:])
"""239 households typed as 329, 38 % more: no check of the line minds."""


def test_survey_finds_nothing_in_a_sound_return(make_history, people):
    found = reviewed(report(enter(make_history(), people.clerk), people.clerk))

    assert [each.is_open for each in found.rows] == [False] * 5


def test_swapped_digits_stand_open_and_first_in_the_review(make_history, people):
    draft = enter(make_history(), people.clerk, *SWAPPED, explanation=SAID)
    quarterly_return = report(draft, people.clerk)
    first, *others = reviewed(quarterly_return).rows

    assert (first.area.code, first.is_open, first.stands_out) == (code_of(ODD), True, True)
    assert [each.is_open for each in others] == [False] * 4
    assert "疑似数字颠倒（应为 239？）" in first.problems[0].message
    page = page_of(people.reviewer, "review", quarterly_return.pk).content.decode()
    assert page.index(f'id="v-{code_of(ODD)}" open') < page.index(f'id="v-{code_of(0)}"')
    assert "其余 4 行" in page


def test_fifteen_points_of_penetration_stand_open(make_history, people):
    """By its course, and by the check of the rate, which asks wherever fibre has just come as well."""
    users = row(239, 4)
    more = round(users[4] + 0.15 * users[3])
    draft = enter(make_history(), people.clerk, *users[:4], more, explanation=SAID)
    found = reviewed(report(draft, people.clerk))

    assert [(each.area.code, [problem.code for problem in each.problems]) for each in found.opened] == [
        (code_of(ODD), [ODDITIES, "penetration_moved"])
    ]
    assert found.opened[0].problems[0].figure == "fibre_users"


def test_figures_are_held_against_an_earlier_quarter_where_the_last_is_not_approved(make_history, people):
    draft = enter(make_history(gap=2), people.clerk, *SWAPPED, explanation=SAID)
    found = reviewed(report(draft, people.clerk))

    assert [each.area.code for each in found.opened] == [code_of(ODD)]
    (problem, *_) = found.opened[0].problems
    assert problem.message.startswith("总户数 329，按往期应在 ") and len(problem.gist) < 45
    assert "2018年第二季度填报数 239（+90，+38%）" in problem.more


def test_a_repeated_return_cannot_pass_in_a_batch(make_history, people):
    draft = enter(make_history(), people.clerk, at=3)
    fault = "5 个村居中 5 个的五项数字与2018年第四季度完全相同"
    with pytest.raises(ReturnNotReady) as asked:
        report(draft, people.clerk)
    assert [f"整份季报：{fault}" in each.text for each in asked.value.faults] == [True]
    assert f"整份季报：{fault}" in page_of(people.clerk, "check", draft.pk).content.decode()

    draft.refresh_from_db()
    actions.hand_up(
        quarterly_return=draft, version=draft.version, by=people.clerk, explanation="全镇本季没有新装和拆机的用户"
    )
    draft.refresh_from_db()
    actions.submit(quarterly_return=draft, version=draft.version, by=people.head)

    page = page_of(people.reviewer, "batch").content.decode()
    assert fault in page and "没有可以批量通过的季报" in page
    assert fault in page_of(people.reviewer, "review", draft.pk).content.decode()


def test_batch_names_the_oddest_whatever_else_keeps_it_back(make_history, people):
    draft = report(enter(make_history(), people.clerk, *SWAPPED, explanation=SAID), people.clerk)
    talk, given = ReturnDiscussion(draft), {"column": "households", "text": "请核对", "mentions": [Post.REVIEWER]}
    threads.write(discussion=talk, code=code_of(ODD), by=people.clerk, **given)

    page = page_of(people.reviewer, "batch").content.decode()
    assert "最异常的是4号村：总户数 329" in page and "有 1 条未处理的批注" in page


@pytest.mark.parametrize(("now", "before", "said"), [
    ((834, 1000), (685, 1000), "+14.9 个百分点"), ((1, 3), (2, 3), "-33.3 个百分点"), ((1, 2), (1, 2), ""),
    ((1, 2), (None, 2), ""), ((None, 2), (1, 2), ""), ((1, 2), (0, 0), ""), ((0, 0), (1, 2), ""),
])  # fmt: skip
def test_rate_says_by_how_much_it_moved(now, before, said):
    assert SheetRate("penetration", "光网用户渗透率", *now, *before).change_text == said


def test_review_says_by_how_much_a_rate_moved(make_history, people):
    users = row(239, 4)
    odd = (*users[:4], round(users[4] + 0.15 * users[3]))
    draft = report(enter(make_history(), people.clerk, *odd, explanation=SAID), people.clerk)
    assert " 个百分点</td>" in page_of(people.reviewer, "review", draft.pk).content.decode()


def test_what_is_sent_back_quotes_what_is_odd(make_history, people):
    draft = report(enter(make_history(), people.clerk, *SWAPPED, explanation=SAID), people.clerk)

    page = page_of(people.reviewer, "send_back", draft.pk, cell=f"{code_of(ODD)}-households").content.decode()
    assert "已引用审核员的批注或核对结果" in page and 'value="总户数 329，按往期应在 ' in page


def test_batch_names_the_oddest(make_history, people):
    draft = report(enter(make_history(), people.clerk, *SWAPPED, explanation=SAID), people.clerk)
    client = Client()
    client.force_login(people.reviewer)

    page = client.get(reverse("returns:batch")).content.decode()
    assert "有 1 行须核对；最异常的是4号村：总户数 329" in page
    client.post(reverse("returns:batch"), {"return": f"{draft.pk}-{draft.version}"})
    draft.refresh_from_db()
    assert draft.state == ReturnState.SUBMITTED


def test_a_sound_return_passes_in_a_batch(make_history, people):
    draft = report(enter(make_history(), people.clerk), people.clerk)
    client = Client()
    client.force_login(people.reviewer)

    client.post(reverse("returns:batch"), {"return": f"{draft.pk}-{draft.version}"})
    draft.refresh_from_db()
    assert draft.state != ReturnState.SUBMITTED


def test_clerk_is_asked_before_she_hands_up(make_history, people):
    draft = enter(make_history(), people.clerk, *SWAPPED)

    page = page_of(people.clerk, "return", draft.pk, check=1).content.decode()
    assert "4号村：总户数 329，" in page and "疑似数字颠倒（应为 239？）" in page
    with pytest.raises(ReturnNotReady):
        report(draft, people.clerk)


def test_signature_page_shows_the_oddest_first(make_history, people):
    draft = enter(make_history(), people.clerk, *SWAPPED, explanation=SAID)
    actions.hand_up(quarterly_return=draft, version=draft.version, by=people.clerk)
    page = page_of(people.head, "sign", draft.pk).content.decode()

    assert page.index(f'id="v-{code_of(ODD)}" open') < page.index(f'id="v-{code_of(0)}"')
    assert "疑似数字颠倒（应为 239？）" in page and SAID in page


def test_picture_says_its_numbers(make_history, people):
    draft = report(enter(make_history(), people.clerk, *SWAPPED, explanation=SAID), people.clerk)
    (picture,) = reviewed(draft).rows[0].pictures

    assert [each.value for each in picture.points] == [None] * 4 + [239] * 4 + [329]
    assert picture.usual[0] < 239 < picture.usual[1] < 329
    assert picture.description == (
        "2018年一季度 239，2018年二季度 239，2018年三季度 239，2018年四季度 239；本季 329；"
        f"按往期应在 {picture.usual[0]} 至 {picture.usual[1]} 之间。"
    )
    page = page_of(people.reviewer, "review", draft.pk).content.decode()
    assert f'<desc id="{picture.key}-said">{picture.description}</desc>' in page


def test_bureau_sets_the_bound_and_turns_it_off(make_history, people):
    county = Area.objects.get(code=TOWN[:6])
    draft = enter(make_history(), people.clerk, *SWAPPED)
    odd = surveying.lay(sheet_of(draft)).of(code_of(ODD))[0].points

    for number, (bound, is_odd) in enumerate(((odd, True), (odd + 1, False), (0, False))):
        set_terms(
            county=county,
            code=ODDITIES,
            bound=bound,
            blocks_from="",
            reason="试行",
            number=number,
            by=people.bureau_head,
        )
        sheet = sheet_of(draft)
        surveying.lay(sheet)
        assert [each.code for each in sheet.rows[ODD].problems] == [ODDITIES] * is_odd


def test_survey_hears_the_operators_then_and_now(make_history, make_user, people):
    """A jump of users that every operator confirms is in order; the draft's own course alone would make it odd."""
    users = row(239, 4)
    draft = enter(make_history(), people.clerk, *users[:3], users[3] + 60, users[4] + 50)
    assert {each.figure for each in surveying.survey(sheet_of(draft)).of(code_of(ODD)) if each.score >= 1}

    everybody = [make_user(Post.OPERATOR, operator=each) for each in ("telecom", "mobile")]
    for quarter, at, more in ((QUARTER.plus(-1), 3, (0, 0)), (QUARTER, 4, (60, 50))):
        broadband, fibre = row(239, at)[3] + more[0], row(239, at)[4] + more[1]
        for number, by in enumerate(everybody):
            part = CountInput({"broadband_users": broadband * (number == 0), "fibre_users": fibre * (number == 0)})
            counts.save(operator=by.operator, quarter=quarter, rows={code_of(ODD): part}, on=ON, by=by)

    survey = surveying.survey(sheet_of(draft))
    assert [each for each in survey.of(code_of(ODD)) if each.score >= 1] == []


def test_survey_costs_the_same_however_many_villages(make_history, people, django_assert_max_num_queries):
    draft = enter(make_history(quarters=8), people.clerk)
    sheet = sheet_of(draft)

    with django_assert_max_num_queries(30):
        surveying.lay(sheet)


def test_row_that_stands_out_is_told_again_while_everything_is_checked(make_history, people):
    """The grid asks for a row after it was saved: what stands out goes away with the figure, not before."""
    draft = enter(make_history(), people.clerk, *SWAPPED)

    def notes(figure: str) -> list[str]:
        said = ReturnForm(draft, people.clerk).problems([code_of(ODD)], is_checking=True)
        (row,) = said["rows"]
        return [note[2] for note in row["notes"][figure]]

    assert notes("households") == [ODDITIES] and notes("explanation") == ["unexplained"]
    ReturnLine.objects.filter(quarterly_return=draft, area_id=code_of(ODD)).update(households=239)
    assert notes("households") == notes("explanation") == []
