"""The columns in which members are listed: areas, sites, and villages with the figures of their returns."""

from collections.abc import Mapping

from django.urls import reverse

from acceptance.models import Basis, SiteVerdict, Verdict
from acceptance.verdicts.marks import site_mark
from acceptance.verdicts.pages import lacks, mark_of
from acceptance.wording.figures import listed
from areas.models import Operator
from common.listing import CODE, COUNT, NUMBER, WORDS, Column
from figures.declared import FigureQuery


def verdict_address(asked: FigureQuery, code: str) -> str:
    query = f"?basis={asked.basis}" if asked.basis != Basis.APPROVED else ""
    return reverse("acceptance:verdict", args=[asked.quarter, code]) + query


def areas(asked: FigureQuery, causes: Mapping[str, str]) -> tuple[Column, ...]:
    """Areas by their verdicts: which, where, how they stand, why, and what they lack."""
    return (
        Column("name", "名称", "area.full_name", order=("area__name",), link=_opened(asked), head=True),
        Column("code", "编码", "area_id", CODE, order=("area_id",), minor=True),
        Column("kind", "类型", "area.get_kind_display", minor=True),
        Column("above", "上级", "area.parent.name", minor=True),
        Column(
            "outcome", "结果", lambda row: mark_of(row).text, order=("outcome",), tone=lambda row: mark_of(row).tone
        ),
        Column("cause", "主要原因", lambda row: causes.get(row.cause, ""), order=("cause",)),
        Column("lacks", "差距", lambda row: lacks(asked.plan, row), WORDS),
    )


def _opened(asked: FigureQuery):
    return lambda row: verdict_address(asked, row.area_id)


def sites(asked: FigureQuery, causes: Mapping[str, str]) -> tuple[Column, ...]:
    """Sites by their verdicts; the nearest usable access point in metres."""
    operators = dict(Operator.objects.order_by("code").values_list("code", "name"))
    return (
        Column("name", "点位", "site.name", order=("site__name",), link=_site_page, head=True),
        Column("site_id", "编号", "site.site_id", CODE, order=("site__site_id",), minor=True),
        Column("kind", "类型", "site.get_kind_display", order=("site__kind",)),
        Column("area", "所属区域", "site.area.name", order=("area_code",)),
        Column(
            "capable", "接入能力", lambda row: _mark(row).text, order=("capable",), tone=lambda row: _mark(row).tone
        ),
        Column("cause", "原因", lambda row: causes.get(row.cause, ""), order=("cause",), on_page=False),
        Column("nearest", "最近可用接入点（米）", _metres, NUMBER, order=("nearest_m",)),
        Column(
            "operators",
            "能接入的企业",
            lambda row: listed([operators.get(code, code) for code in row.operators]),
        ),
    )


def _mark(row: SiteVerdict):
    return site_mark(row.capable, row.reason)


def _metres(row: SiteVerdict) -> int | None:
    return None if row.nearest_m is None else int(row.nearest_m)


def _site_page(row: SiteVerdict) -> str:
    return reverse("acceptance:site_verdict", args=[row.period, row.site.site_id])


def summed(asked: FigureQuery, sums: Mapping[str, str]) -> tuple[Column, ...]:
    """Villages with what their returns brought into a sum: the annotations ``sums`` with their names."""
    return (
        Column("name", "村居", "area.name", order=("area__name",), link=_opened(asked), head=True),
        Column("code", "编码", "area_id", CODE, order=("area_id",), minor=True),
        Column("above", "街镇", "area.parent.name", order=("area__parent",)),
        *(Column(name, label, _reported(name), COUNT, order=(name,)) for name, label in sums.items()),
        Column("reported", "季报", lambda row: "缺" if row.part == "unknown" else "已计入", tone=_return_tone),
    )


def _reported(name: str):
    """None, and not 0, of a village whose return is missing."""
    return lambda row: None if row.part == "unknown" else getattr(row, name)


def _return_tone(row: Verdict) -> str:
    return "pending" if row.part == "unknown" else ""
