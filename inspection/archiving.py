"""The archive of a unit's whole file in the background, where it is too large for a request."""

from accounts.audit import record
from evidence import store
from inspection.dossier import Dossier
from inspection.models import Unit
from inspection.naming import units_called
from jobs.work import Finished, Progress, Refusal, work

AT_ONCE = 4 * 1024 * 1024
"""Bytes of evidence up to which an archive is made while one waits."""
FULL = "服务器的磁盘已满，不能打包，请联系系统管理员。"


@work(label="全案打包", unit="份", again="请回到全案页面重新打包。")
def pack(progress: Progress, *, unit: int) -> Finished:
    """The archive of the unit with the primary key ``unit``, as the one who asked may see it."""
    rows = Unit.objects.visible_to(progress.by).select_related(
        "report__township", "area__parent", "frozen", "submission"
    )
    found = units_called(rows.filter(pk=unit))
    if not found:
        raise Refusal("未打包：该单位已不在您的范围内。")
    (subject,) = found
    file = Dossier(progress.by, subject)
    total = file.parts
    progress.tell(done=0, total=total, saying="正在打包")
    try:
        with (progress.folder / file.archive_name).open("wb") as target:
            file.write(target, lambda done: progress.tell(done=min(done, total)))
    except store.Damaged as damaged:
        raise Refusal(f"未打包：{damaged}") from damaged
    except OSError as error:
        if store.is_full(error):
            raise Refusal(FULL) from error
        raise
    record(action="export", by=progress.by, subject=subject, detail={"list": "全案", "format": "zip"})
    return Finished(f"{subject.area.full_name}的全案已打包，目录里有每个文件的摘要。", file=file.archive_name)
