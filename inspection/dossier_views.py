"""The whole file of a unit as a page, and as an archive to hand over."""

import tempfile
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.access import requires
from accounts.audit import record
from accounts.posts import Power
from evidence import store
from inspection import freezing, photo_map
from inspection.archiving import AT_ONCE, FULL, pack
from inspection.dossier import Dossier
from inspection.pages import AdviceShown, UnitShown, crumbs, refused, report_crumb, shown_objections, unit_or_404
from jobs.actions import start

_IN_MEMORY = 8 * 1024 * 1024


@requires(Power.SEE_INSPECTIONS)
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Report, evidence, opinions, sample, decision and what came of it, on one page."""
    unit = unit_or_404(request, pk)
    file = Dossier(request.user, unit)
    context = {
        "unit": unit,
        "report": unit.report,
        "shown": UnitShown(unit, freezing.changes([unit]).get(unit.pk), request.user),
        "objections": shown_objections(request.user, [unit]).get(unit.pk, []),
        "advice": AdviceShown(request.user, unit),
        "file": file,
        "map": photo_map.of(file.evidence_shown),
        "may_export": request.user.may(Power.EXPORT),
        "crumbs": crumbs(report_crumb(unit.report), (f"{unit.area.full_name}全案", "")),
    }
    return render(request, "inspection/unit.html", context)


@requires(Power.EXPORT)
@require_POST
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit's file (全案) as a zip with a list of digests; a large one is made by a job. The export is audited."""
    unit = unit_or_404(request, pk)
    file = Dossier(request.user, unit)
    if file.size > AT_ONCE:
        return redirect(start(pack, title=f"打包{unit.area.full_name}全案", by=request.user, unit=unit.pk))
    # Closed by the response, when it has been sent.
    target = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
    try:
        file.write(target)
    except (store.Damaged, OSError) as damaged:
        target.close()
        if isinstance(damaged, OSError) and not store.is_full(damaged):
            raise
        said = damaged if isinstance(damaged, store.Damaged) else store.NoSpace(FULL)
        status = 500 if isinstance(damaged, store.Damaged) else 507
        return refused(request, said, request.path.removesuffix("archive/"), "查看全案", status=status)
    target.seek(0)
    record(action="export", by=request.user, subject=unit, detail={"list": "全案", "format": "zip"}, request=request)
    response = FileResponse(target, content_type="application/zip")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.archive_name)}"
    return response
