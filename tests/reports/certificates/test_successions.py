"""What becomes of titles when their units end in others or become another kind, as a succession foretells it."""

from datetime import date

import pytest

from areas.models import Area
from proposals import actions
from proposals.successions import acting, undoing
from proposals.successions.planning import Asked, Heir, SuccessionAct
from proposals.vocabulary import ProposalAction
from reports.certificates import actions as certificates
from tests.inspection.conftest import COVERED, NEAR, TOWN, XINMA
from tests.reports.certificates.conftest import ISSUED_ON

ON = date(2018, 11, 1)


@pytest.fixture
def foretold(people):
    """The sentences on titles that an act would be shown with."""

    def make(act: str, code: str, *heirs: Heir, carries: bool = True, name: str = "", on: date = ON) -> list[str]:
        asked = Asked(SuccessionAct(act), on, "文", [Area.objects.get(pk=code)], heirs, name, carries)
        prepared = acting.prepare(asked, people.reviewer)
        assert prepared.problems == []
        return prepared.sketch.effect["further"]

    return make


@pytest.mark.parametrize(("carries", "fate"), [(True, "称号由大围承继"), (False, "称号保留在原单位名下，不由其承继")])
def test_title_of_a_unit_that_ends(issued, foretold, carries, fate):
    """The day is still to come: no verdict turns yet, and the title is named all the same."""
    certificate = issued(COVERED)[0]
    name = Area.objects.get(pk=NEAR).name
    said = foretold("merge", COVERED, Heir(NEAR), carries=carries)

    fate = fate.replace("大围", name)
    assert said == [f"新屋“{certificate.title}”（{certificate.number}）：原单位自2018年11月1日起并入{name}，{fate}。"]


def test_title_under_a_village_that_goes_goes_along(issued, foretold):
    issued(COVERED)
    [said] = foretold("recode", XINMA, Heir(f"{TOWN}230", "新马村"))
    assert "改码为新屋，称号由新屋承继" in said


def test_title_that_is_being_checked_again(issued, foretold, people):
    certificate = issued(COVERED)[0]
    certificates.recheck(certificate=certificate, version=0, on=ISSUED_ON, by=people.reviewer, reason="核查")
    [said] = foretold("merge", COVERED, Heir(NEAR))
    assert "正在复核，复核照常进行" in said


def test_title_of_an_area_that_becomes_another_kind(issued, foretold):
    issued(TOWN)
    kind, standard = foretold("street", TOWN, name="源潭街道")
    assert "自2018年11月1日起是街道，证书称号不变，不再计入按街道授牌的个数" in kind
    assert "自2018年第四季度起不再达标，将启动复核" in standard, "a street is held to more than a town"


def test_title_and_report_of_a_successor_rest_on_the_act(chain, issued, people):
    """A title that the successor earned afterwards keeps the act from being undone."""
    asked = Asked(SuccessionAct.MERGE, date(2018, 7, 1), "文", [Area.objects.get(pk=NEAR)], [Heir(COVERED)])
    act = acting.propose(acting.prepare(asked, people.reviewer), people.reviewer)
    actions.decide(proposal=act, action=ProposalAction.ACCEPT, version=1, by=people.bureau_head)
    assert undoing.resting(act) == []
    issued(COVERED)

    said = undoing.resting(act)
    assert len(said) == 2 and "已列入" in said[0] + said[1] and "已授牌" in said[0] + said[1]
