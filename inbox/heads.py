"""The head of the log by mail to addresses outside (PORTAL_WITNESS_MAIL), so that nobody inside can rewrite history unseen."""

from django.conf import settings
from django.db import transaction

from accounts import audit
from inbox import mailing
from witness import tree

BY = "（存证）"


def mail_head(occasion: str) -> None:
    """Mail the head as it stands to each of the addresses; the trail says to whom, and where it did not go out."""
    if not settings.WITNESS_MAIL or not mailing.is_configured():
        return
    head = tree.head()
    subject = f"【存证】{occasion}：第 {head.size} 条"
    problems = {address: mailing.mailed(address, subject, _text(head, occasion)) for address in settings.WITNESS_MAIL}
    for address, problem in problems.items():
        detail = {"to": address, "count": head.size, "root": head.root} | ({"problem": problem} if problem else {})
        audit.record(action="witness.mail", by=BY, detail=detail, result=audit.FAILED if problem else audit.OK)


def mail_head_when_kept(occasion: str) -> None:
    """Mail it once the transaction is committed, with all that it added."""
    transaction.on_commit(lambda: mail_head(occasion), robust=True)


def _text(head: tree.Head, occasion: str) -> str:
    return "\n".join(
        [
            f"清城区全光网城市建设进度门户存证（{occasion}）：",
            "",
            f"存证条数：{head.size}",
            f"存证树根：{head.short}",
            f"全部位数：{head.root}",
            "",
            "请保存本邮件，不必答复。日后在门户“存证核验”页填写存证条数（作为存证序号）和存证树根，可知其间存证有无改动。",
        ]
    )
