"""Writes a package as the folder of CSV files of data-package.md: plainly, or in every way the specification allows."""

import csv
import random
from pathlib import Path

from tests.reference.model import Package

LABELS = {
    "areas": {
        "code": "编码", "name": "名称", "kind": "类型", "permanent_households": "常住户数", "setting": "城乡",
        "demonstration": "示范点", "valid_from": "生效日期", "valid_to": "失效日期",
    },
    "sites": {
        "site_id": "点位编号", "area_code": "所属区域", "name": "名称", "kind": "类型", "lon": "经度", "lat": "纬度",
        "datum": "坐标系", "setting": "城乡",
    },
    "operators": {"code": "编码", "name": "名称"},
    "access_points": {
        "ap_id": "接入点编号", "operator": "运营企业", "downstream_mbps": "下行速率", "tv_only": "仅传电视",
        "opened_on": "开通日期", "closed_on": "停用日期", "ports_total": "端口总数", "ports_used": "已用端口",
    },
    "service_orders": {
        "order_id": "工单号", "accepted_on": "受理日期", "completed_on": "完成日期", "cancelled_on": "撤单日期",
        "needs_expansion": "需扩容",
    },
    "returns": {
        "period": "季度", "households": "总户数", "broadband_covered_households": "宽带覆盖户数",
        "fibre_covered_households": "光网覆盖户数", "broadband_users": "宽带用户数", "fibre_users": "光网用户数",
        "status": "状态",
    },
    "changes": {
        "table": "表", "key": "编码", "column": "项目", "effective_on": "生效日期", "value": "新值", "document": "依据",
    },
    "successions": {
        "from_code": "原区域", "to_code": "承接区域", "effective_on": "日期", "kind": "方式", "carries_title": "称号承继",
        "document": "依据",
    },
}  # fmt: skip
VALUES = {
    "kind": {
        "district": "区", "street": "街道", "town": "镇", "village": "行政村", "community": "社区",
        "natural_village": "自然村", "quarter": "小区", "settlement": "主要人口聚居地", "residence": "住宅小区",
        "estate": "楼盘", "urban_village": "城中村", "market": "市场", "school": "学校", "hospital": "医院（卫生站）",
        "office": "商务楼宇", "industrial_park": "工业园区", "scenic_spot": "旅游景点", "other": "其他",
        "merge": "并入", "split": "分设", "rename": "更名", "recode": "改码",
    },
    "setting": {"urban": "城市", "rural": "农村"},
    "status": {"draft": "草稿", "submitted": "已报送", "approved": "已审核"},
    "tv_only": {"1": "是", "0": "否"},
    "demonstration": {"1": "是", "0": "否"},
    "needs_expansion": {"1": "是", "0": "否"},
    "carries_title": {"1": "是", "0": "否"},
    "table": {"areas": "区域", "sites": "点位", "access_points": "接入点"},
}  # fmt: skip
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
NUMBERS = {"permanent_households", "households", "fibre_users", "ports_total", "downstream_mbps"}
SPACES = (" ", "\u3000", "\u200b", "\t")


def write(package: Package, folder: Path, fancy: random.Random | None = None) -> Path:
    """One file a table; ``fancy`` shuffles and disguises whatever may be shuffled and disguised."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in package.items():
        if not rows:
            continue
        columns = list(dict.fromkeys(column for row in rows for column in row))
        rows = list(rows)
        if fancy:
            fancy.shuffle(rows)
            fancy.shuffle(columns)
        encoding = "utf-8-sig" if fancy and fancy.random() < 0.5 else "utf-8"
        with (folder / f"{table}.csv").open("w", encoding=encoding, newline="") as file:
            writer = csv.writer(file)
            writer.writerow([_header(table, column, fancy) for column in columns])
            for row in rows:
                if fancy and fancy.random() < 0.03:
                    writer.writerow([""] * len(columns))
                writer.writerow([_cell(column, row.get(column, ""), fancy, row) for column in columns])
    return folder


def _header(table: str, column: str, fancy: random.Random | None) -> str:
    return LABELS[table].get(column, column) if fancy and fancy.random() < 0.5 else column


def _cell(column: str, text: str, fancy: random.Random | None, row: dict[str, str]) -> str:
    if not fancy or fancy.random() < 0.7:
        return text
    if column == "column":  # of ``changes``: "by their English name or their Chinese label"
        text = LABELS[row["table"]].get(text, text)
    if column == "value":  # "written as there, in codes or Chinese labels"
        column = row["column"]
    text = VALUES.get(column, {}).get(text, text)
    if column in NUMBERS:
        text = text.translate(FULL_WIDTH)
    return fancy.choice(SPACES) + text + fancy.choice(SPACES)
