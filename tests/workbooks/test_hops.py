"""Uploading a workbook of the register, as an engineer reads it who follows the request from file to file."""

import pytest

from tests.tracing import traced, within
from tests.workbooks.conftest import put, row_of, saved

pytestmark = pytest.mark.django_db


def test_a_workbook_is_taken_in_in_few_files(people, registry):
    """In v1 it took 31 files and 322 switches; since then values that change and successions are looked up, too.

    What differs becomes drafts of a proposal, for which it is asked who accepts them and what they would turn. Files of every
    kind come in by one door, and values as people write them through one reader, a column at a time.
    """
    book = people.clerk.download("sites")
    content = saved(put(book, row_of(book, "S-0001"), 名称="秀溪小学"))

    with traced() as trace:
        answer = people.clerk.send("sites", content)

    assert answer.status_code == 200 and within(trace, files=33, switches=300)
