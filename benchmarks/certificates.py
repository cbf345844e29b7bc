"""A thousand certificates as one PDF: the portal's whole job, against typst alone setting the same pages; and its memory.

Each part runs in a process of its own, so that the peak of its memory is its own.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from measuring import machine, ratio, scratch, timed, within

LIMIT = 3
MOST_GROWTH_MB = 30
"""From twice the batch to four times: what typst keeps from page to page is full by then."""
RUNS = 3
BASE = "https://portal.example"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--part", choices=("ours", "bare"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    with scratch():
        if given.part:
            print(json.dumps(PARTS[given.part](given.count)))
            return 0
        print(machine())
    ours = [_apart("ours", given.count) for _ in range(RUNS)]
    bare = [_apart("bare", given.count) for _ in range(RUNS)]
    twice, four_times = (_apart("ours", times * given.count)["peak_mb"] for times in (2, 4))
    size = ours[0]["bytes"] / 2**20
    print(
        f"{given.count} pages, {size:.1f} MB; bare: {bare[0]['bytes'] / 2**20:.1f} MB, peak {bare[0]['peak_mb']:.0f} MB"
    )
    cpu = ratio("processor time", min(each["cpu"] for each in ours), min(each["cpu"] for each in bare), LIMIT)
    ratio("wall time", min(each["wall"] for each in ours), min(each["wall"] for each in bare), LIMIT)
    print(f"peak: {ours[0]['peak_mb']:.0f} MB for {given.count}")
    terms = f"memory from {2 * given.count} ({twice:.0f} MB) to {4 * given.count} ({four_times:.0f} MB)"
    flat = within(terms, four_times - twice, MOST_GROWTH_MB, unit="MB")
    return 0 if cpu and flat else 1


def _apart(part: str, count: int) -> dict:
    command = [sys.executable, __file__, "--part", part, "--count", str(count)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


def ours(count: int) -> dict:
    """From the rows in the database to the file in the job's folder."""
    from reports.certificates.printing import Form, print_certificates

    numbers = _made(count)
    _warm()
    with tempfile.TemporaryDirectory() as folder, timed() as taken:
        finished = print_certificates.function(_Told(Path(folder)), numbers=numbers, form=Form.PAPER, base=BASE)
        size = (Path(folder) / finished.file).stat().st_size
    return _measured(taken, size)


def bare(count: int) -> dict:
    """The library alone: the same template once over the same pages, whose text and QR codes are ready."""
    import typst

    from papers import fonts
    from reports.certificates import printing
    from reports.certificates.models import Certificate

    rows = Certificate.objects.in_bulk(_made(count)).values()
    pages = [printing._page(each, BASE) for each in rows]
    data = {"form": "paper", "title": "证书", "issuer": "清城区人民政府", "mark": "", "pages": pages}
    inputs = {"data": json.dumps(data, ensure_ascii=False), "fonts": json.dumps(fonts.chosen(), ensure_ascii=False)}
    options = {"font_paths": fonts.available(), "ignore_system_fonts": True, "format": "pdf"}
    with timed() as taken:
        content = typst.compile(str(printing.TEMPLATE), sys_inputs=inputs, **options)
    return _measured(taken, len(content))


def _warm() -> None:
    """What a worker has done long before: the addresses and the fonts are read."""
    from django.urls import reverse

    from papers import fonts

    reverse("public:index")
    fonts.chosen()


PARTS = {"ours": ours, "bare": bare}


class _Told:
    """Progress that nobody watches."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def tell(self, **_) -> None:
        pass


def _made(count: int) -> list[int]:
    """So many certificates of natural villages; their primary keys."""
    from accounts.models import User
    from accounts.posts import Post
    from areas.models import Area
    from areas.vocabulary import AreaKind
    from reports.certificates.models import Certificate
    from tests.reports.certificates.making import ISSUED_ON, PERIOD, RATIFIED_ON, make_ratified

    district = Area.objects.create(code="441802", name="清城区", kind=AreaKind.DISTRICT, county="441802")
    town = Area.objects.create(code="441802103", name="源潭镇", kind=AreaKind.TOWN, parent=district, county="441802")
    villages = Area.objects.bulk_create(
        Area(code=f"{town.code}{200 + each}", name=f"{each}号村", kind=AreaKind.VILLAGE, parent=town, county="441802")
        for each in range(-(-count // 700))
    )
    hamlets = Area.objects.bulk_create(
        Area(
            code=f"{villages[each // 700].code}{200 + each % 700}", name=f"第{each}自然村", permanent_households=20,
            kind=AreaKind.NATURAL_VILLAGE, parent=villages[each // 700], county="441802",
        )
        for each in range(count)
    )  # fmt: skip
    by = User.objects.create_user("maker", name="测", post=Post.GOVERNMENT, area=district)
    rows = Certificate.objects.bulk_create(
        Certificate(
            number=f"清城区全光网自然村〔2018〕{serial}号", year=2018, serial=serial, unit=unit, area=unit.area,
            county="441802", kind=unit.kind, title=unit.title, unit_name=unit.area.name, unit_path="源潭镇秀溪村",
            period=PERIOD, standard="《清城区推进全光网城市建设实施方案》第二部分（三）6", plan_digest="0" * 64,
            verdict_digest=f"{serial:064x}", decision_number="清区府〔2018〕3号", decided_on=RATIFIED_ON,
            issuer="清城区人民政府", issued_on=ISSUED_ON,
        )
        for serial, unit in enumerate(make_ratified(hamlets, by), start=1)
    )  # fmt: skip
    return [row.pk for row in rows]


def _measured(taken, size: int) -> dict:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall": taken.wall, "cpu": taken.cpu, "bytes": size, "peak_mb": peak}


if __name__ == "__main__":
    sys.exit(main())
