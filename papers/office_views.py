"""The pages of an office: what its body is called and whom to ask, and the register of its numbers."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.access import requires
from accounts.models import valid_phone
from accounts.posts import Power
from common.clock import today
from common.exceptions import Refused, Stale
from papers import bodies, numbers
from papers.models import IssuingBody


class BodyForm(forms.ModelForm):
    """What the office says of its body, and the version that the page showed."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = IssuingBody
        fields = ["name", "code", "letter_code", "office", "contact", "phone", "numbering", "needs_check"]
        help_texts = {
            "name": "发文机关署名和红头用全称",
            "code": "例如：清区经信",
            "letter_code": "空白：机关代字加“函”",
            "office": "版记中的印发机关；空白：机关全称加“办公室”",
            "contact": "附注中的联系人；空白：拟稿人",
            "needs_check": "没有经他人核稿的公文不能签发",
        }

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["phone"].validators.append(valid_phone)


@requires(Power.KEEP_OFFICE)
def office(request: HttpRequest) -> HttpResponse:
    """What the user's body is called, and how it numbers; to be changed by whoever keeps its office."""
    body = bodies.body_of(request.user, today())
    initial = {**vars(body), "seen": body.version}
    if request.method != "POST":
        return render(request, "papers/office.html", {"form": BodyForm(initial=initial), "body": body})
    form, status = BodyForm(request.POST), 422
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in BodyForm.Meta.fields}
        try:
            bodies.enter(body=body, said=said, seen=form.cleaned_data["seen"], by=request.user)
            messages.success(request, "已保存，此后印发的公文按此署名和编号。")
            return redirect("papers:office")
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409 if isinstance(refusal, Stale) else 422
    return render(request, "papers/office.html", {"form": form, "body": body}, status=status)


@requires(Power.DRAFT_PAPERS)
def register(request: HttpRequest) -> HttpResponse:
    """The numbers of the user's body in a year: which paper bears each, which are kept and which void."""
    return _register(request)


def _register(request: HttpRequest, refusal: str = "", status: int = 200) -> HttpResponse:
    body, year = bodies.body_of(request.user, today()), _year(request)
    series = numbers.register(body, year)
    context = {
        "body": body,
        "year": year,
        "years": sorted({*numbers.years(body), today().year}, reverse=True),
        "series": series,
        "codes": [(each.code, str(each)) for each, _ in series],
        "may_keep": request.user.may(Power.KEEP_OFFICE),
        "typed": {name: request.POST.get(name, "") for name in _TYPED},
        "refusal": refusal,
    }
    return render(request, "papers/numbers.html", context, status=status)


_TYPED = ("kept_code", "count", "purpose", "void_code", "serial", "reason")


def _year(request: HttpRequest) -> int:
    text = request.POST.get("year") or request.GET.get("year", "")
    return int(text) if text.isdecimal() and len(text) == 4 else today().year


@requires(Power.KEEP_OFFICE)
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the next numbers for papers outside the portal, or for one that is to come."""
    return _do(request, numbers.keep, "kept_code", "count", "purpose", "已留用。")


@requires(Power.KEEP_OFFICE)
@require_POST
def void(request: HttpRequest) -> HttpResponse:
    """Declare a number void."""
    return _do(request, numbers.void, "void_code", "serial", "reason", "已作废，登记簿保留该号。")


def _do(request: HttpRequest, action, coded: str, counted: str, worded: str, done: str) -> HttpResponse:
    text, year = request.POST.get(counted, "").strip(), _year(request)
    said = {
        "body": bodies.body_of(request.user, today()),
        "code": request.POST.get(coded, ""),
        counted: int(text) if text.isdecimal() and len(text) <= 6 else 0,
        worded: request.POST.get(worded, ""),
    }
    try:
        action(year=year, by=request.user, **said)
    except Refused as refusal:
        return _register(request, str(refusal), 422)
    messages.success(request, done)
    return redirect(f"{request.path.rsplit('/', 2)[0]}/?year={year}")
