"""Requests made of nothing but a seed: every address, every post, every method, with whatever may stand in a request."""

import random
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.test import Client
from django.urls import NoReverseMatch, reverse

METHODS = ("get", "get", "get", "post", "post", "post", "put", "patch", "delete", "head", "options", "trace")
WORDS = (
    "", " ", "0", "-1", "1", "9" * 30, "1e308", "NaN", "None", "null", "true", "[]", "{}", "2018Q2", "2018Q9", "0000-00-00", "9999-12-31",
    "441802103", "441802", "'", '"', "\\", "%", "%00", "\0", "\x1b", "😀", "𠮷", "\ud7ff", "\u202e", "\ufeff", "<script>", "../..", "a" * 5_000,
    "１２", "十二", "0x10", "1,000", "一万", "-0", "1_000", "٣", "; DROP TABLE", "{{7*7}}", "${x}", "=1+1", "\r\nX: y", "page", "csv", "pdf",
)  # fmt: skip
NAMES = (
    "page period against basis from to area code q township state kind sort size show open rank figure operator on since until who subject "
    "check cell next export version reason text digest action unit units pk held drop number outcome lon lat mbps username password name "
    "table key act column why document nature ordering page_size rows cells answers line id ids file photos comment days day confirm"
).split()
HEADERS = (
    {}, {}, {}, {"Accept": "application/json"}, {"Accept": "\0"}, {"Accept-Language": "xx-" * 99}, {"If-None-Match": '"' * 99},
    {"If-Modified-Since": "gestern"}, {"Range": "bytes=9-1"}, {"X-Forwarded-For": "a" * 999}, {"Authorization": "Bearer " + "x" * 99},
    {"Authorization": "Basic \udcff"}, {"Cookie": "session=\0; csrf=" + "y" * 99}, {"Referer": "http://[::1"}, {"Origin": "null"}, {"X-Request-ID": "\n"},
)  # fmt: skip
BODIES = (
    ("application/json", b'{"rows": [{"ap_id": 1}]}'), ("application/json", b"[" * 9_000), ("application/json", b'{"a": NaN, "b": 1e999}'),
    ("application/json", b"\xff"), ("application/json", b'"\\ud800"'), ("application/json", b""), ("text/plain", b"x"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1"), ("multipart/form-data", b"--"),
    ("multipart/form-data; boundary=" + "b" * 300, b"--b"), ("application/x-www-form-urlencoded; charset=nonsense", b"a=1"),
    ("application/x-www-form-urlencoded", b"a=%ff%fe&b=%"), ("application/x-www-form-urlencoded", b"&" * 6_000), ("application/xml", b"<!DOCTYPE a>"),
)  # fmt: skip


@dataclass(frozen=True)
class Generated:
    """A request, and enough of it to ask it again."""

    method: str
    address: str
    data: Any
    content_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        said = f"{self.method} {self.address[:300]} {self.content_type} {self.data!r:.300} {self.headers!r:.200}"
        return said.encode("ascii", "backslashreplace").decode()

    def ask(self, client: Client):
        sending = getattr(client, self.method)
        options: dict[str, Any] = {"headers": self.headers}
        if self.method == "trace":
            return sending(self.address, **options)
        if self.content_type:
            return client.generic(self.method.upper(), self.address, self.data, self.content_type, **options)
        return sending(self.address, self.data, **options)


def made(chance: random.Random, route: str, args: list, given: dict) -> Generated:
    """A request of an address with its own arguments or spoilt ones, what its row posts, or whatever comes."""
    address, method = _address(chance, route, args), chance.choice(METHODS)
    pairs = QueryDict(mutable=True)
    for _ in range(chance.randrange(6)):
        pairs.appendlist(chance.choice(NAMES), _text(chance.choice(WORDS)))
    headers = {name: _latin(value) for name, value in chance.choice(HEADERS).items()}
    if method in ("get", "head"):
        return Generated(method, address, dict(pairs.lists()), headers=headers)
    if method in ("put", "patch", "delete", "options") or chance.random() < 0.25:
        kind, body = chance.choice(BODIES)
        return Generated(method, address + "?" + pairs.urlencode(), body, kind, headers)
    said = dict(given)
    for name in list(said):
        if chance.random() < 0.4:
            said[name] = _text(chance.choice(WORDS))
    return Generated(method, address, said | dict(pairs.lists()), headers=headers)


def _address(chance: random.Random, route: str, args: list) -> str:
    if args and chance.random() < 0.3:
        spoilt = list(args)
        spoilt[chance.randrange(len(args))] = chance.choice((*WORDS, 0, 2**63, 2**31))
        try:
            return reverse(route, args=spoilt)
        except NoReverseMatch:
            return reverse(route, args=args)
    return reverse(route, args=args)


def _text(word: str) -> str:
    return word.encode("utf-8", "ignore").decode()


def _latin(text: str) -> str:
    return text.encode("latin-1", "ignore").decode("latin-1")
