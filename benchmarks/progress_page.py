"""The progress page against the barest page of someone who is signed in: requests per second, queries, bytes, 304.

    python3 benchmarks/progress_page.py [--counties 100] [--seconds 3]

Both pages are asked for in turn through the whole of the portal (middleware, session, database), by the same
signed-in leader, in one process; each round takes one after the other, so that a busy machine slows both. Limits:
a third of the barest page's requests per second, at most a fifth less with many counties in the database, and the
same number of queries. The barest page is the one that asks for a person's new password.
"""

import argparse
import gzip
import statistics
import sys
import time

from county import DISTRICT, load, multiply
from measuring import machine, scratch, within

ROUNDS = 7


class Reader:
    """A signed-in leader, and what a page costs."""

    def __init__(self) -> None:
        from django.test import Client

        from accounts.models import User
        from accounts.posts import Post

        self.client = Client(SERVER_NAME="localhost")
        user = User.objects.create_user(
            username="leader", name="领导", post=Post.LEADER, area_id=DISTRICT, password=None
        )
        self.client.force_login(user)

    def per_second(self, address: str, seconds: float, **headers: str) -> float:
        """Answers a second."""
        answered, begun = 0, time.perf_counter()
        while time.perf_counter() - begun < seconds:
            assert self.client.get(address, headers=headers).status_code in (200, 304)
            answered += 1
        return answered / (time.perf_counter() - begun)

    def queries(self, address: str) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            self.client.get(address)
        return len(captured)


BARE, PAGE = "/accounts/password/", "/progress/?period=2018Q3"


def measured(reader: Reader, seconds: float) -> float:
    """The progress page's requests per second as a share of the barest page's: the median of the rounds."""
    reader.client.get(PAGE)
    shares, bare, page = [], [], []
    for _ in range(ROUNDS):
        bare.append(reader.per_second(BARE, seconds / ROUNDS))
        page.append(reader.per_second(PAGE, seconds / ROUNDS))
        shares.append(page[-1] / bare[-1])
    share = statistics.median(shares)
    print(f"barest page {max(bare):.0f}/s, progress page {max(page):.0f}/s: {100 * share:.0f} % of it")
    return share


def main() -> bool:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--counties", type=int, default=100)
    asked.add_argument("--seconds", type=float, default=3, help="for each page")
    options = asked.parse_args()
    with scratch():
        from acceptance.judging import judging

        load(1)
        judging.refresh(DISTRICT)
        reader = Reader()
        print(machine())
        begun = time.perf_counter()
        first = reader.client.get(PAGE)
        print(f"first time {1000 * (time.perf_counter() - begun):.0f} ms, {len(first.content) / 1000:.0f} KB, "
              f"{len(gzip.compress(first.content)) / 1000:.0f} KB packed")  # fmt: skip
        alone, queries = measured(reader, options.seconds), reader.queries(PAGE)
        unchanged = reader.per_second(PAGE, 1, **{"If-None-Match": first["ETag"]})
        print(f"unchanged (304): {unchanged:.0f}/s; {queries} queries")
        fine = within("barest page / progress page", 1 / alone, 3, unit="times")
        if options.counties > 1:
            multiply(options.counties, lambda said: print(f"\r{said} ", end="", file=sys.stderr))
            among = measured(reader, options.seconds)
            fine &= within(f"lost among {options.counties} counties", 100 * max(0.0, 1 - among / alone), 20, unit="%")
            fine &= reader.queries(PAGE) == queries
    return fine


if __name__ == "__main__":
    sys.exit(not main())
