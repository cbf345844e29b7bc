"""What samples drew and found of a site or a natural village, on its page in the register."""

from django.db.models import Prefetch, Q
from django.urls import reverse

from acceptance.verdicts.marks import Mark
from accounts.posts import Power
from areas.vocabulary import LEAVES
from inspection.spotcheck.models import FindingOutcome, Item, Sample, SampleFinding
from register.things import Panel, Thing

_TONES = {FindingOutcome.PASSED: "met", FindingOutcome.FAILED: "missed", FindingOutcome.UNREACHED: "pending"}


def samples(user, thing: Thing) -> Panel | None:
    """The samples that drew the site, or the natural village or its sites, as far as the user may read them, the latest first."""
    if thing.table not in ("sites", "areas") or not user.may(Power.SEE_INSPECTIONS):
        return None
    if thing.table == "areas" and thing.row.kind not in LEAVES:
        return None
    drawn = Q(site=thing.row) if thing.table == "sites" else Q(area=thing.row)
    findings = Prefetch("findings", SampleFinding.objects.order_by("pk"))
    items = Item.objects.filter(drawn, sample__in=Sample.objects.visible_to(user).standing())
    rows = [_row(item) for item in items.select_related("sample__township").prefetch_related(findings).order_by("-pk")]
    if not rows:
        return None
    return Panel("samples", "现场抽查", template="inspection/spotcheck/_thing.html", context={"rows": rows})


def _row(item: Item) -> tuple[Item, Mark, str, str]:
    """What was drawn, what was found of it last, its remark, and where the sample is."""
    found = list(item.findings.all())
    url = reverse("spotcheck:sample", args=[item.sample_id])
    if not found:
        return item, Mark("pending", "尚未核查"), "", url
    last = found[-1]
    return item, Mark(_TONES[FindingOutcome(last.outcome)], last.get_outcome_display()), last.remark, url
