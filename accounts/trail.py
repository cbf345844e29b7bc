"""The auditor's pages: the audit trail as a list, an entry in full, and whether the chain holds."""

from django.contrib import messages
from django.shortcuts import redirect, render

from accounts import wording
from accounts.access import requires
from accounts.audit import FAILED, OK, record, verified
from accounts.lists import AUDIT
from accounts.models import AuditEntry
from accounts.posts import Power
from common.http import get_object_or_404
from common.listing import answer


@requires(Power.READ_AUDIT_TRAIL)
def audit(request):
    return answer(request, AUDIT, AuditEntry.objects.visible_to(request.user).select_related("by"))


@requires(Power.READ_AUDIT_TRAIL)
def entry(request, sequence: int):
    found = get_object_or_404(AuditEntry.objects.visible_to(request.user).select_related("by"), pk=sequence)
    return render(
        request,
        "accounts/entry.html",
        {
            "entry": found,
            "action": wording.action_label(found),
            "result": wording.result_label(found),
            "tone": "met" if found.result == OK else "missed",
            "subject": wording.subject_label(found),
            "changes": wording.changes(found),
        },
    )


@requires(Power.READ_AUDIT_TRAIL)
def verify(request):
    """Read the whole chain and say whether it holds; the verification is itself an entry."""
    if request.method == "POST":
        finding = verified()
        if finding.problem:
            messages.error(request, f"审计链验证不通过：{finding.problem}请立即报告，并保留数据库备份备查。")
        else:
            messages.success(request, f"审计链完整：共 {finding.count} 条，末条摘要 {finding.last_hash or '（无）'}。")
        detail = {"count": finding.count, "last_hash": finding.last_hash}
        if finding.problem:
            detail["problem"] = finding.problem
        record(action="audit.verify", by=request.user, detail=detail, result=FAILED if finding.problem else OK)
    return redirect("accounts:audit")
