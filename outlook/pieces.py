"""The pieces that a change is made of, in the words of the page “增减原因”: kinds of causes, bars, and the lines of the list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from acceptance.wording import changes, number
from common.listing import CODE, NUMBER, WORDS, Column, Listing
from outlook.attribution import UNEXPLAINED, Cause, ChangePart

MOST_MOVERS = 15

GROUPS = {
    "opened": ("接入点开通", ("point_added", "point_opened", "point_reopened", "point_moved_in")),
    "closed": ("接入点停用或撤除", ("point_closed", "point_removed", "point_not_yet", "point_moved_out")),
    "changed": ("接入点提速、降速或改变用途", ("point_speed", "point_operator", "point_television", "point_broadband")),
    "orders": ("报装工单时限", ("on_time", "late", "still_late")),
    "located": ("坐标补录或缺失", ("site_located", "site_lost", "site_moved")),
    "members": (
        "单位、点位增减和认定",
        ("area_begun", "area_ended", "site_counted", "site_left", "site_area", "households", "kind", "demonstration"),
    ),
    "settings": ("城乡属性和适用半径", ("setting", "radius")),
    "returns": ("季报数", ("return",)),
    "other": ("原因未记录", (UNEXPLAINED,)),
}
"""Kinds of causes as a waterfall shows them, with the causes that belong to each."""
_GROUP = {what: group for group, (_, kinds) in GROUPS.items() for what in kinds}

_SENTENCES: dict[str, Callable[[Cause], str]] = {
    "demonstration": lambda cause: "示范点认定改动",
    "setting": lambda cause: "城乡属性改动",
    "return": lambda cause: f"季报光网覆盖户数由 {_reported(cause['from'])}变为 {_reported(cause['to'])}",
    UNEXPLAINED: lambda cause: "评定依据中没有记录原因",
}


def _reported(households: int | None) -> str:
    return "缺季报" if households is None else f"{number(households)} 户"


def group_of(part: ChangePart) -> str:
    return _GROUP[part.cause["what"]]


@dataclass(frozen=True)
class Bar:
    """A step of a waterfall: what it is called, by how much it moves, and where its bar begins and ends, in per cent."""

    key: str
    name: str
    value: Fraction
    left: float
    width: float
    url: str
    count: int

    @property
    def text(self) -> str:
        return signed(self.value)

    @property
    def tone(self) -> str:
        return "up" if self.value > 0 else "down" if self.value < 0 else "still"


@dataclass(frozen=True)
class Mover:
    """An access point, or the orders of an operator, with all that it brought about."""

    name: str
    operator: str
    value: Fraction
    members: int
    ap_id: str
    order: str

    @property
    def text(self) -> str:
        return signed(self.value)


@dataclass(frozen=True)
class Waterfall:
    """From the earlier figure to the later one: ``bars`` sum to the difference exactly."""

    key: str
    title: str
    head: str
    bars: list[Bar]
    low: int
    """Where the axis begins."""


@dataclass(frozen=True)
class ChangeLine:
    """Parts of one cause at one place, ready to be shown."""

    value: Fraction
    township: str
    member: str
    member_name: str
    site: str
    place: str
    operator: str
    group: str
    sentence: str
    ap_id: str
    orders: tuple[str, ...]

    @property
    def text(self) -> str:
        return signed(self.value)

    @property
    def exact(self) -> str:
        return str(self.value)

    @property
    def decimal(self) -> float:
        return float(self.value)


def signed(value: Fraction) -> str:
    """+12.5, −0.33, 0: two places at most, cut; what is less than that is told as such."""
    hundredths = abs(value.numerator) * 100 // value.denominator
    if value and not hundredths:
        return f"{'+' if value > 0 else '−'}不足 0.01"
    whole, rest = divmod(hundredths, 100)
    decimals = f".{rest:02}".rstrip("0") if rest else ""
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{number(whole)}{decimals}"


PIECES = Listing(
    "why", "增减原因", "项", object,
    (
        Column("township", "街镇"),
        Column("member", "成员编码", kind=CODE),
        Column("member_name", "成员"),
        Column("place", "点位或村居"),
        Column("operator", "运营企业"),
        Column("group", "原因类别"),
        Column("sentence", "原因", kind=WORDS),
        Column("exact", "贡献（精确值）", kind=CODE),
        Column("decimal", "贡献", kind=NUMBER),
    ), (),
)  # fmt: skip


def sentence(cause: Cause, names: changes.Names) -> str:
    """Why, as a clause."""
    own = _SENTENCES.get(cause["what"])
    return own(cause) if own else changes.because(cause, names)


def things(parts: list[ChangePart], operators: Mapping[str, str]) -> list[Mover]:
    """The access points and orders that moved most, the largest first."""
    found: dict[tuple, list[ChangePart]] = {}
    for part in parts:
        orders = part.cause.get("orders") or ()
        if "ap_id" in part.cause or orders:
            found.setdefault((part.cause.get("ap_id", ""), part.operator, *orders), []).append(part)
    shown = []
    for (ap_id, operator, *orders), some in found.items():
        many = f" 等 {number(len(orders))} 张" if len(orders) > 1 else ""
        name = f"接入点 {ap_id}" if ap_id else f"工单 {orders[0]}{many}"
        value = sum((part.value for part in some), Fraction(0))
        members = len({part.member for part in some})
        shown.append(Mover(name, operators.get(operator, operator), value, members, ap_id, orders[0] if orders else ""))
    return sorted(shown, key=lambda each: (-abs(each.value), each.name))[:MOST_MOVERS]
