"""Handing out the workbook of an operator's counts, taking one in, and confirming it. Each leaves its audit record."""

from datetime import date

from django.db import transaction

from accounts import audit
from areas.models import Operator
from common import clock
from common.periods import Quarter
from returns.counts import counts
from returns.counts.counts import Saved
from returns.counts.form import rows_of
from workbooks import count_workbook
from workbooks.count_preview import CountPreview, preview
from workbooks.models import CountUpload, IssuedCounts
from workbooks.opening import kept_for_a_moment


@transaction.atomic
def issue(*, operator: Operator, county: str, quarter: Quarter, by) -> bytes:
    """The workbook of a quarter; what it shows is kept, so that its upload can tell what was changed."""
    rows = rows_of(operator, county, quarter)
    fields = {"operator": operator, "county": county, "period": str(quarter), "template": count_workbook.TEMPLATE}
    issued = IssuedCounts.objects.create(**fields, seen=count_workbook.seen(rows), by=by)
    file = count_workbook.write(rows, issued)
    detail = {"stamp": issued.stamp, "period": issued.period}
    audit.record(action="workbook.download", by=by, subject=operator, detail=detail)
    return file


def take_in(*, operator: Operator, county: str, quarter: Quarter, file, by) -> CountUpload:
    """Keep what an uploaded file says, to be looked at; areas.package.tables.Unreadable when it is refused."""
    with kept_for_a_moment(file, "用户数") as (path, name, digest):
        content, issued = count_workbook.read(path, name, operator, county, quarter)
    with transaction.atomic():
        CountUpload.objects.filter(confirmed_at=None, expires_at__lt=clock.real_now()).delete()
        upload = CountUpload.objects.create(
            issued=issued, by=by, file_name=name, sha256=digest, content=content.as_json()
        )
        audit.record(action="workbook.upload", by=by, subject=operator, detail={"file": name, "sha256": digest})
    return upload


def look(upload: CountUpload) -> CountPreview:
    """What the upload would do as the counts stand now."""
    return preview(upload, rows_of(upload.issued.operator, upload.issued.county, upload.issued.quarter))


@transaction.atomic
def confirm(*, upload: CountUpload, on: date, by) -> Saved:
    """Save what can be saved; the second time nothing is left to change. returns.moves.Refused when it cannot be."""
    given = look(upload).given
    saved = counts.save(operator=upload.issued.operator, quarter=upload.issued.quarter, rows=given, on=on, by=by)
    if CountUpload.objects.filter(pk=upload.pk, confirmed_at=None).update(confirmed_at=clock.now()):
        detail = {"sha256": upload.sha256, "rows": len(saved.changes)}
        audit.record(action="workbook.confirm", by=by, subject=upload.issued.operator, detail=detail)
    return saved
