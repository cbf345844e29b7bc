"""How soon uploads are answered: hostile workbooks refused, small files judged in the child, long ledgers sent to the background.

``python benchmarks/refusing.py``: the middle of several times each, by the clock. The child's part of a small file is held
against judging it in this process, within a whole upload of it; what is long is held against a second.
"""

import statistics
import sys
import time
from collections.abc import Callable

from measuring import machine, ratio, scratch, within

TIMES = 15
REFUSED_MS, AS_TODAY, JOB_MS = 100, 1.3, 1_000


def middle(deed: Callable[[], object], times: int = TIMES) -> float:
    """Seconds of the middle one."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        deed()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def refused(content: bytes) -> Callable[[], object]:
    """Judging a sheet that is refused; an error where it is not."""
    from areas.package.tables import Unreadable
    from gate.judging import judged
    from workbooks.files import judge_sheet

    def deed() -> None:
        try:
            judged(judge_sheet, content, refusal=Unreadable, name="a.xlsx")
        except Unreadable:
            return
        sys.exit("a hostile workbook was not refused")

    return deed


def small_upload() -> tuple[float, float]:
    """Seconds of an upload of a return's workbook through the child, and of one without it."""
    import io

    from openpyxl import load_workbook

    from accounts.models import User
    from accounts.posts import Post
    from areas.models import Area
    from areas.vocabulary import AreaKind
    from gate import judging
    from returns.models import Return
    from workbooks import actions, layout, reading
    from workbooks.return_form import ReturnUploadForm

    Area.objects.create(code="441802", name="清城区", kind=AreaKind.DISTRICT, county="441802")
    town = Area.objects.create(code="441802199", name="镇", kind=AreaKind.TOWN, parent_id="441802", county="441802")
    for number in range(25):
        code = f"441802199{200 + number}"
        Area.objects.create(code=code, name=f"黄{number}岗村", kind=AreaKind.VILLAGE, parent=town, county="441802")
    clerk = User.objects.create_user(username="clerk", name="经办", post=Post.CLERK, area=town)
    quarterly_return = Return.objects.create(township=town, county="441802", period="2018Q2")
    book = load_workbook(io.BytesIO(actions.issue(ReturnUploadForm(clerk, quarterly_return.pk))))
    for row in range(layout.FIRST_ROW, layout.FIRST_ROW + 25):
        book[layout.SHEET].cell(row, 3).value = 100
    made = io.BytesIO()
    book.save(made)
    content = made.getvalue()

    def upload() -> None:
        actions.take_in(ReturnUploadForm(clerk, quarterly_return.pk), content, "a.xlsx")

    def here(judge, content: bytes, **options):
        del options["refusal"]
        return judge(content, **options)

    upload()
    ours, base = [], []
    for _ in range(TIMES):
        reading.judged = judging.judged
        ours.append(middle(upload, 1))
        reading.judged = here
        base.append(middle(upload, 1))
    return statistics.median(ours), statistics.median(base)


def long_upload() -> float:
    """Milliseconds until a request is answered that brings a ledger of 199,000 rows, which packs to very little."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client

    from accounts.models import User
    from accounts.posts import Post
    from jobs.models import Job
    from tests.gate.hostile import PLAIN, changed

    row = "".join(f'<row r="{number}"><c r="A{number}"><v>5</v></c></row>' for number in range(3, 199_000)).encode()
    long = changed(
        PLAIN, lambda name, part: part.replace(b"</sheetData>", row + b"</sheetData>") if "sheet1" in name else part
    )
    by = User.objects.create_user(username="reviewer", name="审核", post=Post.REVIEWER, area_id="441802")
    client = Client(HTTP_HOST="localhost")
    client.force_login(by)
    began = time.perf_counter()
    answer = client.post("/ledgers/sites/", {"file": SimpleUploadedFile("a.xlsx", long)})
    taken = time.perf_counter() - began
    if answer.status_code != 302 or not Job.objects.exists():
        sys.exit(f"no job was begun: {answer.status_code}")
    return taken * 1000


def main() -> int:
    with scratch():
        from tests.gate import hostile

        far = hostile.in_sheet(b'r="A2"', b'r="XFD1048576"')
        bomb = hostile.changed(hostile.PLAIN, lambda name, part: part + b" " * 90_000_000 if "sheet1" in name else part)
        dtd = hostile.in_sheet(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet')
        files = {"far corner": far, "bomb": bomb, "DTD": dtd, "lying sizes": hostile.lying(hostile.PLAIN, 2**31)}
        refused(far)()  # The child begins.
        print(machine())
        kept = [within(f"{name} refused", 1000 * middle(refused(data)), REFUSED_MS) for name, data in files.items()]
        ours, base = small_upload()
        kept.append(ratio("a return's workbook, judged in the child", ours, base, AS_TODAY))
        kept.append(within("a ledger of 199,000 rows answered", long_upload(), JOB_MS))
    return not all(kept)


if __name__ == "__main__":
    sys.exit(main())
