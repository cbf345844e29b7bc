"""The old address of successions, which leads to where they are done."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.access import requires
from accounts.posts import Power
from register.views import area_or_404


@requires(Power.RECORD_SUCCESSIONS)
def page(request: HttpRequest, code: str) -> HttpResponse:
    return redirect(f"{reverse('successions:new')}?from={area_or_404(request.user, code).code}")
