"""What a visit would change in the register, column by column, held against what the register says now."""

from collections.abc import Iterator
from datetime import date

from areas.models import DatedValue
from areas.vocabulary import Datum
from field.things import Destination, written
from field.vocabulary import HouseholdsAct, OnTheSpot
from offline.deliveries import Differs
from proposals.drafts import ItemDraft
from proposals.vocabulary import Act

LABELS = {"name": "名称", "permanent_households": "常住户数", "lon": "经度", "lat": "纬度"}
_FIELDS = {"name": "name", "permanent_households": "households", "lon": "lon", "lat": "lat"}


def drafts_of(thing: Destination, said: dict, on: date) -> list[ItemDraft]:
    """None when all is as the register says. Differs when the register has changed since the visitor looked at it."""
    found = dict(_found(thing, said))
    if conflicts := list(_conflicts(thing, said, found)):
        raise Differs("台账在您走访之后已被修改，请选择以哪一个为准。", conflicts)
    if said["found"] == OnTheSpot.GONE:
        return [ItemDraft(thing.table, thing.key, Act.END, on=on)]
    return list(_drafts(thing, said, found, on))


def _drafts(thing: Destination, said: dict, found: dict[str, str], on: date) -> Iterator[ItemDraft]:
    """A count that has changed since is a change from the day of the visit; what had been entered wrongly is corrected."""
    since = _since(thing, on)
    counted = found.get("permanent_households", "")
    is_change = said["households_act"] != HouseholdsAct.CORRECT and since.get("permanent_households") != on
    if counted and is_change:
        del found["permanent_households"]
        yield ItemDraft(thing.table, thing.key, Act.CHANGE, {"permanent_households": counted}, on)
    if "lon" in found or "lat" in found:
        found |= {column: _text(thing, said, column) for column in ("lon", "lat")}
        if thing.values["datum"] != Datum.WGS84:
            found["datum"] = str(Datum.WGS84)
    for day in sorted({since.get(column) for column in found}, key=str):
        values = {column: text for column, text in found.items() if since.get(column) == day}
        yield ItemDraft(thing.table, thing.key, Act.CORRECT, values, day)


def _since(thing: Destination, on: date) -> dict[str, date]:
    """From when on the values of a day hold, by column; a column that never changed is not in it."""
    steps = DatedValue.objects.filter(table=thing.table, key=thing.key, effective_on__lte=on)
    return dict(steps.order_by("effective_on").values_list("column", "effective_on"))


def _found(thing: Destination, said: dict) -> Iterator[tuple[str, str]]:
    """The columns that were found otherwise than the register has them now."""
    for column in _columns(thing):
        mine = _text(thing, said, column)
        if mine and not _same(column, mine, thing.values[column]):
            yield column, mine


def _columns(thing: Destination) -> list[str]:
    return [column for column in LABELS if column in thing.values]


def _text(thing: Destination, said: dict, column: str) -> str:
    value = said[_FIELDS[column]]
    return "" if value is None or value == "" else written(thing.table, column, value)


def _conflicts(thing: Destination, said: dict, found: dict[str, str]) -> Iterator[dict[str, str]]:
    for column, mine in found.items():
        seen, theirs = said[f"seen_{_FIELDS[column]}"], thing.values[column]
        if not _same(column, seen, theirs):
            yield {"column": _FIELDS[column], "label": LABELS[column], "mine": mine, "theirs": theirs}


def _same(column: str, one: str, other: str) -> bool:
    """Numbers are compared as numbers: scripts and the portal may write them differently."""
    if column == "name":
        return one == other
    try:
        return float(one) == float(other)
    except ValueError:
        return one == other
