"""Acts of succession in the district of the scenes, done by one of the bureau and accepted by another."""

from datetime import date

import pytest

from acceptance.judging import judging
from areas.models import Area
from proposals import actions
from proposals.models import Proposal
from proposals.successions import acting
from proposals.successions.planning import Asked, Heir, SuccessionAct
from proposals.vocabulary import ProposalAction
from tests.proposals.conftest import day, district, people  # noqa: F401

DAY = date(2018, 8, 1)
PAPER = "清府〔2018〕9号"


@pytest.fixture
def ask(people):  # noqa: F811
    """Work out an act as the reviewer would; ``to`` are codes, or pairs of code and name of what is new."""

    def make(act: str, *origins: str, to=(), on: date = DAY, **more) -> acting.Prepared:
        heirs = [Heir(each) if isinstance(each, str) else Heir(*each) for each in to]
        areas = [Area.objects.get(pk=code) for code in origins]
        said = {"document": PAPER, "carries_title": True} | more
        return acting.prepare(Asked(SuccessionAct(act), on, origins=areas, heirs=heirs, **said), people.reviewer)

    return make


@pytest.fixture
def accept(people):  # noqa: F811
    def second(proposal: Proposal, by=None) -> Proposal:
        actions.decide(proposal=proposal, action=ProposalAction.ACCEPT, version=proposal.version, by=by or people.head)
        judging.ensure_current("441802")
        return proposal

    return second


@pytest.fixture
def done(ask, accept, people):  # noqa: F811
    """An act proposed by the reviewer and accepted by the head of the bureau."""

    def make(*asked, **more) -> Proposal:
        prepared = ask(*asked, **more)
        assert prepared.problems == []
        return accept(acting.propose(prepared, people.reviewer))

    return make
