"""Spot checks on a phone without a network: what it takes along, the page, and what it brings back."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Prefetch, Q
from django.utils import timezone

from acceptance import plan
from common import clock
from common.exceptions import Refused
from field.pack import spelt
from field.pages import FieldApp
from field.snapshots import Snapshot, moment
from field.vocabulary import LEAST_ACCURATE_M, MOST_PHOTOS
from inspection.spotcheck import actions
from inspection.spotcheck.actions import Observation
from inspection.spotcheck.forms import DeviceFindingForm
from inspection.spotcheck.models import FindingOutcome, Item, Sample, SampleFinding, SampleState
from inspection.spotcheck.photos import Taken
from offline.deliveries import Answer, Differs
from offline.pages import OfflinePage

CHECKING = FieldApp(
    pack="spotcheck:pack",
    visits="spotcheck:deliveries",
    home="spotcheck:field",
    form="inspection/spotcheck/_field_form.html",
    things="抽中的对象",
    search="按名称或拼音首字母查找",
    deed="核查",
    outbox="本机的核查记录",
)
_FINDINGS = Prefetch("findings", SampleFinding.objects.select_related("by").order_by("pk"))


def shell_context() -> dict[str, Any]:
    """What the page needs of the portal, and nothing of anybody."""
    form = DeviceFindingForm(real_now=clock.real_now())
    return {"visit_form": form, "accurate": LEAST_ACCURATE_M, "photos": MOST_PHOTOS, "app": CHECKING}


def offline_page() -> OfflinePage:
    return OfflinePage(
        name="spotcheck",
        address="spotcheck:field",
        template="inspection/spotcheck/field_shell.html",
        module="spotcheck-field",
        styles=("css/field.css",),
        asks_position=True,
        context=shell_context,
    )


def _items(user):
    """What may be looked at: all of open samples, of concluded ones what failed and is not better since."""
    samples = Sample.objects.visible_to(user)
    failed = Q(sample__state=SampleState.CONCLUDED, findings__outcome=FindingOutcome.FAILED)
    found = Item.objects.filter(Q(sample__state=SampleState.OPEN) | failed, sample__in=samples).distinct()
    return found.select_related("sample__township", "site").prefetch_related(_FINDINGS)


def pack_of(user) -> dict:
    """What a phone takes along, in a fixed number of queries; a row is as static/js/spotcheck-field.js reads it."""
    found = _items(user).order_by("sample", "order")
    items = [item for item in found if item.sample.takes(item.findings.all())]
    return {
        "scope": user.scope.area or "",
        "least": plan.current().capability.min_mbps,
        "samples": {str(item.sample_id): str(item.sample) for item in items},
        "checks": [_row(item) for item in items],
    }


def _row(item: Item) -> list:
    """Sample, order, name, code, longitude, latitude (WGS-84, null: none), initials, what was found last, the mark."""
    site = item.site
    is_recheck = item.sample.state == SampleState.CONCLUDED
    mark = "待复查" if is_recheck else "已登记" if item.findings.all() else ""
    return [
        item.sample_id, item.order, item.name, item.key, site.lon if site else None, site.lat if site else None,
        spelt(item.name), said_of(item), mark,
    ]  # fmt: skip


def said_of(item: Item) -> str:
    """What was found of the member last, by whom and as which finding of it; blank where nothing was."""
    findings = list(item.findings.all())
    if not findings:
        return ""
    last = findings[-1]
    return f"{last.get_outcome_display()}（{last.by}，第 {len(findings)} 次）"


def received(user, said: Mapping[str, str], photos: list[Snapshot], number: uuid.UUID) -> Answer:
    """Enter what a phone found of a member; Differs where somebody entered something meanwhile, Refused with all that is wrong."""
    item = _item(user, said.get("key", ""))
    version, standing = item.findings.count(), said_of(item)
    if said.get("seen_outcome", "") != standing:
        mine = dict(FindingOutcome.choices).get(said.get("outcome", ""), "")
        conflict = {"column": "outcome", "label": "结果", "mine": mine, "theirs": standing}
        raise Differs("您核查之后，他人已登记该对象，请选择以哪一个为准。", [conflict])
    if not said.get("outcome") and standing:
        return {"fate": "accepted", "message": f"保留已登记的结果：{standing}。", "link": item.get_absolute_url()}
    form = DeviceFindingForm(said, real_now=clock.real_now())
    if not form.is_valid():
        raise Refused(" ".join(form.sentences))
    actions.enter(item=item, seen=_observed(form.cleaned_data), photos=_taken(photos), version=version, by=user)
    return {"fate": "accepted", "message": "已登记。", "link": item.get_absolute_url()}


def _item(user, key: str) -> Item:
    sample, _, order = key.partition("/")
    if not (sample.isdecimal() and order.isdecimal() and len(key) <= 20):
        raise Refused("没有该抽查对象，未接收。")
    item = Item.objects.filter(sample__in=Sample.objects.visible_to(user), sample=int(sample), order=int(order))
    found = item.select_related("sample__township").prefetch_related(_FINDINGS).first()
    if found is None:
        raise Refused("没有该抽查对象，或不在您的辖区内，未接收。")
    return found


def _observed(said: Mapping[str, Any]) -> Observation:
    on = timezone.localtime(moment(said["at"])).date()
    names = ("outcome", "mbps", "distance_m", "lon", "lat", "remark")
    seen = Observation(visited_on=on, **{name: said[name] for name in names})
    return replace(seen, accuracy_m=said["accuracy"] if seen.lon is not None else None)


def _taken(photos: list[Snapshot]) -> list[Taken]:
    return [Taken(photo.name, photo.data, photo.seen) for photo in photos]
