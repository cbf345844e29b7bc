"""docs/findings.md says what the declarations say."""

from django.conf import settings

from findings.actions import MOVES
from findings.declared import as_table


def test_page_holds_checks_and_moves():
    page = (settings.BASE_DIR / "docs/findings.md").read_text("utf-8")

    assert as_table() in page and MOVES.as_table() in page
