"""The milestones and the townships as files: real numbers with their formats, and a note of basis and date."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from acceptance import wording
from accounts import audit
from accounts.access import refusal
from accounts.posts import Power
from common import clock, exports
from common.listing import CODE, COUNT, DATE, FLAG, SHARE, WORDS, Column
from reports.lights import Light
from reports.query import PageQuery
from reports.townships import TownshipRow


@dataclass(frozen=True)
class ExportTable:
    """The parts of a listing that an export needs: key, title, columns."""

    key: str
    title: str
    columns: tuple[Column, ...]


def _share(part: int | None, whole: int | None) -> float | None:
    """A share cut after a tenth of a per cent; None where there is nothing to divide by."""
    return None if part is None or not whole else 1000 * part // whole / 1000


def _share_of(light: Light) -> float | None:
    """Only where the target is a share."""
    return None if light.milestone.is_count else _share(light.row.passed, light.row.total)


def _rate(key: str, whole: str = "denominator"):
    def value(row: TownshipRow) -> float | None:
        figures = row.verdict.figures.get(key, {})
        return _share(figures.get("numerator"), figures.get(whole))

    return value


def _figure(key: str, name: str):
    return lambda row: row.verdict.figures.get(key, {}).get(name)


MILESTONES = ExportTable(
    "milestones",
    "全光网任务进度表",
    (
        Column("key", "编号", "milestone.key", CODE),
        Column("area", "范围", "area.name", head=True),
        Column("title", "任务", "title", WORDS),
        Column("due", "期限", lambda light: light.milestone.due.last_day, DATE),
        Column("scored", "计分", "row.scored", FLAG),
        Column("code", "范围编码", "area.code", CODE),
        Column("status", "状态", "mark.text"),
        Column("target", "目标", lambda light: wording.target_words(light.milestone)),
        Column("passed", "已达到", "row.passed", COUNT),
        Column("total", "总数", "row.total", COUNT),
        Column("share", "比例", _share_of, SHARE),
        Column("needed", "应达到", "row.needed", COUNT),
        Column("missing", "差额", "row.missing", COUNT),
        Column("unknown", "其中待定", "row.unknown", COUNT),
        Column("certified", "已授牌", "certified", COUNT),
        Column("change", "较对照季度增减", "moved", COUNT),
        Column("change_note", "增减的范围", "change_note", WORDS),
        Column("pace", "走势", lambda light: light.pace.words if light.pace else "", WORDS),
        Column("words", "说明", lambda light: f"{light.words.text}{light.since}{light.words.turn}", WORDS),
    ),
)  # fmt: skip

TOWNSHIPS = ExportTable(
    "townships",
    "街镇对照表",
    (
        Column("code", "编码", "area.code", CODE),
        Column("area", "街镇", "area.name", head=True),
        Column("kind", "类型", "area.get_kind_display"),
        Column("outcome", "评定结果", "mark.text"),
        Column("lacks", "差距", "lacks", WORDS),
        Column("coverage", "光网络覆盖率", _rate("coverage"), SHARE),
        Column("full", "全口径覆盖率", _rate("coverage", "full_denominator"), SHARE),
        Column("fibre", "光网覆盖户数", _figure("coverage", "numerator"), COUNT),
        Column("broadband", "宽带覆盖户数", _figure("coverage", "denominator"), COUNT),
        Column("households", "全部户数", _figure("coverage", "full_denominator"), COUNT),
        Column("penetration", "光网用户渗透率", _rate("penetration"), SHARE),
        Column("fibre_users", "光网用户", _figure("penetration", "numerator"), COUNT),
        Column("users", "宽带用户", _figure("penetration", "denominator"), COUNT),
        Column("missing", "缺季报的村居", _figure("coverage", "returns_missing"), COUNT),
        Column("capable", "具备能力的点位", "capable_sites", COUNT),
        Column("sites", "全部点位", "all_sites", COUNT),
        Column("site_share", "具备能力的比例", lambda row: _share(row.capable_sites, row.all_sites), SHARE),
        Column("villages", "全光网自然村", "villages_achieved", COUNT),
        Column("judged", "参评自然村", "villages_judged", COUNT),
        Column("returned", "季报", "returned.text"),
    ),
)


def answer(request: HttpRequest, table: ExportTable, rows: Sequence, asked: PageQuery) -> HttpResponse:
    """The rows as a file in the form that the address asks for (xlsx unless csv), with its audit record."""
    if not request.user.may(Power.EXPORT):
        raise PermissionDenied(refusal(asked.user, (Power.EXPORT,)))
    form = "csv" if request.GET.get("export") == "csv" else "xlsx"
    note = exports.Note(
        title=f"{table.title}（{asked.quarter.label}）",
        by=request.user.name,
        at=clock.now(),
        scope=str(request.user.area),
        condition=f"截至 {asked.quarter.last_day}{'，本季未结束，暂计' if asked.provisional else ''}",
        grounds=f"评定结果，口径：{asked.basis.label}；{asked.standing.as_of}；比例舍去千分位以下，不进位",
    )
    response, count = exports.FORMS[form](table, exports.PlainRows(rows), note)
    detail = {"list": table.title, "format": form, "rows": count, "period": str(asked.quarter)}
    detail["basis"] = asked.basis.label
    audit.record(action="export", by=request.user, request=request, detail=detail)
    return response
