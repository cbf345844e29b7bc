"""The table ``successions``: areas that went into others or came out of them."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from areas.dated import PAIRS
from areas.models import Succession
from areas.package import registry
from areas.package.network import unknown_area
from areas.package.package import Handler, Package, RowChange, Selection
from areas.package.tables import PackageRow, TableData
from areas.vocabulary import AreaKind, SuccessionKind
from common.clock import now
from common.lookups import chunks


class SuccessionsTable(Handler):
    table = registry.SUCCESSIONS
    model = Succession
    attributes = {"from_code": "area_id", "to_code": "successor_id", "effective_on": "on"}
    area_columns = ("from_code", "to_code")

    def derive(self, changes: Sequence[RowChange]) -> list[dict[str, Any]]:
        """When it was recorded; nobody is named."""
        return [{"at": connection.ops.adapt_datetimefield_value(now())} for _ in changes]

    def fetch(self, keys: Iterable[Hashable]) -> dict[Hashable, dict[str, Any]]:
        wanted, names = set(keys), [*self.table.by_name, "pk"]
        attributes = [*map(self.attribute, self.table.by_name), "pk"]
        found = {}
        for some in chunks({key[0] for key in wanted}):  # type: ignore[index]
            for values in Succession.objects.filter(area_id__in=some).order_by().values_list(*attributes):
                row = dict(zip(names, values, strict=True))
                found[row["from_code"], row["to_code"]] = row
        return {key: row for key, row in found.items() if key in wanted}

    def check(self, package: Package) -> None:
        data = package.tables[self.table.name]
        if not data.rows:
            return
        for row in data.rows:
            if self._known(package, data, row):
                self._kinds(package, data, row)
                self._dates(package, data, row)
        self._rings(data)
        self._titles(data)

    @staticmethod
    def _known(package: Package, data: TableData, row: PackageRow) -> bool:
        """Whether both areas are there."""
        unknown = [name for name in ("from_code", "to_code") if row.get(name) and package.areas.lacks(row.get(name))]
        for name in unknown:
            data.error(row, name, unknown_area(row.get(name)))
        return not unknown and row.all("from_code", "to_code", "effective_on") is not None

    @staticmethod
    def _kinds(package: Package, data: TableData, row: PackageRow) -> None:
        """Both of one kind on that day, or of two that may become one another."""
        day = row.values["effective_on"]
        old, new = (package.kind_on(row.values[name], day) for name in ("from_code", "to_code"))
        if not old or not new or old == new or any(old in pair and new in pair for pair in PAIRS):
            return
        labels = AreaKind(old).label, AreaKind(new).label
        data.error(
            row, "to_code", f"原区域是{labels[0]}，承接区域是{labels[1]}：两者应为同一类，或街道与镇、行政村与社区。"
        )

    @staticmethod
    def _dates(package: Package, data: TableData, row: PackageRow) -> None:
        """The one ends on the day, the other begins with it; of a merger it may have been there before."""
        day, old, new = row.values["effective_on"], row.values["from_code"], row.values["to_code"]
        ended, begun = package.areas.interval(old), package.areas.interval(new)
        if ended and ended[1] != day:
            said = ended[1] or "空白"
            data.error(row, "effective_on", f"原区域 {old} 的失效日期是{said}：应与撤并日期 {day} 相同，请先更正。")
        elif begun and row.get("kind") not in (None, SuccessionKind.MERGE) and begun[0] != day:
            said = begun[0] or "空白"
            data.error(row, "effective_on", f"承接区域 {new} 的生效日期是{said}：应与撤并日期 {day} 相同。")
        elif begun and begun[0] != day and package.areas.certainly_not_in_force(new, day):
            data.error(row, "effective_on", f"承接区域 {new} 在 {day} 不在有效期内，不能承接。")

    @staticmethod
    def _rings(data: TableData) -> None:
        """Nothing goes into itself in the end: the later row that closes the ring is at fault."""
        heirs: dict[str, set[str]] = {}
        for old, new in Succession.objects.order_by("pk").values_list("area_id", "successor_id"):
            if (old, new) not in data.by_key:
                heirs.setdefault(old, set()).add(new)
        for row in data.by_key.values():
            old, new = row.values["from_code"], row.values["to_code"]
            if old in _reached(heirs, new):
                data.error(row, "to_code", f"{new} 又并入了 {old}，或者就是它自己：撤并不能绕成一圈。")
            else:
                heirs.setdefault(old, set()).add(new)

    def _titles(self, data: TableData) -> None:
        """Where several rows carry a title into one area each needs its document."""
        codes = {row.values["to_code"] for row in data.by_key.values()}
        stored = Succession.objects.filter(successor_id__in=codes, carries_title=True).order_by()
        carried = {
            (old, new): document
            for old, new, document in stored.values_list("area_id", "successor_id", "document")
            if (old, new) not in data.by_key
        }
        rows = {data.key(row): row for row in data.by_key.values() if row.get("carries_title")}
        into = Counter(new for _, new in [*carried, *rows])
        bare = {new for (_, new), document in carried.items() if not document}
        for (_, new), row in rows.items():
            if into[new] > 1 and "document" in row.values and (not row.values["document"] or new in bare):
                message = f"不止一个区域的称号由 {new} 承继：每一行都要写明依据。"
                if row.values["document"]:
                    message += "库中已有的一行没有依据，请一并补上。"
                data.error(row, "document", message)

    def selected(self, selection: Selection) -> QuerySet:
        """The successions of which both areas are written."""
        if selection.area is None:
            return Succession.objects.all()
        return Succession.objects.filter(selection.holds("area__code"), selection.holds("successor__code"))


def _reached(heirs: dict[str, set[str]], code: str) -> set[str]:
    """The area and everything that it went into in the end."""
    found, coming = {code}, [code]
    while coming:
        for heir in heirs.get(coming.pop(), ()):
            if heir not in found:
                found.add(heir)
                coming.append(heir)
    return found
