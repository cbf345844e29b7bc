"""What machines ask that watch over the portal: does it live, is it ready, its metrics."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST

from upkeep import metrics
from upkeep.checking import looked
from upkeep.hooks import StatusLight


def healthz(request: HttpRequest) -> HttpResponse:
    """200 from a process that answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


def readyz(request: HttpRequest) -> HttpResponse:
    """200 when all that the portal needs stands, else 503; each check by its name, with what is wrong."""
    checks = {
        check.key: {"ok": finding.light is not StatusLight.BAD, "why": finding.why}
        for check, finding in looked(lambda check: check.is_needed)
    }
    is_ready = all(check["ok"] for check in checks.values())
    content = {"ready": is_ready, "checks": checks}
    answer = JsonResponse(content, status=200 if is_ready else 503, json_dumps_params={"ensure_ascii": False})
    # Asked every few seconds, "no" is an answer and no fault: Django would log an error each time, and hide what else is wrong.
    answer._has_been_logged = True
    return answer


def exposed(request: HttpRequest) -> HttpResponse:
    return HttpResponse(metrics.exposition(), content_type=CONTENT_TYPE_LATEST)


PROBES = {"/healthz": never_cache(healthz), "/readyz": never_cache(readyz), "/metrics": never_cache(exposed)}
