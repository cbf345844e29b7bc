"""Starting a report and signing it, as an engineer reads it who follows the request from file to file."""

from tests.inspection.conftest import TOWN
from tests.inspection.test_pages import post, signed_in
from tests.tracing import traced, within


def test_a_draft_is_started_in_few_files(people):
    """In v1 it took 17 files and 50 switches; since then areas go by their full names, as they were called,
    and three rooms tell whose hands were in it.
    """
    clerk = signed_in(people.clerk)
    clerk.get("/")

    with traced() as trace:
        post(clerk, "new", period="2018Q2", unit=[TOWN])

    assert within(trace, files=18, switches=70)


def test_a_report_is_signed_in_few_files(chain, people):
    """In v1 it took 26 files and 160 switches; since then a letter goes with the report, objections are answered, evidence is asked
    for, hands are kept apart, and areas are called as they were.
    """
    report, head = chain.signing(), signed_in(people.head)
    head.get("/")

    with traced() as trace:
        post(head, "move", report.pk, version=report.version, action="send")

    assert within(trace, files=30, switches=178)
