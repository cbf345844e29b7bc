"""Asked by scripts: who is signed in, and the secret from which a device derives its key."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from offline.deliveries import told
from offline.models import OfflineSecret


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
