"""The bodies that issue documents (发文机关): their names, and the codes (机关代字) that begin their numbers."""

from dataclasses import dataclass

from areas.models import Area
from areas.vocabulary import AreaKind


@dataclass(frozen=True)
class Issuer:
    """``name`` signs, ``mark`` stands in the red head, ``code`` begins the number."""

    name: str
    code: str

    @property
    def mark(self) -> str:
        return f"{self.name}文件"


def _stem(name: str) -> str:
    """清城 of 清城区, 源潭 of 源潭镇."""
    for ending in ("街道", "镇", "乡", "区", "县", "市"):
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name


def bureau(district: Area) -> Issuer:
    """区经济和信息化局."""
    return Issuer(f"{district.name}经济和信息化局", f"{_stem(district.name)[:1]}区经信")


def government(district: Area) -> Issuer:
    """区人民政府."""
    return Issuer(f"{district.name}人民政府", f"{_stem(district.name)[:1]}区府")


def township(area: Area) -> Issuer:
    """A town's 人民政府, a street's 办事处; the area's parent is asked for its name."""
    district = area.parent.name if area.parent_id else ""
    if area.kind == AreaKind.STREET:
        return Issuer(f"{district}人民政府{area.name}办事处", f"{_stem(area.name)}办")
    return Issuer(f"{district}{area.name}人民政府", f"{_stem(area.name)}府")
