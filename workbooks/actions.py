"""Handing out the workbook of a return, taking one in, and confirming it. Each leaves its audit record."""

from collections.abc import Collection

from django.db import transaction

from accounts import audit
from areas.models import Area
from common import clock
from common.exceptions import Refused
from returns.entry.saving import save_lines
from returns.models import Return
from returns.sheet import sheet_of
from workbooks import history, layout, return_reading, return_writing
from workbooks.models import Issued, Upload
from workbooks.opening import kept_for_a_moment
from workbooks.return_preview import preview


@transaction.atomic
def issue(*, quarterly_return: Return, by) -> bytes:
    """The workbook of a return; what it shows is kept, so that its upload can tell what the clerk changed."""
    sheet = sheet_of(quarterly_return)
    issued = Issued.objects.create(
        quarterly_return=quarterly_return, template=layout.TEMPLATE, seen=return_writing.seen(sheet), by=by
    )
    content = return_writing.write(sheet, issued)
    audit.record(action="workbook.download", by=by, subject=quarterly_return, detail={"stamp": issued.stamp})
    return content


@transaction.atomic
def hand_out_history(*, township: Area, by) -> bytes:
    """The workbook of all returns of a township."""
    quarterly_returns = history.returns_of(township)
    content = history.write(township, quarterly_returns, by=by.name, at=clock.now())
    audit.record(action="workbook.history", by=by, subject=township, detail={"rows": len(quarterly_returns)})
    return content


def take_in(*, quarterly_return: Return, file, by) -> Upload:
    """Keep what an uploaded file says, to be looked at; areas.package.tables.Unreadable when it is refused.

    The file itself is not kept.
    """
    with kept_for_a_moment(file, layout.SHEET) as (path, name, digest):
        content, issued = return_reading.read(path, name, quarterly_return)
    with transaction.atomic():
        Upload.objects.filter(confirmed_at=None, expires_at__lt=clock.real_now()).delete()
        upload = Upload.objects.create(
            quarterly_return=quarterly_return,
            issued=issued,
            by=by,
            file_name=name,
            sha256=digest,
            content=content.as_json(),
        )
        audit.record(
            action="workbook.upload", by=by, subject=quarterly_return, detail={"file": name, "sha256": upload.sha256}
        )
    return upload


@transaction.atomic
def confirm(*, upload: Upload, version: int, taken: Collection[str], by) -> int:
    """Save what the preview of ``version`` showed, as a draft; how many rows changed, 0 the second time.

    ``taken`` are the keys of the contested cells in which the file's figure counts. Refused when the
    return has changed since the preview, or can no longer be changed; returns.entry.saving.Contested beside.
    """
    if not Upload.objects.filter(pk=upload.pk, confirmed_at=None).update(confirmed_at=clock.now()):
        return 0
    quarterly_return = Return.objects.get(pk=upload.quarterly_return_id)
    if quarterly_return.version != version:
        raise Refused("没有保存：您打开这一页之后，季报在网上又有改动。下面已按最新的数字重新比较，请再核对一次。")
    sheet = sheet_of(quarterly_return)
    changed = save_lines(quarterly_return=quarterly_return, rows=preview(upload, sheet).typed(taken, sheet), by=by)
    audit.record(
        action="workbook.confirm", by=by, subject=quarterly_return, detail={"sha256": upload.sha256, "rows": changed}
    )
    return changed
