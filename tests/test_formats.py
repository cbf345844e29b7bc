"""The formats that others write for the portal are described as they are read."""

import pytest

from tests import formats


@pytest.mark.parametrize("name", formats.PAGES)
def test_page_says_what_the_declarations_say(name):
    written = formats.page(name).read_text("utf-8")

    assert written == formats.renewed(written), "write it anew: .venv/bin/python -m tests.formats"


def test_every_table_stands_on_a_page():
    written = [formats.made_in(formats.page(name).read_text("utf-8")) for name in formats.PAGES]

    assert set.union(*written) == formats.every()


def test_column_that_is_not_described_is_noticed():
    written = formats.page("data-package").read_text("utf-8")
    without = "\n".join(line for line in written.splitlines() if not line.startswith("| `ports_total`"))

    assert formats.renewed(without) != without
