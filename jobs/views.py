"""One's own jobs: the list, each with its progress, and the files that came of them."""

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import audit
from common.http import RowNotFound
from jobs.models import Job, JobState

PAGE = 50

TONES = {
    JobState.WAITING: "pending",
    JobState.RUNNING: "info",
    JobState.DONE: "met",
    JobState.FAILED: "missed",
    JobState.INTERRUPTED: "missed",
}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    page = Paginator(Job.objects.visible_to(request.user), PAGE).get_page(request.GET.get("page"))
    jobs = [(job, TONES[job.state]) for job in page]
    running = any(not job.is_finished for job, _ in jobs)
    return render(request, "jobs/index.html", {"page": page, "jobs": jobs, "is_running": running})


@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    shown = _found(request, pk)
    return render(request, "jobs/job.html", {"job": shown, "tone": TONES[shown.state]})


@require_safe
def result(request: HttpRequest, pk: int) -> FileResponse:
    """The file that came of a job, to be saved."""
    shown = _found(request, pk)
    path = shown.folder / shown.file
    if not shown.file or not path.is_file():
        raise RowNotFound("该任务没有结果文件，或文件已过保存期限。请重新发起任务。")
    audit.record(action="job.download", by=request.user, subject=shown, detail={"file": shown.file})
    return FileResponse(path.open("rb"), as_attachment=True, filename=shown.file)


def _found(request: HttpRequest, pk: int) -> Job:
    found = Job.objects.visible_to(request.user).filter(pk=pk).first()
    if found is None:
        raise RowNotFound("没有该任务，或不是您以现岗位发起的。您的任务见“我的任务进度”。", Job.objects.filter(pk=pk))
    return found
