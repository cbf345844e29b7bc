"""The whole file of a unit (全案): report, evidence, opinions, sample, decision, and what other rooms add to it."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import IO

from django.db.models import Q

from common.digests import digest
from evidence.store import original
from inspection import objections, required, samples
from inspection.freezing import is_intact
from inspection.models import (
    Entry,
    Evidence,
    InspectionMove,
    Opinion,
    PublicNotice,
    PublicObjection,
    RatificationBasis,
    SecondOpinion,
    Submission,
    Unit,
    UnitObjection,
)
from inspection.required import EvidenceShown
from papers.models import Document, about
from register.things import Panel, Thing, panels

MANIFEST = "目录.json"
_RECORDS = 7
"""The files of an archive that hold rows: report, frozen verdict, moves, opinions, objections, second opinions, decision."""


class Dossier:
    """Everything about a unit, from the freeze to its certificate."""

    def __init__(self, user, unit: Unit) -> None:
        self.user, self.unit, self.report = user, unit, unit.report

    @property
    def is_intact(self) -> bool:
        return is_intact(self.unit.frozen)

    @property
    def evidence(self) -> list[Evidence]:
        """The unit's own, and that of the whole report."""
        rows = self.report.evidence.select_related("area__parent", "by")
        return [each for each in rows if each.area_id in (None, self.unit.area_id)]

    @property
    def evidence_of_all(self) -> list[Evidence]:
        """That of the whole report."""
        return [each for each in self.evidence if each.area_id is None]

    @cached_property
    def evidence_shown(self) -> list[EvidenceShown]:
        """The unit's own, by the plan's rule, with what seems not to fit; a list of one, for a table of units."""
        return [required.of_units([self.unit])[self.unit.pk]]

    @property
    def moves(self) -> list[InspectionMove]:
        """The report's and the unit's, in the order in which they were taken."""
        return sorted(
            [*self.report.moves.select_related("by"), *self.unit.moves.select_related("by")], key=lambda move: move.pk
        )

    @property
    def opinions(self) -> list[Opinion]:
        return list(self.unit.opinions.select_related("move__by").prefetch_related("checks"))

    @property
    def entries(self) -> list[Entry]:
        return list(self.unit.entries.select_related("submission").order_by("pk"))

    @property
    def bases(self) -> list[RatificationBasis]:
        """On what the government's decisions on the unit rest; for the district alone."""
        if not self.user.scope.holds(self.unit.area.county):
            return []
        found = RatificationBasis.objects.filter(submission__in=[entry.submission_id for entry in self.entries])
        return list(found.select_related("submission").order_by("pk"))

    def _public(self, submission: Submission) -> dict:
        """The public notices of a list that had the unit on it, what was objected to, and on what the decision rests."""
        if not self.user.scope.holds(self.unit.area.county):
            return {}
        said = PublicObjection.objects.on(submission).filter(Q(unit=self.unit) | Q(unit=None))
        return {
            "公示": [_notice(each) for each in submission.notices.order_by("pk")],
            "公示异议": [_public_objection(each) for each in said],
            "审定依据": [_basis(each) for each in self.bases if each.submission_id == submission.pk],
        }

    @property
    def documents(self) -> list[Document]:
        """The papers issued on the report, and on the submissions that listed the unit, and those that correct them."""
        subjects = [self.report, *(entry.submission for entry in self.entries)]
        found = [document for subject in subjects for document in Document.objects.of(subject)]
        found += Document.objects.filter(about__in=[about(each) for each in found]).order_by("pk")
        return [each for each in found if self.user.scope.holds(each.area_id) or each.is_circular]

    @property
    def earlier(self) -> list[Unit]:
        """The units of this area in the earlier reports that this report follows."""
        found, report = [], self.report.follows
        while report is not None:
            found += report.units.filter(area_id=self.unit.area_id).select_related("area", "report")
            report = report.follows
        return found

    @property
    def sample(self) -> samples.SampleShown | None:
        """None also for a township while the sample is still being checked."""
        found = samples.sample_of(self.unit)
        is_told = found is not None and (found.is_concluded or self.user.scope.area == self.unit.area.county)
        return found if is_told else None

    @property
    def sections(self) -> list[Panel]:
        return panels(self.user, Thing("units", str(self.unit.pk), self.unit))

    @property
    def size(self) -> int:
        """How many bytes of evidence there are; all else is small."""
        return sum(each.size for each in self.evidence)

    @property
    def archive_name(self) -> str:
        return f"{self.unit.area.full_name}{self.unit.title}全案.zip"

    @property
    def parts(self) -> int:
        """How many files the archive will hold at least: what other rooms add is not counted."""
        return _RECORDS + len(self.evidence) + len(self.documents)

    def write(self, target: IO[bytes], tell: Callable[[int], None] = lambda done: None) -> None:
        """The archive: every part as a file, and a list of them with their digests; Damaged when evidence does not hold.

        ``tell`` hears after each how many are in.
        """
        listed: list[dict] = []
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self._files():
                algorithm, value = digest(content)
                listed.append({"name": name, "size": len(content), "algorithm": algorithm, "digest": value})
                archive.writestr(name, content)
                tell(len(listed))
            archive.writestr(MANIFEST, _json({"unit": self._unit(), "files": listed}))

    def _files(self) -> Iterator[tuple[str, bytes]]:
        from papers.pdf import pdf

        yield "自查报告.json", _json(self._report())
        yield "取数时的评定.json", self.unit.frozen.text.encode()
        yield "流转记录.json", _json([_move(move) for move in self.moves])
        yield "审核意见.json", _json([_opinion(opinion) for opinion in self.opinions])
        yield (
            "退回意见.json",
            _json([_objection(each) for each in objections.all_on([self.unit]).get(self.unit.pk, [])]),
        )
        visible = SecondOpinion.objects.visible_to(self.user).filter(unit=self.unit)
        yield "会商.json", _json([_second_opinion(each) for each in visible.select_related("asker", "asked")])
        yield "审定.json", _json([_entry(entry, self._public(entry.submission)) for entry in self.entries])
        for basis in self.bases:
            yield f"审定依据/{basis.submission}-{basis.name}", original(basis)
        for number, each in enumerate(self.evidence, 1):
            yield f"佐证材料/{number:02d}-{each.name}", original(each)
        for number, document in enumerate(self.documents, 1):
            yield f"公文/{number:02d}-{document.subject}.pdf", pdf(document.description, at=document.issued_at)
        for section in self.sections:
            yield f"{section.title}.json", _json([list(row) for row in section.rows])
            for name, content in section.files:
                yield f"{section.title}/{name}", content

    def _unit(self) -> dict:
        unit = self.unit
        return {
            "area": unit.area_id,
            "name": unit.area.full_name,
            "title": unit.title,
            "state": unit.get_state_display(),
            "ratified_on": unit.ratified_on and unit.ratified_on.isoformat(),
            "frozen": {"algorithm": unit.frozen.algorithm, "digest": unit.frozen.digest},
        }

    def _report(self) -> dict:
        report = self.report
        return {
            "township": [report.township_id, report.township.name],
            "period": report.period,
            "number": report.number,
            "signed_by": str(report.signed_by or ""),
            "signed_on": report.signed_on and report.signed_on.isoformat(),
            "基本情况": report.overview,
            "存在问题": report.problems,
            "申请事项": report.request,
            "佐证材料": [
                {
                    "file": each.name,
                    "kind": each.get_kind_display(),
                    "criterion": each.criterion,
                    "taken_at": each.taken_at and each.taken_at.isoformat(),
                    "remark": each.remark,
                    "digest": each.digest,
                }
                for each in self.evidence
            ],
        }


def _move(move: InspectionMove) -> dict:
    return {
        "at": move.at.isoformat(),
        "by": str(move.by),
        "of": "自查报告" if move.report_id else "申报单位",
        "action": move.get_action_display(),
        "from": move.from_state,
        "to": move.to_state,
        "reason": move.reason,
    }


def _opinion(opinion: Opinion) -> dict:
    checks = [
        {
            "criterion": each.criterion,
            "finding": each.get_finding_display(),
            "why": each.get_why_display(),
            "remark": each.remark,
        }
        for each in opinion.checks.all()
    ]
    return {**_move(opinion.move), "text": opinion.text, "sampling": opinion.sampling, "checks": checks}


def _objection(each: UnitObjection) -> dict:
    return {
        "body": each.get_body_display(),
        "code": each.get_code_display(),
        "criteria": each.criteria,
        "text": each.text,
        "by": str(each.by),
        "at": each.at.isoformat(),
        "答复": _words(each.answer, each.answered_by, each.answered_at),
        "区经信局答复": _words(each.reply, each.replied_by, each.replied_at),
        "了结": _words(each.settlement, each.settled_by, each.settled_at),
    }


def _second_opinion(each: SecondOpinion) -> dict:
    return {
        "提请": _words(each.question, each.asker, each.asked_at),
        "答复": _words(each.answer, each.asked, each.answered_at),
        "撤回": _words(each.withdrawal, each.asker, each.withdrawn_at),
    }


def _words(text: str, by, at) -> dict | None:
    """What somebody wrote when; None while nobody did."""
    return {"by": str(by), "at": at.isoformat(), "text": text} if at else None


def _notice(notice: PublicNotice) -> dict:
    return {
        "from": notice.noticed_on.isoformat(),
        "until": notice.until.isoformat(),
        "days": notice.days,
        "withdrawn_at": notice.withdrawn_at and notice.withdrawn_at.isoformat(),
    }


def _public_objection(objection: PublicObjection) -> dict:
    """Without who objected."""
    return {
        "received_on": objection.received_on.isoformat(),
        "way": objection.get_way_display(),
        "criterion": objection.criterion,
        "text": objection.text,
        "answer": objection.answer,
        "answered_by": str(objection.answered_by or ""),
        "answered_at": objection.answered_at and objection.answered_at.isoformat(),
    }


def _basis(basis: RatificationBasis) -> dict:
    return {
        "ground": basis.get_ground_display(),
        "title": basis.title,
        "on": basis.on.isoformat(),
        "signer": basis.signer,
        "number": basis.number,
        "file": basis.name,
        "digest": basis.digest,
    }


def _entry(entry: Entry, public: dict) -> dict:
    batch = entry.submission
    return {
        **public,
        "submission": str(batch),
        "decision": entry.get_decision_display(),
        "reason": entry.reason,
        "ratified_on": batch.ratified_on and batch.ratified_on.isoformat(),
        "circular": batch.circular_number,
    }


def _json(content) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=2).encode()


def verify(archive: IO[bytes]) -> list[str]:
    """What in an archive does not hold against its list: names of files that are missing or were changed."""
    with zipfile.ZipFile(archive) as opened:
        listed = json.load(io.TextIOWrapper(opened.open(MANIFEST), encoding="utf-8"))["files"]
        names = set(opened.namelist())
        return [
            row["name"]
            for row in listed
            if row["name"] not in names or digest(opened.read(row["name"]), row["algorithm"])[1] != row["digest"]
        ]
