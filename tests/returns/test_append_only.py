"""By what a return was checked is kept by the database itself."""

import pytest
from django.db import DatabaseError, connection, transaction

from areas.models import Area
from returns.checks import terms as check_terms
from returns.models import PROTECTED, Checking, CheckTerms
from tests.returns.conftest import TOWN, submitted

KEPT = {CheckTerms: {"bound": 99}, Checking: {"found": []}}


@pytest.fixture
def history(make_return, people):
    """A row of each kind."""
    submitted(make_return(), people.clerk)
    county, terms = Area.objects.get(code=TOWN[:6]), {"bound": 1, "blocks_from": "", "number": 0}
    check_terms.set_terms(county=county, code="fell", reason="按去年的情况", by=people.bureau_head, **terms)


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.__name__)
def test_rows_are_only_added(model, history):
    assert model.objects.exists()
    for change in (lambda: model.objects.update(**KEPT[model]), lambda: model.objects.all()._raw_delete("default")):
        with pytest.raises(DatabaseError, match="只能增加"), transaction.atomic():
            change()


def test_guards_are_in_the_database(db):
    assert {guard.table for guard in PROTECTED} == {model._meta.db_table for model in KEPT}
    assert [name for guard in PROTECTED for name in guard.missing(connection)] == []
