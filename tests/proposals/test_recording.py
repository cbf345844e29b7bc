"""An import stands in the history of what it changed, and in the bureau's list with what it turned."""

import csv
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from acceptance import packages
from accounts.models import AuditEntry
from areas.models import Area
from proposals import recording
from proposals.models import Proposal, ProposalItem
from proposals.vocabulary import Act, Denominator, Door, ItemState, ProposalAction, ProposalState
from tests import scenes
from tests.packages import write_csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def bring(district, tmp_path):
    """Import rows of tables; the proposal that it left."""

    def bring(tables: dict, *options: str) -> Proposal:
        rows = {name: list(csv.DictReader(StringIO(text))) for name, text in tables.items()}
        folder = write_csv(rows, tmp_path / "package")
        call_command("import_package", str(folder), *options, stdout=StringIO(), stderr=StringIO())
        return Proposal.objects.first()

    return bring


AREAS = {
    "areas": "code,name,kind,permanent_households\n"
    f"{scenes.FAR},黄岗,natural_village,19\n{scenes.NEAR},大围屋,natural_village,30\n"
    f"{scenes.XIUXI}204,新围,natural_village,22\n"
}


def test_import_is_recorded_with_its_document_and_what_it_turned(bring):
    proposal = bring(AREAS, "--document", "清城府办〔2018〕12号")

    assert (proposal.source, proposal.state, proposal.county) == (Door.IMPORT, ProposalState.SETTLED, "441802")
    assert (proposal.document, proposal.by) == ("清城府办〔2018〕12号", None)
    assert proposal.title == "数据包 package：新增 1 行，改动 2 行"
    assert proposal.turns_past and proposal.weight == proposal.effect["turned"] > 0
    assert any("秀溪村" in line["words"] for line in proposal.effect["areas"])
    assert [step.action for step in proposal.moves.all()] == [ProposalAction.RECORD]
    items = {item.key: item for item in proposal.items.all()}
    assert {item.state for item in items.values()} == {ItemState.APPLIED}
    far, near, new = items[scenes.FAR], items[scenes.NEAR], items[f"{scenes.XIUXI}204"]
    assert (far.act, far.values, far.denominator) == (
        Act.CORRECT,
        {"permanent_households": ["25", "19"]},
        Denominator.LEFT,
    )
    assert near.values == {"name": ["大围", "大围屋"]}
    assert (new.act, new.values["permanent_households"], new.name) == (Act.ADD, [None, "22"], "新围")
    assert "清城府办〔2018〕12号" in AuditEntry.objects.get(action="package.import").detail


def test_import_without_a_document_says_so(bring):
    assert bring(AREAS).document == "没有写明依据"


def test_import_that_changes_nothing_leaves_no_entry(bring):
    bring(AREAS)
    bring(AREAS)
    assert Proposal.objects.count() == 1


def test_change_from_a_day_on_says_what_stood_there_before(bring):
    proposal = bring(
        {
            "changes": "table,key,column,effective_on,value,document\n"
            f"areas,{scenes.FAR},permanent_households,2018-07-01,22,\n"
            f"areas,{scenes.FAR},permanent_households,2018-08-01,21,\n"
        }
    )
    assert [
        (item.act, item.name, item.effective_on, item.values["permanent_households"]) for item in proposal.items.all()
    ] == [
        (Act.CHANGE, "黄岗", date(2018, 7, 1), ["25", "22"]),
        (Act.CHANGE, "黄岗", date(2018, 8, 1), ["22", "21"]),
    ]


def test_items_are_bounded_and_what_changed_comes_first(bring, monkeypatch):
    monkeypatch.setattr(recording, "MOST", 2)
    assert [item.key for item in bring(AREAS).items.all()] == [scenes.FAR, scenes.NEAR]


def test_what_is_too_much_is_not_listed(bring, monkeypatch):
    monkeypatch.setattr(packages, "MOST_TURNED", 0)
    proposal = bring(AREAS)
    assert (proposal.effect, proposal.weight) == ({}, 0)


def test_refused_import_leaves_nothing(bring):
    with pytest.raises(SystemExit):
        bring({"areas": AREAS["areas"] + "44180,错,village,\n"})
    assert not Proposal.objects.exists() and not ProposalItem.objects.exists()
    assert Area.objects.get(pk=scenes.FAR).permanent_households == 25
