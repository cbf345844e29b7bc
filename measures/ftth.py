"""New estates by GB 50846 and GB 50847 (三(二), M12): what keeps one from being accepted, for the chain to ask (``inspection.hooks``)."""

from collections.abc import Mapping, Sequence
from typing import Any

from inspection.models import Unit
from measures.kinds import FTTH
from measures.models import MeasureRecord
from measures.values import words_of
from measures.vocabulary import MeasureState

_REMEDY = "请由区住房和城乡建设局督促整改，在措施台账的“新建小区光纤到户”中更正并经他人确认后，再申报、审核和授牌。"


def shortcomings(values: Mapping[str, Any]) -> list[str]:
    """What of an estate does not comply, in words; nothing where design and acceptance passed and no defect is open."""
    found = [
        f"{FTTH.field(key).label}{words_of(FTTH.field(key), values.get(key)) or '未登记'}"
        for key in ("design", "built")
        if values.get(key) != "passed"
    ]
    if values.get("defect") == "open":
        said = values.get("defects") or ""
        found.append(f"缺陷整改中{said and f'（{said}）'}")
    return found


def obstacles(units: Sequence[Unit]) -> dict[int, str]:
    """A sentence for each unit, by primary key, that is a new estate and does not comply, or is not confirmed to; one query.

    Both what was confirmed last and what was entered since must comply: a defect stops at once, its remedy counts once confirmed.
    """
    rows = MeasureRecord.objects.filter(kind=FTTH.key, area__in={unit.area_id for unit in units})
    rows = rows.exclude(state__in=(MeasureState.DRAFT, MeasureState.VOID))
    said = {record.area_id: _said(record) for record in rows.only("area", "values", "confirmed_values", "state")}
    return {
        unit.pk: f"{unit.area.full_name}{said[unit.area_id]}。{_REMEDY}" for unit in units if said.get(unit.area_id)
    }


def _said(record: MeasureRecord) -> str:
    """What is wrong with an estate; blank: nothing."""
    confirmed = record.confirmed_values
    wrong = list(dict.fromkeys([*shortcomings(record.values), *(shortcomings(confirmed) if confirmed else ())]))
    if wrong:
        return f"新建小区光纤到户未达要求：{'；'.join(wrong)}"
    return "" if confirmed else "新建小区光纤到户的登记尚未确认"
