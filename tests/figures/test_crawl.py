"""Every figure opens: all pages of figures, as every kind of post, every link to members opened and compared with its list.

The members are counted and added up here in plain Python, from the rows that the list hands out; no number of the figure's
own page is taken on trust.
"""

import re
import sys
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.test import Client

from accounts.posts import ROLE_GRANTS, Post
from tests.scenes import NEAR, QUARTER, STREET, TOWN, XIUXI

LINK = re.compile(r'<a class="figure" href="([^"]*)" data-figure="(-?\d+)"')
SITUATIONS, VERDICTS = ("441802", TOWN, STREET, XIUXI), ("441802", TOWN, STREET, XIUXI, NEAR, QUARTER)
PAGES = {
    Post.LEADER: [
        "/?period=2018Q2",
        "/progress/?period=2018Q2&open=all",
        "/progress/G10/?period=2018Q2&basis=reported",
        "/townships/?period=2018Q2",
        *(f"/progress/{key}/?period=2018Q2" for key in ("G04", "G07", "G08", "G10", "T02", "T10")),
        *(f"/situation/{code}/?period=2018Q2" for code in SITUATIONS),
        *(f"/acceptance/2018Q2/{code}/" for code in VERDICTS),
        "/operators/mobile/",
        "/map/?period=2018Q2",
        "/measures/tags/?period=2018Q2",
    ],
    Post.LEAD_UNIT: ["/?period=2018Q2"],
    Post.CLERK: ["/?period=2018Q2", "/progress/?period=2018Q2&open=all", f"/situation/{TOWN}/?period=2018Q2"],
    Post.OPERATOR: ["/", "/operators/mobile/"],
}
"""What each kind of post reads figures on; posts of the same kind see the same pages."""

SUMS = {"all": "whole", "passed": "share", "failed": "rest"}
"""Of a rate the column that a part adds up."""


@pytest.fixture
def crawled(district, make_user) -> dict[Post, tuple[Client, dict[str, str]]]:
    found = {}
    for post, addresses in PAGES.items():
        client = Client()
        client.force_login(
            make_user(post, operator="mobile", **({"unit": "区科学技术协会"} if post == Post.LEAD_UNIT else {}))
        )
        pages = {address: client.get(address) for address in addresses}
        assert {answer.status_code for answer in pages.values()} == {200}
        found[post] = client, {address: answer.content.decode() for address, answer in pages.items()}
    return found


def links(pages: dict[str, str]) -> dict[tuple[str, int], str]:
    """Every address of members with the number that leads to it, each with a page on which it stands."""
    return {(unescape(href), int(value)): page for page, text in pages.items() for href, value in LINK.findall(text)}


class Opened:
    """The members of a figure as its list hands them out, with all that the address asks but the part and the cause."""

    def __init__(self, client: Client, address: str) -> None:
        self.of = urlsplit(address).path.split("/")[2]
        response = client.get(address)
        assert response.status_code == 200, address
        self.rows = list(response.context["page"].paginator.object_list)
        self.beyond = response.context["shown"].beyond
        self.unrecorded = bool(response.context["shown"].unrecorded)
        self.is_sum = hasattr(self.rows[0], "share") if self.rows else False

    def fits(self, value: int, part: str, cause: str) -> bool:
        """Whether the number is that of its list: a count its length, a sum what its column adds up to, a gap not above it."""
        rows = [row for row in self.rows if part_holds(row, part) and (not cause or row.cause == cause)]
        if self.is_sum and self.of != "returns" and part != "unknown":
            known = [row for row in self.rows if row.part == "passed"]
            total = sum(getattr(row, SUMS.get(part, "rest")) for row in known)
            return value == total if part in SUMS else value <= total or len(known) < len(self.rows)
        number = len(rows) + (self.unrecorded and part in ("all", "unknown", "gap"))
        if part == "gap":
            return value == number + self.beyond if self.beyond else value <= number
        return value == number


def part_holds(row, part: str) -> bool:
    is_fallen = part in ("fallen", "behind") and row.status in ("met", "met_late") and not row.held
    if part == "held":
        return row.held
    if part in ("fallen", "behind"):
        return is_fallen or (part == "behind" and (row.status == "missed" or is_short_today(row)))
    wanted = {
        "lacking": ("failed", "unknown"),
        "gap": ("failed", "unknown"),
        "waiting": ("pending", "undetermined"),
    }.get(part, (part,))
    return part == "all" or row.part in wanted


def is_short_today(row) -> bool:
    """Whether a task that cannot be told is known to be short: of G07, a rate, only while no return is missing."""
    is_known = row.unknown == 0 if row.key == "G07" else row.missing > row.unknown
    return row.status == "undetermined" and not row.held and row.missing > 0 and is_known


def whole(address: str) -> tuple[str, str, str]:
    """The address of the whole figure, and the part and the cause that were asked for."""
    parts = urlsplit(address)
    asked = dict(parse_qsl(parts.query))
    part, cause = asked.pop("part", "all"), asked.pop("cause", "")
    return f"{parts.path}?{urlencode(asked)}", part, cause


def test_every_figure_opens_into_its_members(crawled, capsys):
    opened, wrong, kinds = {}, [], {}
    for post, (client, pages) in crawled.items():
        seat = ROLE_GRANTS[post].scope_kind
        for (address, value), page in links(pages).items():
            figure, part, cause = whole(address)
            if (seat, figure) not in opened:
                opened[seat, figure] = Opened(client, figure)
            if not opened[seat, figure].fits(value, part, cause):
                wrong.append(f"{post}, {page}: {value} leads to {address}")
            kinds.setdefault(
                (opened[seat, figure].of.partition(".")[0], part, bool(cause)), (client, address, figure, seat)
            )
    number = sum(len(links(pages)) for _, pages in crawled.values())
    with capsys.disabled():
        sys.stdout.write(f" {number} figures on {sum(map(len, PAGES.values()))} pages, {len(opened)} lists opened ")

    assert wrong == []
    assert number > 400 and len({of for of, *_ in kinds}) > 20
    for client, address, figure, seat in kinds.values():
        of_kind = opened[seat, figure]
        _, part, cause = whole(address)
        if of_kind.is_sum:
            continue
        rows = [row for row in of_kind.rows if part_holds(row, part) and (not cause or row.cause == cause)]
        assert client.get(address).context["page"].paginator.count == len(rows), address


# ---------------------------------------------------------------- no number without its members

EXCEPTIONS = {
    "compared": "how a figure moved: the difference of two figures, each of which opens in its own quarter",
    "pace": "an extrapolation, which has no members",
    "outlook": "a forecast, which has no members",
    "particulars": "when and by which version it was judged",
    "clause": "the plan's own words",
    "readings": "how the plan's words are read",
    "milestone-name": "the plan's target",
    "milestone-about": "the plan's target",
    "lead": "as of when, and the plan's target",
    "registered": "a value of the register, not counted",
    "muted": "an explanation beside the figures",
    "note": "an explanation beside the figures",
    "inbox": "what waits for a person, listed where it is counted",
    "members-link": "a link to the list on the same page",
}
"""Classes of elements whose numbers are no figures with members, each with the reason."""

ELEMENTS = set("nav header footer form script style select title svg button caption thead h1 h2 h3 summary".split())
"""Elements that name things, lead elsewhere or ask."""

PLAIN = re.compile(
    r"\d{4}年第.季度末?|\d{4}年\d{1,2}月\d{1,2}日(?: \d\d:\d\d)?|\d{4}Q\d|\d{4}-\d\d-\d\d|[A-Z]\d\d|[SG][A-Z]?-\d+"
    r"|\d[\d,]*(?:\.\d+)?%|\d+ 个季度|\d+ 个工作日|\d+ 兆|[\d,]+ 米|1 公里|20 户以上"
)
"""Dates, clauses and numbers of things; shares, which stand beside both of their terms; terms and thresholds of the plan."""


class Naked(HTMLParser):
    """The numbers in the text of a page that stand neither in a figure's link nor in a named exception."""

    VOID = set("br img input meta link hr wbr path circle rect".split())

    def __init__(self) -> None:
        super().__init__()
        self.quiet: list[bool] = [True]
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag in self.VOID:
            return
        given = dict(attrs)
        classes = set((given.get("class") or "").split())
        is_named = tag in ELEMENTS or classes & EXCEPTIONS.keys() or "data-target" in given
        is_figure = "figure" in classes and "data-figure" in given
        inside_main = tag == "main" or not self.quiet[-1]
        self.quiet.append(not inside_main or bool(is_named or is_figure))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            self.quiet.pop()

    def handle_data(self, data: str) -> None:
        if not self.quiet[-1]:
            rest = PLAIN.sub("", data)
            if re.search(r"\d", rest):
                self.found.append(" ".join(data.split()))


def naked(page: str) -> Iterator[str]:
    parser = Naked()
    parser.feed(page)
    return dict.fromkeys(parser.found)


def test_no_number_stands_without_its_members(crawled):
    found = {
        address: list(numbers)
        for client, pages in crawled.values()
        for address, page in pages.items()
        if (numbers := naked(page))
    }

    assert {text for texts in found.values() for text in texts} == set()
