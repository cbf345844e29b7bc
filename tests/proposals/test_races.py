"""Two people at once on one row of the register: one value is written, the other is told."""

import threading
from contextlib import suppress

import pytest
from django.db import connection

from areas.models import Area
from common.exceptions import Refused
from proposals import actions
from proposals.drafts import ItemDraft
from proposals.vocabulary import Act, ItemState, ProposalAction
from tests import scenes

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds) -> list[str]:
    """What became of deeds that begin together: done, or the sentence of the refusal."""
    gate, said = threading.Barrier(len(deeds)), []

    def run(deed) -> None:
        try:
            gate.wait()
            deed()
            said.append("done")
        except Refused as refusal:
            said.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def test_two_proposals_about_one_value_are_not_both_written(propose, people, monkeypatch):
    """Each was proposed when 25 stood there; of the two acceptances the later finds that it does no more."""
    asked = [
        propose(ItemDraft("areas", scenes.FAR, Act.CORRECT, {"permanent_households": number}))[0]
        for number in ("26", "27")
    ]
    both_have_read, read = threading.Barrier(2), actions.conflicts_of

    def slow(*args):
        found = read(*args)
        with suppress(threading.BrokenBarrierError):
            both_have_read.wait(timeout=2)
        return found

    monkeypatch.setattr(actions, "conflicts_of", slow)

    def accepting(proposal, by):
        return lambda: actions.decide(proposal=proposal, action=ProposalAction.ACCEPT, version=1, by=by)

    said = at_once(accepting(asked[0], people.reviewer), accepting(asked[1], people.head))

    applied = [item for each in asked for item in each.items.filter(state=ItemState.APPLIED)]
    assert len(applied) == 1 and said.count("done") == 1
    assert str(Area.objects.get(pk=scenes.FAR).permanent_households) == applied[0].new["permanent_households"]
