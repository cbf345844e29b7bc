"""Asked by scripts: the service worker, who is signed in, and the secret from which a device derives its key."""

import json
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from offline import pages
from offline.deliveries import told
from offline.models import OfflineSecret

WORKER = "js/offline-worker.js"


@require_GET
@login_not_required
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, which says the same to everybody: it must be found anew when nobody is signed in, too.

    Before it stands what it keeps; one byte of difference makes a browser take the new one.
    """
    text = Path(finders.find(WORKER)).read_text(encoding="utf-8")
    kept = {
        "version": pages.version(text),
        "isHashed": settings.PRODUCTION,
        "shells": pages.shells(),
        "patterns": pages.patterns(),
        "files": pages.addresses(),
    }
    content = f"const KEPT = {json.dumps(kept)};\n{text}"
    answer = HttpResponse(content, content_type="text/javascript; charset=utf-8")
    answer["Service-Worker-Allowed"] = "/"
    answer["Cache-Control"] = "no-cache"
    return answer


@require_GET
@login_not_required
def shell(request: HttpRequest, name: str) -> HttpResponse:
    """What stands for a page while there is no network: the page of nobody, for it lies open on the device."""
    page = pages.declared().get(name)
    if page is None:
        raise Http404
    answer = HttpResponse(page.shell)
    answer["Cache-Control"] = "no-cache"
    if page.asks_position:
        answer["Permissions-Policy"] = "geolocation=(self)"
    return answer


@require_GET
@never_cache
def session(request: HttpRequest) -> JsonResponse:
    """Whose session it is, what he may see, and what a form of his must carry."""
    user = request.user
    scope = user.scope.area or user.scope.operator or ""
    return told({"account": user.pk, "name": user.name, "scope": scope, "token": get_token(request)})


@require_POST
@never_cache
def key(request: HttpRequest) -> JsonResponse:
    """The account's secret, and for how many hours a device may open what it keeps without asking again."""
    kept, _ = OfflineSecret.objects.get_or_create(account=request.user)
    return told({"account": request.user.pk, "secret": kept.secret, "hours": settings.OFFLINE_HOURS})
