"""The same batch from many hands at once: each row is stored once, and asked for once."""

import threading
from datetime import date

import pytest
from django.db import connection
from django.test import Client

from accounts.posts import Post
from areas.models import AccessPoint
from proposals.models import Proposal, ProposalItem
from tests.workbooks.test_ledger_api import POINT

pytestmark = pytest.mark.django_db(transaction=True)


def test_same_batch_at_once_is_taken_once(registry, make_user, settings):
    """Of the two rows one is applied and one waits."""
    settings.PORTAL_TODAY = date(2018, 1, 20)
    user = make_user(Post.OPERATOR, operator="telecom")
    body = {"rows": [dict(POINT), POINT | {"ap_id": "AP-8", "opened_on": "2017-01-01"}]}
    gate, answers = threading.Barrier(4), []

    def send() -> None:
        client = Client()
        try:
            client.force_login(user)
            gate.wait()
            answers.append(client.put("/api/load/access-points/", body, content_type="application/json"))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 4 and {answer.status_code for answer in answers} <= {200, 409}
    assert sum(answer.json().get("created", 0) for answer in answers) == 1
    assert AccessPoint.objects.filter(ap_id="AP-7").count() == 1
    assert ProposalItem.objects.waiting().count() == 1 and Proposal.objects.count() == 1
