"""Saving a cell, as an engineer reads it who follows the request from file to file."""

from tests.entry.test_cells import cell, send
from tests.tracing import traced, within


def test_a_cell_is_saved_in_few_files(make_return, people, browse):
    """In v1 it took 10 files and 26 switches."""
    owner, client = make_return(), browse(people.clerk)
    client.get("/")

    with traced() as trace:
        answer = send(client, owner, cell("households", "1200"))

    assert answer.status_code == 200 and within(trace, files=6, switches=18)
