"""What a reader of the corpus may know: the wanted rows of each form, with the real names of 441802 as of 2017.

A row is ``(code, name, other names, within)``; the other names are former and customary ones. ``within`` is the township's
name, blank for a township itself. Fields are those of the two forms.
"""

import csv
from collections.abc import Mapping
from pathlib import Path

Row = tuple[str, str, tuple[str, ...], str]

COUNTY = "441802"
YUANTAN, FEILAIXIA, FENGCHENG, SHIJIAO = "441802103", "441802107", "441802006", "441802106"
DONGCHENG, LONGTANG, HENGHE, ZHOUXIN = "441802007", "441802105", "441802009", "441802008"

RETURN_FIELDS = (
    "households",
    "broadband_covered_households",
    "fibre_covered_households",
    "broadband_users",
    "fibre_users",
)
COUNT_FIELDS = ("broadband_users", "fibre_users")
FIELDS: Mapping[str, tuple[str, ...]] = {"return": (*RETURN_FIELDS, "explanation"), "counts": COUNT_FIELDS}

_OTHER_NAMES = {
    "441802006": ("凤城街道",),
    "441802007": ("东城街道",),
    "441802008": ("洲心街道",),
    "441802009": ("横荷街道",),
    # Villages that became communities on 2011-06-01, and were known as villages before.
    "441802103003": ("台前村",),
    "441802103005": ("新田村",),
    "441802105007": ("云路村",),
    "441802106004": ("兴仁村",),
    # Renamed when villages were merged on 2004-09-01. 青山村 is also the present name of a village of another township.
    "441802103209": ("马屋村",),
    "441802103218": ("黄坑村",),
    "441802105009": ("青山村",),
    "441802107205": ("石马村",),
    "441802107218": ("竹坑村",),
    # Customary spellings.
    "441802007201": ("江步村",),
    "441802008017": ("南步社区",),
    "441802107003": ("龙步居委会",),
    "441802103212": ("迎嘴村",),
    # Where the old town of 江口 had its seat until 2003.
    "441802107001": ("江口圩居委会",),
}
_LEFT_OUT = ("441802400", "441802450")
_TABLE = Path(__file__).resolve().parents[3] / "areas/data/qingcheng_441802_2017.csv"


def _rows() -> tuple[Row, ...]:
    """Eight townships, each followed by its villages and communities."""
    with _TABLE.open(encoding="utf-8-sig", newline="") as lines:
        areas = [
            line for line in csv.DictReader(lines) if line["level"] != "county" and line["code"][:9] not in _LEFT_OUT
        ]
    names = {area["code"]: area["name"] for area in areas}
    return tuple(
        (area["code"], area["name"], _OTHER_NAMES.get(area["code"], ()), names.get(area["parent_code"], ""))
        for area in sorted(areas, key=lambda area: area["code"])
    )


ROWS = _rows()
TOWNSHIPS = tuple(row for row in ROWS if not row[3])
NAMES = {row[0]: row[1] for row in ROWS}


def villages(township: str) -> tuple[Row, ...]:
    return tuple(row for row in ROWS if row[3] and row[0].startswith(township))


WANTED: Mapping[tuple[str, str], tuple[Row, ...]] = {
    **{("return", row[0]): villages(row[0]) for row in TOWNSHIPS},
    ("counts", COUNTY): ROWS,
}
