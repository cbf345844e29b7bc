"""Where withdrawals of titles use a file, for whoever asks whether evidence is used twice."""

from collections.abc import Collection, Iterable

from inspection.doubts import FileUse
from reports.certificates.models import WithdrawalFile


def of_files(county: str, digests: Collection[str]) -> Iterable[tuple[str, FileUse]]:
    """The files of withdrawals in the county that have one of the digests; of one not yet served nobody is told.

    What a township handed in with its answer shows the unit, and may be used for it again.
    """
    rows = WithdrawalFile.objects.filter(
        withdrawal__certificate__county=county, withdrawal__served_on__isnull=False, digest__in=digests
    )
    for row in rows.select_related("withdrawal__certificate").order_by("pk"):
        words = f"{row.withdrawal}的材料“{row}”"
        yield row.digest, FileUse(row.withdrawal.certificate.area_id, words, is_of_unit=row.is_answer)
