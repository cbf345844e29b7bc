"""Every table says how its history is kept: a new one cannot be forgotten."""

from collections.abc import Iterator, Mapping

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.utils.module_loading import autodiscover_modules

from common.append_only import EVERY
from tests.witness.planting import behind_the_portals_back, planted
from witness.kinds import kinds

GUARDED_ALONE = {
    "a chain of its own": "accounts.auditentry accounts.auditarchive witness.leaf",
    "by what somebody was warned, or what was talked over: no decision rests on it":
        "returns.checkterms returns.checking findings.findingterms entry.cellcomment entry.commentmention",
    "what was issued with it is sealed as a whole": "papers.wordingversion papers.numberblock papers.voidnumber",
}  # fmt: skip
"""Tables to which rows can only be added and which have no leaves, by the reason."""

SEALED_ALONE = {
    "imports and proposals write it anew, and have it sealed so":
        "areas.area areas.succession areas.datedvalue areas.site areas.operator areas.serviceorder",
    "given anew until it is decided": "inspection.ratificationbasis",
}  # fmt: skip
"""Tables of which every column is sealed and no step sets one later, and which carry no trigger all the same."""

NEITHER = {
    "accounts and logins, of which the trail tells":
        "accounts.user accounts.pastpassword accounts.loginfailures accounts.loginsession accounts.secondfactor "
        "accounts.recoverycode accounts.token accounts.savedquestion accounts.anomaly accounts.anomalyterms",
    "how the portal is set up, of which the trail tells":
        "areas.calendarday returns.round papers.issuingbody papers.series proposals.policyrule screens.screen",
    "known by its steps, which lead to its state": "proposals.proposal returns.laterequest papers.paperdraft",
    "not reported, or not sent, yet": "returns.countdraft proposals.heldproof spotcheck.heldphoto",
    "who typed a figure when: the figure is sealed once it is reported":
        "returns.figureentry returns.countentry entry.presence entry.cellthread",
    "why a figure came back: the step says so, too": "returns.objection",
    "the operators' word, which no verdict reads": "returns.operatorcount",
    "how a figure came in; what was made of it is sealed":
        "workbooks.issued workbooks.upload workbooks.issuedcounts workbooks.countupload workbooks.rememberedreading "
        "ledgers.ledgerworkbook ledgers.ledgerupload offline.offlinesecret offline.delivery field.visit "
        "field.visitphoto",
    "files of which the trail has the digests": "certificates.withdrawalfile",
    "a person, who may ask to be forgotten": "inspection.publicobjector problems.problemreporter",
    "judged anew at any time; each run has a leaf, and each verdict its digest":
        "acceptance.planversion acceptance.judgement acceptance.verdict acceptance.siteverdict "
        "acceptance.milestoneverdict areas.factchange findings.registerfinding findings.surveymark",
    "what points to a problem, as the figures have it today": "problems.problemmember",
    "told about, not decided": "inspection.publication inspection.unitlook returns.urge inbox.openeditem inbox.reminder "
        "supervision.threshold",
    "how the portal runs":
        "gate.uploadday jobs.job upkeep.upkeepevent upkeep.heartbeat certificates.lookups witness.loghead "
        "accounts.audithead",
}  # fmt: skip
"""Tables whose rows have neither leaves nor triggers, by the reason."""


def models() -> Iterator[type[Model]]:
    for app in apps.get_app_configs():
        if (settings.BASE_DIR / app.name.partition(".")[0]).is_dir():
            yield from app.get_models(include_auto_created=True)


def named(reasons: Mapping[str, str]) -> set[str]:
    return {label for labels in reasons.values() for label in labels.split()}


def guarded() -> set[str]:
    """The tables to which rows can only be added."""
    autodiscover_modules("triggers")
    tables = {guard.table for guard in EVERY}
    return {model._meta.label_lower for model in models() if model._meta.db_table in tables}


def steps() -> set[str]:
    """The tables of moves: those whose rows say to which state a document was led."""
    return {model._meta.label_lower for model in models() if "to_state" in {field.name for field in model._meta.fields}}


def test_tables_of_steps_are_append_only_and_sealed():
    assert len(steps()) == 13 and steps() <= guarded() & kinds().keys()


@pytest.mark.django_db
def test_no_step_is_changed_or_taken_away():
    assert [name for guard in EVERY for name in guard.missing(connection)] == []
    with behind_the_portals_back() as cursor:
        tables = [planted(kinds()[name])._meta.db_table for name in sorted(steps())]
        for guard in EVERY:
            guard.install(connection)
        for deed in (f"{each} {table}" for table in tables for each in ("UPDATE", "DELETE FROM")):
            with pytest.raises(DatabaseError, match="只能增加"), transaction.atomic():
                cursor.execute(f"{deed} SET id = id" if deed.startswith("UPDATE") else deed)


def test_every_other_table_is_kept_or_says_why_not():
    ours, sealed = {model._meta.label_lower for model in models()}, kinds().keys()
    set_later = {name for name, kind in kinds().items() if kind.changing or kind.later or kind.due is not None}

    assert guarded() - sealed == named(GUARDED_ALONE)
    assert sealed - guarded() - set_later == named(SEALED_ALONE)
    assert ours - guarded() - sealed == named(NEITHER)
