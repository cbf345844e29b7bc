"""The pages of proposals as a browser posts them."""

from urllib.parse import urlencode

from django.test import Client
from django.urls import reverse


def address(table: str, key: str = "", *columns: str, **more: str) -> str:
    asked = [("table", table), *([("key", key)] if key else []), *(("column", column) for column in columns)]
    return f"{reverse('proposals:new')}?{urlencode([*asked, *more.items()])}"


def filled(client: Client, url: str, **typed) -> dict:
    """What the page would send after somebody typed."""
    page = client.get(url)
    assert page.status_code == 200, page.content.decode()
    form = page.context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    return data | dict(page.context["seen"]) | typed


def send(client: Client, url: str, step: str = "send", **typed):
    """Type, look at what it would do, and send it."""
    data = filled(client, url, **typed)
    shown = client.post(url, {**data, "step": "preview"})
    if step == "preview" or shown.status_code != 200 or not shown.context["shown"]:
        return shown
    held = [str(file.pk) for file in shown.context["files"].held]
    return client.post(
        url, {**data, "proofs": [], "held": held, "step": "send", "previewed": shown.context["shown"].digest}
    )


def text(answer) -> str:
    return answer.content.decode()


def errors(answer) -> dict[str, list[str]]:
    return dict(answer.context["form"].errors)


def places(**more) -> dict[str, str]:
    return {"document": "现场照片", **more}
