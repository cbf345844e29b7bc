"""A town with villages and sites to walk to, and what a phone sends."""

import json
import uuid

from areas.models import Area, Site
from areas.vocabulary import SiteKind

TOWN, OTHER_TOWN = "441802103", "441802105"
VILLAGE, LEAF = f"{TOWN}201", f"{TOWN}201201"


def build_walk(make_area, leaves: int = 2) -> None:
    """A village of the town with natural villages, each with one site to the north of the one before; the last has no place."""
    make_area(TOWN, "源潭镇")
    make_area(VILLAGE, "秀溪村")
    for number in range(leaves):
        code = f"{VILLAGE}{201 + number}"
        make_area(code, f"大围{number}", permanent_households=30)
        make_site(code, f"S-{number}", f"聚居点{number}", lat=23.7 + number / 100)
    make_site(VILLAGE, "S-X", "秀溪市场", lat=None, kind=SiteKind.MARKET)


def make_site(area: str, site_id: str, name: str, lat: float | None = 23.7, kind: str = SiteKind.SETTLEMENT) -> Site:
    lon = None if lat is None else 113.05
    fields = {"lon": lon, "lat": lat, "given_lon": lon, "given_lat": lat, "county": area[:6], "kind": kind}
    return Site.objects.create(site_id=site_id, area=Area.objects.get(code=area), name=name, **fields)


def entry(table: str = "areas", key: str = LEAF, number: str = "", **said) -> dict[str, str]:
    """What is posted: one field of JSON."""
    fields = {"id": number or str(uuid.uuid4()), "table": table, "key": key, "found": "here"}
    if table == "areas":
        fields |= {"seen_name": "大围0", "seen_households": "30"}
    else:
        fields |= {"seen_name": "聚居点0", "seen_lon": "113.05", "seen_lat": "23.7"}
    return {"entry": json.dumps(fields | said, ensure_ascii=False)}
