"""Service orders: nearly all on time; the late ones cost a capability only where the story says so."""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

from areas.vocabulary import AreaKind
from areas.workdays import notices
from common.periods import Quarter
from demonstration.randomness import stream, weighted
from demonstration.reach import ReachByQuarter
from demonstration.registry import GeneratedArea, GeneratedRegistry
from demonstration.story import CHRONIC, DRAWN_ON, FIRST, LATE_SHARE, PEACEFUL, QUARTERS, VILLAGE_LATE, quarter

_MEAN = {AreaKind.COMPOUND: 2.1, AreaKind.NATURAL_VILLAGE: 1.45, AreaKind.COMMUNITY: 5.5, AreaKind.VILLAGE: 2.2}
_LETTERS = {"telecom": "DX", "mobile": "YD", "unicom": "LT", "broadcast": "GD"}
_APPETITE = {"telecom": 5, "mobile": 4, "unicom": 2, "broadcast": 1}
_DELAY = {"telecom": 0.025, "mobile": 0.03, "unicom": 0.06, "broadcast": 0.09}
_SLOW = ("107", "009")
"""The share of the orders of leaves that is late with each operator; twice as much in some townships."""


@dataclass
class Order:
    operator: str
    area: GeneratedArea
    accepted_on: date
    needs_expansion: bool
    completed_on: date | None = None
    cancelled_on: date | None = None
    order_id: str = ""

    @property
    def due_on(self) -> date:
        return working_day(self.accepted_on, 15 if self.needs_expansion else 10)

    @property
    def ended_on(self) -> date | None:
        return self.completed_on or self.cancelled_on


@cache
def _working_days() -> list[date]:
    return [day for day, worked in notices().items() if worked]


def working_day(day: date, number: int) -> date:
    """The so-manieth working day after ``day``."""
    days = _working_days()
    return days[bisect_right(days, day) + number - 1]


def index_of(day: date) -> int:
    """The quarter of a day as the story counts it."""
    found = Quarter.containing(day)
    return 4 * (found.year - FIRST.year) + found.number - FIRST.number + 1


class OrderBook:
    """All orders, and which operators are late where."""

    def __init__(self, registry: GeneratedRegistry, course: ReachByQuarter) -> None:
        self.registry = registry
        self.course = course
        self.orders: list[Order] = []
        self.late: dict[tuple[str, int], set[str]] = defaultdict(set)

    def late_at(self, area: GeneratedArea, when: int) -> frozenset[str]:
        """Operators that fail the service test at the area's own sites."""
        return frozenset().union(*(self.late[area.code[:length], when] for length in (12, 15)))

    def serves(self, area: GeneratedArea, when: int) -> bool | None:
        return self.course.serves(area, when, self.late_at(area, when))

    def add(self, order: Order) -> None:
        """Take the order down; what had not happened when the data were drawn is left open."""
        if order.completed_on and order.completed_on > DRAWN_ON:
            order.completed_on = None
        if order.cancelled_on and order.cancelled_on > DRAWN_ON:
            order.cancelled_on = None
        self.orders.append(order)
        for when in late_in(order):
            self.late[order.area.code, when].add(order.operator)


def late_in(order: Order) -> range:
    """The quarters in which the order counts as late."""
    ended = order.ended_on or date.max
    if ended <= order.due_on or order.due_on > DRAWN_ON:
        return range(0)
    return range(index_of(order.due_on), min(index_of(ended) if order.ended_on else QUARTERS, QUARTERS) + 1)


def make_orders(registry: GeneratedRegistry, course: ReachByQuarter) -> OrderBook:
    book = OrderBook(registry, course)
    _fates(book)
    for area in registry.areas.values():
        if area.kind in _MEAN:
            for when in range(QUARTERS + 1):
                _everyday(book, area, when)
    book.orders.sort(key=lambda order: (order.accepted_on, order.operator, order.area.code))
    numbers: dict[tuple[str, date], int] = defaultdict(int)
    for order in book.orders:
        numbers[order.operator, order.accepted_on] += 1
        number = numbers[order.operator, order.accepted_on]
        order.order_id = f"{_LETTERS[order.operator]}{order.accepted_on:%Y%m%d}{number:04d}"
    return book


def _everyday(book: OrderBook, area: GeneratedArea, when: int) -> None:
    """The ordinary orders of an area in a quarter, with the operators that were there when it began."""
    random = stream("orders", area.code, when)
    operators = sorted(book.course.reaching(area, when - 1 if when else 0))
    if not operators:
        if random.random() < 0.05:
            _withdrawn(book, area, when, random)
        return
    mean = _MEAN[area.kind] * (0.75 + 0.055 * when)
    for _ in range(int(mean) + (random.random() < mean % 1)):
        accepted_on = _day(random, when)
        if _outside(area, accepted_on):
            continue
        operator = weighted(random, operators, [_APPETITE[o] for o in operators])
        _one(book, random, Order(operator, area, accepted_on, random.random() < 0.08))


def _one(book: OrderBook, random: Random, order: Order) -> None:
    """Complete, withdraw or leave the order; late only where another operator is in time."""
    limit = 15 if order.needs_expansion else 10
    fate = random.random()
    if fate < 0.03:
        order.cancelled_on = working_day(order.accepted_on, random.randint(1, limit - 1))
    elif fate < 0.03 + _DELAY[order.operator] * (2 if order.area.township in _SLOW else 1) and order.area.kind in (
        AreaKind.COMPOUND,
        AreaKind.NATURAL_VILLAGE,
    ):
        days = limit + 1 + min(random.randint(0, 6), random.randint(0, 20))
        late = Order(
            order.operator, order.area, order.accepted_on, order.needs_expansion, working_day(order.accepted_on, days)
        )
        if random.random() < 0.1:
            late.completed_on, late.cancelled_on = None, late.completed_on
        if _harmless(book, late):
            order = late
    if order.ended_on is None:
        order.completed_on = working_day(order.accepted_on, max(random.randint(1, limit), random.randint(1, limit - 2)))
    book.add(order)


def _harmless(book: OrderBook, order: Order) -> bool:
    area = order.area
    return all(
        book.course.serves(area, when, book.late_at(area, when) | {order.operator}) == book.serves(area, when)
        for when in late_in(order)
    )


def _withdrawn(book: OrderBook, area: GeneratedArea, when: int, random: Random) -> None:
    """An order where nothing is built yet, withdrawn after a few days."""
    accepted_on = _day(random, when)
    if not _outside(area, accepted_on):
        cancelled_on = working_day(accepted_on, random.randint(1, 9))
        book.add(Order("telecom", area, accepted_on, needs_expansion=True, cancelled_on=cancelled_on))


def _outside(area: GeneratedArea, day: date) -> bool:
    return bool((area.valid_from and day < area.valid_from) or (area.valid_to and day >= area.valid_to))


def _day(random: Random, when: int) -> date:
    """A day of the quarter, mostly a working day."""
    first, last = quarter(when).first_day, quarter(when).last_day
    day = first + timedelta(days=random.randint(0, (last - first).days))
    if random.random() < 0.85:
        day = working_day(day - timedelta(days=1), 1)
    return min(day, last)


def _fates(book: OrderBook) -> None:
    """The late orders that cost something: of leaves, of whole villages, and those never completed."""
    for when in range(1, QUARTERS + 1):
        for township, share in LATE_SHARE.items():
            if (township, when) not in PEACEFUL:
                _lose_some(book, township, when, share)
    for town, when in VILLAGE_LATE:
        _late_village(book, town, when)
    town, when, count = CHRONIC
    random = stream("chronic")
    for area in random.sample(_may_lose(book, town, when), count):
        for operator in sorted(book.course.reaching(area, QUARTERS)):
            book.add(
                Order(
                    operator, area, working_day(quarter(when).first_day, random.randint(3, 20)), needs_expansion=False
                )
            )


def _may_lose(book: OrderBook, township: str, when: int) -> list[GeneratedArea]:
    """Leaves that are served before and in the quarter, and on which nothing special hangs."""
    return [
        area
        for area in book.registry.areas.values()
        if area.kind in (AreaKind.COMPOUND, AreaKind.NATURAL_VILLAGE)
        and area.township == township
        and area.in_scope
        and not area.demonstration
        and not area.valid_from
        and not area.valid_to
        and book.serves(area, when)
        and book.course.serves(area, when - 1)
        and len(book.course.reaching(area, when)) <= 2
    ]


def _lose_some(book: OrderBook, township: str, when: int, share: float) -> None:
    random = stream("late", township, when)
    served = _may_lose(book, township, when)
    count = min(len(served), int(share * len(served)) + (random.random() < share * len(served) % 1))
    for area in random.sample(served, count):
        for operator in sorted(book.course.reaching(area, when)):
            _late(book, random, area, operator, when)


def _late_village(book: OrderBook, town: str, when: int) -> None:
    """An order of a whole village is late with the operator that most of its hamlets depend on."""
    best: tuple[int, str, str] = (0, "", "")
    for village in book.registry.of_kind(AreaKind.VILLAGE):
        if village.township == town:
            alone = [
                book.course.reaching(a, when) for a in book.registry.children[village.code] if book.serves(a, when)
            ]
            for operator in _LETTERS:
                best = max(best, (sum(found == {operator} for found in alone), village.code, operator))
    _late(book, stream("village late", town), book.registry.areas[best[1]], best[2], when)


def _late(book: OrderBook, random: Random, area: GeneratedArea, operator: str, when: int) -> None:
    """An order that falls due and is completed too late, both within the quarter."""
    accepted_on = working_day(quarter(when).first_day, random.randint(2, 22))
    days = 10 + random.randint(1, 12)
    order = Order(operator, area, accepted_on, needs_expansion=False, completed_on=working_day(accepted_on, days))
    assert list(late_in(order)) == [when]
    book.add(order)
