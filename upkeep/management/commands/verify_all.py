"""verify_all: was anything changed behind the portal's back?"""

import time

from django.core.management.base import CommandError

from accounts.actions import COMMAND_LINE
from accounts.audit import FAILED, OK, record
from common.commands import SpeakingCommand
from upkeep.checks import keeping
from upkeep.models import UpkeepEvent, UpkeepKind
from witness.sealing import begin
from witness.verifying import VERIFIED, verified

KEPT = 50
"""Problems that the record of a run lists."""


class Command(SpeakingCommand):
    help = (
        "核验全部存证：审计链、存证树、各表存证的行和评定结果的摘要，逐项指出绕过门户的改动（表、行、列）。"
        "完整则退出码 0，有改动则退出码 1。"
    )

    def handle(self, *args, **options):
        for label, count in begin().items():
            self.stdout.write(f"{label}：启用存证，补录 {count} 行")
        started = time.monotonic()
        found = verified()
        seconds = round(time.monotonic() - started, 1)
        detail = {"leaves": found.leaves, "rows": found.rows, "root": found.head.root, "seconds": seconds}
        detail |= keeping.known_key()
        UpkeepEvent.objects.create(
            kind=UpkeepKind.VERIFY,
            ok=not found.problems,
            detail=detail | {"count": len(found.problems), "problems": found.problems[:KEPT]},
        )
        said = {"count": found.leaves, "root": found.head.root}
        if found.problems:
            said["problems"] = found.problems[:KEPT]
        record(action=VERIFIED, by=COMMAND_LINE, detail=said, result=FAILED if found.problems else OK)
        for problem in found.problems:
            self.stderr.write(problem)
        if found.problems:
            raise CommandError(f"核验发现 {len(found.problems)} 处与存证不符，见上。", returncode=1)
        self.stdout.write(
            f"核验完整：存证 {found.leaves} 条，核对 {found.rows} 行，用时 {seconds} 秒。"
            f"存证树根（第 {found.head.size} 条）：{found.head.short or '（无）'}"
        )
