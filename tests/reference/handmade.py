"""Packages made by hand, a line a row, for cases worked out on paper."""

from geographiclib.geodesic import Geodesic

from tests.reference.model import FIGURES, TABLES, Package

HOME = (113.05, 23.7)
DISTRICT, STREET, TOWN = "441802", "441802006", "441802103"
VILLAGE, LEAF = TOWN + "201", TOWN + "201001"


class Handmade:
    """A district with what each method adds; ``package`` is the result."""

    def __init__(self) -> None:
        self.package: Package = {name: [] for name in TABLES}
        self.package["operators"] = [{"code": code, "name": code} for code in ("mobile", "telecom", "unicom")]
        self.area(DISTRICT, "district")

    def area(self, code: str, kind: str, **more: str) -> "Handmade":
        if kind == "natural_village":
            more.setdefault("permanent_households", "20")
        self.package["areas"].append({"code": code, "kind": kind, "name": code, **more})
        return self

    def town(self, **leaf: str) -> "Handmade":
        """A town, a village in it, and a natural village in that."""
        return self.area(TOWN, "town").area(VILLAGE, "village").area(LEAF, "natural_village", **leaf)

    def site(self, area: str = LEAF, kind: str = "settlement", east_m: float | None = 0, **more: str) -> "Handmade":
        """A site so many metres east of HOME; None: not located."""
        number = len(self.package["sites"]) + 1
        row = {"site_id": f"S{number}", "area_code": area, "name": f"S{number}", "kind": kind, **_east(east_m)}
        self.package["sites"].append({**row, **more})
        return self

    def point(self, east_m: float = 0, operator: str = "telecom", **more: str) -> "Handmade":
        row = {"ap_id": f"A{len(self.package['access_points'])}", "operator": operator, **_east(east_m)}
        row.update(downstream_mbps="100", tv_only="0", opened_on="2016-01-01")
        self.package["access_points"].append({**row, **more})
        return self

    def order(self, accepted_on: str, area: str = LEAF, operator: str = "telecom", **more: str) -> "Handmade":
        row = {"order_id": f"O{len(self.package['service_orders'])}", "operator": operator, "area_code": area}
        row.update(accepted_on=accepted_on, needs_expansion="0")
        self.package["service_orders"].append({**row, **more})
        return self

    def figures(self, area: str, *figures: int, period: str = "2018Q2", status: str = "approved") -> "Handmade":
        """households, broadband-covered, fibre-covered, broadband users, fibre users."""
        row = {"period": period, "area_code": area, "status": status}
        self.package["returns"].append({**row, **dict(zip(FIGURES, map(str, figures), strict=True))})
        return self


def _east(metres: float | None) -> dict[str, str]:
    if metres is None:
        return {"lon": "", "lat": ""}
    lon, lat = HOME
    found = Geodesic.WGS84.Direct(lat, lon, 90, metres)
    return {"lon": repr(found["lon2"]), "lat": repr(found["lat2"])}
