"""The page on which whoever holds a receipt or a circular holds it against the log (存证核验)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import requires
from accounts.posts import Power
from witness import tree
from witness.forms import ReceiptForm
from witness.receipts import KEEP, checked


@requires(Power.READ_AUDIT_TRAIL, Power.SEE_RETURNS, Power.SEE_DOCUMENTS)
def check(request: HttpRequest) -> HttpResponse:
    """Without a question the head of today; a receipt's address asks it (``?position=&root=``)."""
    form = ReceiptForm(request.GET if "position" in request.GET else None)
    found = checked(**form.cleaned_data) if form.is_bound and form.is_valid() else None
    context = {"form": form, "found": found, "head": tree.head(), "what_to_do": KEEP}
    context["may_export"] = request.user.may(Power.READ_AUDIT_TRAIL)
    return render(request, "witness/check.html", context)
