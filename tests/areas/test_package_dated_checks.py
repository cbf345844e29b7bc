"""What is reported of changes and successions on the way in is what was worked out from the specification."""

import pytest

from tests.reference.comparing import load, reported
from tests.reference.handmade_changes import BASE, PROBLEMS, tables
from tests.reference.writing import write


@pytest.mark.django_db
@pytest.mark.parametrize("name", PROBLEMS)
def test_import_reports_what_was_worked_out_by_hand(name, tmp_path):
    case = PROBLEMS[name]
    package = tables(BASE + case.package)
    if case.stored is not None:
        load(tables(BASE + case.stored), tmp_path / "stored")
        package = tables(case.package)
    report = reported(write(package, tmp_path / "package"))
    errors = {("error", line["table"], line["row"], line["column"]) for line in report["errors"]}
    warnings = {
        ("warning", line["table"], line["row"], line["column"])
        for line in report["warnings"]
        if line["table"] not in case.beside
    }
    assert errors == {line for line in case.expected if line[0] == "error"}, report["errors"]
    if not errors:
        assert warnings == set(case.expected), report["warnings"]
