"""Whatever is changed behind the portal's back is named: table, row and column."""

import pytest
from django.db import connection
from django.db.models import DateField, DateTimeField, DecimalField, Field

from proposals.models import Proposal
from tests.witness.planting import behind_the_portals_back, changed, planted
from witness import verifying
from witness.kinds import Sealed, kinds
from witness.sealing import begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def sql():
    with behind_the_portals_back() as cursor:
        yield cursor


def after(cursor, kind: Sealed, deed: str, values=()) -> list[str]:
    """What a deed makes verification say of the rows of a kind; it is taken back."""
    cursor.execute("SAVEPOINT deed")
    cursor.execute(deed, values)
    found = list(verifying.of_rows(kind))
    cursor.execute("ROLLBACK TO SAVEPOINT deed")
    return found


def sealed_columns(kind: Sealed) -> list[Field]:
    """All of the model's but the key, what the database works out, and what the kind says others answer for."""
    fields = [each for each in kind.model._meta.concrete_fields if not each.primary_key and not each.generated]
    return [each for each in fields if each.name not in kind.changing]


def unnoticed(cursor, kind: Sealed, row) -> list[str]:
    """The changes of a row that verification does not name by table, row and column."""
    table, key, missed = kind.model._meta.db_table, kind.model._meta.pk.column, []
    for field in sealed_columns(kind):
        deed = f'UPDATE {table} SET "{field.column}" = %s WHERE "{key}" = %s'
        said = after(cursor, kind, deed, [changed(field, row), row.pk])
        if not any(f"（{table} {row.pk}） {field.verbose_name}" in each for each in said):
            missed.append(f"{table}.{field.column}: {said}")
    gone = after(cursor, kind, f'DELETE FROM {table} WHERE "{key}" = %s', [row.pk])
    if not any(f"（{table} {row.pk}）：该行被删除。" in each for each in gone):
        missed.append(f"{table} deleted: {gone}")
    return missed


def test_change_of_any_sealed_column_of_any_table_is_named(sql):
    rows = {name: planted(kind) for name, kind in kinds().items()}
    begin()
    assert [each for kind in kinds().values() for each in verifying.of_rows(kind)] == []

    assert [each for name, row in rows.items() for each in unnoticed(sql, kinds()[name], row)] == []

    for name, kind in kinds().items():
        added, table = planted(kind), kind.model._meta.db_table
        said = list(verifying.of_rows(kind))
        assert any(f"（{table} {added.pk}）：没有存证" in each for each in said), name


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL takes no such value into the column")
@pytest.mark.parametrize("kind", [DateField, DateTimeField, DecimalField])
def test_value_that_is_none_of_the_columns_is_named_and_hides_no_other(sql, kind):
    sealed, field = next(
        (each, field) for each in kinds().values() for field in sealed_columns(each) if type(field) is kind
    )
    first, second, third = planted(sealed), planted(sealed), planted(sealed)
    begin()
    table, key = sealed.model._meta.db_table, sealed.model._meta.pk.column
    written = 10**9 if kind is DecimalField else "昨天"
    sql.execute(f'UPDATE {table} SET "{field.column}" = %s WHERE "{key}" = %s', [written, second.pk])
    said = after(sql, sealed, f'DELETE FROM {table} WHERE "{key}" = %s', [third.pk])

    assert any(f"（{table} {second.pk}） {field.verbose_name}" in each for each in said)
    assert any(f"（{table} {third.pk}）：该行被删除。" in each for each in said)
    assert not any(f"（{table} {first.pk}）" in each for each in said)


def test_document_without_a_step_is_named_where_it_has_no_leaf():
    """A request that is granted, or a change that is settled, and nobody ever asked."""
    (kind,) = (each for each in kinds().values() if "proposal" in each.states)
    said = {"source": "import", "state": "settled", "title": "并村", "document": "无"}
    proposal = Proposal.objects.create(county="441802", **said)

    assert list(verifying.of_states(kind)) == [
        f"变更申请 {proposal}（proposals_proposal {proposal.pk}）：没有流转记录，该行不是经门户增加的。"
    ]
