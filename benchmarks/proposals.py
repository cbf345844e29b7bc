"""A thousand items of a workbook proposed with their effect, against judging all nine quarters; one item's, against one change."""

import argparse
import io
import random
import statistics
import sys

from measuring import machine, ratio, scratch, timed

MANY, ONE = 3, 2
"""Times the judging of the district, and times one change until its verdicts can be read."""
ITEMS = 1_000
RUNS = 3
CHANGES = 15
WARM_UP = 2


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=float, default=1.0, help="share of the district's villages, e.g. 0.1")
    parser.add_argument(
        "--processor", action="store_true", help="hold the limits against processor time: on a shared machine"
    )
    given = parser.parse_args()
    with scratch():
        import county
        from district import judge

        county.load(given.size)
        by = reviewer()
        judged, ours = [], []
        for run in range(RUNS):
            judged.append(judge())
            ours.append(propose_many(by, 0.003 * (run + 1)))
        alone, sketched = one_change(), one_item(by)
        print(machine())
        held = []
        for name, taken in (("wall", lambda each: each.wall), ("processor", lambda each: each.cpu)):
            many = [min(map(taken, runs)) for runs in (ours, judged)]
            one = [statistics.median(map(taken, runs)) for runs in (sketched, alone)]
            found = [
                ratio(f"{ITEMS} items of a workbook proposed with their effect, {name} time", *many, MANY),
                ratio(f"one item's effect, {name} time", *one, ONE),
            ]
            held = found if (name == "processor") == given.processor else held
    return 0 if all(held) else 1


def reviewer():
    from county import DISTRICT

    from accounts.models import User
    from accounts.posts import Post
    from areas.models import Area

    return User.objects.create_user(
        username="reviewer", name="审核员", post=Post.REVIEWER, area=Area.objects.get(pk=DISTRICT)
    )


def propose_many(by, degrees: float):
    """A workbook of sites of which a thousand lie elsewhere: read, shown with its effect, confirmed."""
    from gate.uploads import IncomingFile
    from proposals.actions import Why
    from workbooks.ledgers import actions
    from workbooks.ledgers.declared import LEDGERS

    ledger = LEDGERS["sites"]
    file = IncomingFile("a.xlsx", filled_in(ledger, by, degrees))
    with timed() as taken:
        upload = actions.take_in(ledger=ledger, file=file, by=by)
        found = actions.examine(upload, by=by)
        if not found.effect["turned"]:
            sys.exit("the effect is empty: what is measured would be nothing")
        why = Why("surveyed", "清点", "源府〔2018〕9号")
        done = actions.confirm(upload=upload, digest=found.digest, by=by, why=why)
    print(f"{done.waiting} items wait, {found.effect['turned']} verdicts would turn", file=sys.stderr)
    return taken


def filled_in(ledger, by, degrees: float) -> bytes:
    """The workbook as it was handed out, with another longitude in a thousand rows."""
    from openpyxl import load_workbook

    from common.clock import today
    from workbooks.ledgers import actions
    from workbooks.ledgers.declared import FIRST_ROW, HEADER_ROW

    rows = ledger.rows(by).order_by("site_id")
    book = load_workbook(io.BytesIO(actions.issue(ledger=ledger, rows=rows, condition="", on=today(), by=by)))
    page = book.worksheets[0]
    column = [cell.value for cell in page[HEADER_ROW]].index("经度") + 1
    placed = [row for row in range(FIRST_ROW, page.max_row + 1) if page.cell(row, column).value]
    for row in placed[:ITEMS]:
        page.cell(row, column).value = round(page.cell(row, column).value + degrees, 6)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def one_change() -> list:
    """A site moved, until its verdicts can be read, as ``one_change.py`` measures it."""
    from changes import Changes
    from one_change import measure

    made = Changes()
    return [ours for ours, _ in measure(made.kinds["a site moved"], made)]


def one_item(by) -> list:
    """The effect of moving a site as far."""
    from county import DISTRICT

    from areas.models import Site
    from proposals.drafts import ItemDraft
    from proposals.sketching import sketch
    from proposals.vocabulary import Act

    sites = list(Site.objects.filter(county=DISTRICT, lon__isnull=False).order_by("pk"))
    chance, runs = random.Random(1), []
    for _ in range(WARM_UP + CHANGES):
        site = chance.choice(sites)
        draft = ItemDraft("sites", site.site_id, Act.CORRECT, {"lon": f"{site.given_lon + 0.001:.6f}"})
        with timed() as taken:
            sketch(drafts=[draft], by=by)
        runs.append(taken)
    return runs[WARM_UP:]


if __name__ == "__main__":
    sys.exit(main())
