"""The rows that one change wrote, written once more in plain SQL: the fact, the verdicts that end, those that begin."""

from collections.abc import Sequence

from county import DISTRICT
from django.db import connection, transaction
from django.db.models import Max, Model

from acceptance.models import Judgement, MilestoneVerdict, SiteVerdict, Verdict

MODELS = (SiteVerdict, Verdict, MilestoneVerdict)


class PlainRows:
    """Taken after the change, whose verdicts it removes again; begun before it."""

    def __init__(self) -> None:
        self._last = {model: model.objects.aggregate(last=Max("pk"))["last"] or 0 for model in MODELS}
        self._fact: tuple[str, Sequence] = ("", ())
        self._ended: dict[type[Model], tuple[str, list[int]]] = {}
        self._begun: dict[type[Model], tuple[str, list[tuple]]] = {}

    def take(self, fact: Model) -> None:
        """Remember what was written, and bring the verdicts back to where they were."""
        stamp = Judgement.objects.get(county=DISTRICT).judged_at
        self._fact = _update_of(fact)
        for model in MODELS:
            rows = model.objects.filter(county=DISTRICT)
            names = [field.column for field in model._meta.concrete_fields]
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT {', '.join(names)} FROM {model._meta.db_table} WHERE id > %s", [self._last[model]]
                )
                self._begun[model] = ", ".join(names), cursor.fetchall()
            ended = rows.filter(pk__lte=self._last[model], superseded_at=stamp)
            self._ended[model] = str(stamp), list(ended.values_list("pk", flat=True))
            model.objects.filter(pk__gt=self._last[model]).delete()
            model.objects.filter(pk__in=self._ended[model][1]).update(superseded_at=None)

    def write(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(*self._fact)
            for model in MODELS:
                stamp, ended = self._ended[model]
                table = model._meta.db_table
                if ended:
                    cursor.executemany(
                        f"UPDATE {table} SET superseded_at = %s WHERE id = %s", [(stamp, pk) for pk in ended]
                    )
                names, begun = self._begun[model]
                if begun:
                    marks = ", ".join(["%s"] * len(begun[0]))
                    cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", _plain(begun))

    def read_back(self, village: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM acceptance_verdict WHERE area_id = %s AND superseded_at IS NULL", [village])
            cursor.fetchall()
            cursor.execute(
                "SELECT * FROM acceptance_siteverdict WHERE county = %s AND period = %s AND area_code = %s "
                "AND superseded_at IS NULL",
                [DISTRICT, "2019Q1", village],
            )
            cursor.fetchall()


def _plain(rows: Sequence[tuple]) -> list[tuple]:
    """Rows as they were read, JSON as text again where the driver made objects of it."""
    from json import dumps

    return [tuple(dumps(value) if isinstance(value, (dict, list)) else value for value in row) for row in rows]


def _update_of(fact: Model) -> tuple[str, list]:
    """The statement that writes a row with the values that it has."""
    fields = [field for field in fact._meta.concrete_fields if not field.primary_key and not field.generated]
    values = [field.get_db_prep_save(getattr(fact, field.attname), connection) for field in fields]
    columns = ", ".join(f"{connection.ops.quote_name(field.column)} = %s" for field in fields)
    return f"UPDATE {fact._meta.db_table} SET {columns} WHERE id = %s", [*values, fact.pk]
