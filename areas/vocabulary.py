"""The listed values of the registry, each with the word that the plan or the counter uses."""

from django.db import models


class AreaKind(models.TextChoices):
    DISTRICT = "district", "区"
    STREET = "street", "街道"
    TOWN = "town", "镇"
    VILLAGE = "village", "行政村"
    COMMUNITY = "community", "社区"
    NATURAL_VILLAGE = "natural_village", "自然村"
    COMPOUND = "quarter", "小区"


CODE_LENGTH = {
    AreaKind.DISTRICT: 6,
    AreaKind.STREET: 9,
    AreaKind.TOWN: 9,
    AreaKind.VILLAGE: 12,
    AreaKind.COMMUNITY: 12,
    AreaKind.NATURAL_VILLAGE: 15,
    AreaKind.COMPOUND: 15,
}
"""Digits of an area's code by its kind; a code begins with its parent's (6, 9, 12, 15)."""

TOWNSHIPS = (AreaKind.STREET, AreaKind.TOWN)
VILLAGE_LEVEL = (AreaKind.VILLAGE, AreaKind.COMMUNITY)
LEAVES = (AreaKind.NATURAL_VILLAGE, AreaKind.COMPOUND)


class SuccessionKind(models.TextChoices):
    MERGE = "merge", "并入"
    SPLIT = "split", "分设"
    RENAME = "rename", "更名"
    RECODE = "recode", "改码"


class DatedTable(models.TextChoices):
    """Whose rows have values that change on a day."""

    AREAS = "areas", "区域"
    SITES = "sites", "点位"
    ACCESS_POINTS = "access_points", "接入点"


class Setting(models.TextChoices):
    URBAN = "urban", "城市"
    RURAL = "rural", "农村"


class SiteKind(models.TextChoices):
    SETTLEMENT = "settlement", "主要人口聚居地"
    RESIDENCE = "residence", "住宅小区"
    ESTATE = "estate", "楼盘"
    URBAN_VILLAGE = "urban_village", "城中村"
    MARKET = "market", "市场"
    SCHOOL = "school", "学校"
    HOSPITAL = "hospital", "医院（卫生站）"
    OFFICE = "office", "商务楼宇"
    INDUSTRIAL_PARK = "industrial_park", "工业园区"
    SCENIC_SPOT = "scenic_spot", "旅游景点"
    OTHER = "other", "其他"


class Datum(models.TextChoices):
    WGS84 = "WGS84", "WGS-84"
    CGCS2000 = "CGCS2000", "CGCS2000"
    GCJ02 = "GCJ02", "GCJ-02"
    BD09 = "BD09", "BD-09"
