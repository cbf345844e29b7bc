"""What a decision rests on stands in the log with it: evidence, objections, advice, notices, loosened pairs."""

from django.core.management import call_command

from inspection import advising, compiling, examining, hands, notices, objections, reporting
from inspection.models import (
    Evidence,
    LoosenedPair,
    PublicNotice,
    PublicObjection,
    Report,
    SecondOpinion,
    Unit,
    UnitObjection,
)
from inspection.vocabulary import InspectionAction
from tests.inspection.conftest import COVERED, ON
from tests.inspection.making import bring
from tests.inspection.test_notices import given
from tests.inspection.test_objections import followed, hand_up
from tests.witness.planting import behind_the_portals_back
from witness import verifying
from witness.kinds import kind_of
from witness.models import Leaf
from witness.sealing import begin

GROUNDS = (Evidence, LoosenedPair, PublicNotice, PublicObjection, SecondOpinion, UnitObjection)


def problems() -> list[str]:
    return [each for model in GROUNDS for each in verifying.of_rows(kind_of(model))]


def lived_through(chain, people) -> None:
    """A unit that came back, was withdrawn, asked about, passed, put before the public, objected to and recalled."""
    pair = hands.loosen(county="441802", pair=("awarding", "ratifying"), reason="人手不足", by=people.bureau_head)
    hands.tighten(loosened=pair, by=people.bureau_head)
    unit = chain.ruled(InspectionAction.RETURN, chain.taken(COVERED).units.get(), "请补充材料。")
    report, answer = followed(people, unit), {f"u{UnitObjection.objects.get().pk}": "照片已补。"}
    bring(report, people.clerk)
    hand_up(report, people, **answer)
    reporting.send(report=report, version=report.version, on=ON, by=people.head)
    reporting.withdraw(report=report, version=report.version, by=people.clerk)
    assert problems() == []
    report = Report.objects.get(pk=report.pk)
    hand_up(report, people, **answer)
    reporting.send(report=report, version=report.version, on=ON, by=people.head)
    examining.take(report=report, version=report.version, by=people.reviewer)
    unit = Unit.objects.select_related("report", "area", "frozen").get(report=report)
    asked = {"asked": people.second, "question": "覆盖是否属实？", "by": people.reviewer}
    advising.withdraw(opinion=advising.ask(unit=unit, version=unit.version, **asked), reason="另问", by=people.reviewer)
    advising.answer(opinion=advising.ask(unit=unit, version=unit.version, **asked), text="属实。", by=people.second)
    objections.settle(objection=UnitObjection.objects.get(), word="照片清楚。", by=people.reviewer)
    chain.confirmed(chain.ruled(InspectionAction.PASS, unit))
    submission = compiling.compile_(county="441802", units=[Unit.objects.get(pk=unit.pk)], by=people.second)
    compiling.submit(submission=submission, version=submission.version, on=ON, by=people.second_head)
    chain.noticed(submission)
    objection = notices.enter(submission=submission, given=given(), on=ON, by=people.second)
    notices.answer(objection=objection, text="已通光纤。", by=people.second)
    compiling.recall(submission=submission, version=submission.version, reason="改", by=people.second_head)


CHANGED = {
    "UPDATE inspection_evidence SET digest = 'x'": "佐证材料",
    "DELETE FROM inspection_evidence": "该行被删除",
    "UPDATE inspection_unitobjection SET settlement = '另写'": "了结的结论 存证 照片清楚。，现为 另写",
    "UPDATE inspection_secondopinion SET answer = '不属实' WHERE answer <> ''": "会商意见 存证 属实。，现为 不属实",
    "UPDATE inspection_publicnotice SET until = '2018-07-13'": "公示截止日期 存证 2018-07-19，现为 2018-07-13",
    "UPDATE inspection_publicobjection SET text = '无'": "异议内容 存证 村口两户还没有通光纤，现为 无",
    "UPDATE inspection_loosenedpair SET ended_at = NULL": "终止时间",
}


def test_grounds_verify_through_their_whole_life_and_their_change_is_told(chain, people, db):
    begin()
    lived_through(chain, people)

    assert problems() == []
    assert {model._meta.label_lower for model in GROUNDS} <= set(Leaf.objects.values_list("kind", flat=True))
    for deed, sentence in CHANGED.items():
        with behind_the_portals_back() as cursor:
            cursor.execute(deed)
            assert [each for each in problems() if sentence in each], deed


def test_grounds_of_before_an_upgrade_are_taken_in(chain, people, db):
    """A log that was begun without these kinds: the first verification seals what stands, marked so."""
    chain.sent(COVERED)
    with behind_the_portals_back() as cursor:
        cursor.execute("DELETE FROM witness_leaf")
        cursor.execute("DELETE FROM witness_loghead")
        call_command("witness_begin")
        late = Leaf.objects.filter(kind="inspection.evidence")
        assert late.exists() and all(leaf.is_late for leaf in late) and problems() == []
        cursor.execute("UPDATE inspection_evidence SET criterion = 'S99'")
        assert [each for each in problems() if "佐证的标准" in each]
