"""How each deed is done at the portal: the pages that somebody opens and the forms that she sends, as a browser without scripts would."""

import json
import re
from collections.abc import Callable
from html import unescape

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from inspection import required
from inspection.models import Report, Submission, Unit
from inspection.vocabulary import EvidenceKind
from proposals.models import Proposal
from returns.models import Return
from tests.evidence.files import PDF, distinct
from tests.proposals.forms import address
from tests.returns.forms import fields
from tests.simulation.business import Business, Step

Send = Callable[[], object]
"""Sends a form, the very same each time; answers what came back."""


class Portal:
    """The portal as its people use it; ``business`` says which thing is meant, never what it looks like."""

    def __init__(self, business: Business) -> None:
        self.business = business
        self._clients: dict[str, Client] = {}
        self._photos = 0

    def client(self, who: str) -> Client:
        if who not in self._clients:
            self._clients[who] = Client(raise_request_exception=False)
            self._clients[who].force_login(User.objects.get(username=who))
        return self._clients[who]

    def sends(self, step: Step) -> list[Send]:
        """What is to be sent for the step, one after the other; what must be read before is read now."""
        return getattr(self, f"_{step.deed}", self._by_table)(step)

    def _form(self, step: Step, name: str, *args, **data) -> list[Send]:
        client, url = self.client(step.who), reverse(name, args=args)
        return [lambda: client.post(url, data)]

    def _by_table(self, step: Step) -> list[Send]:
        for names, send in ((_REPORT, self._move_report), (_SUBMISSION, self._move_submission)):
            if step.deed in names:
                return send(step, names[step.deed])
        return self._review(step)

    # ------------------------------------------------ returns

    def filed(self, step: Step) -> Return:
        """The revision that the business means; the latest there is where it knows none."""
        rows = Return.objects.filter(township=step.at[0], period=step.at[1]).order_by("revision")
        meant = self.business.standing(*step.at)
        return rows.filter(revision=meant.revision).first() if meant else rows.last()

    def _round(self, step: Step) -> list[Send]:
        due = self.business.due(step).isoformat()
        return self._form(step, "returns:open_round", quarter=step.at[0], due=due, note="", early_reason="")

    def _open(self, step: Step) -> list[Send]:
        from common.periods import Quarter

        return self._form(step, "returns:open", Quarter.parse(step.at[1]))

    def _cells(self, step: Step, typed: dict[tuple[str, str], str]) -> list[Send]:
        filed, client = self.filed(step), self.client(step.who)
        url = reverse("entry:cells", args=["return", str(filed.pk)])
        shown = client.get(url)
        lines, user = (shown.json()["lines"], shown.json()["user"]) if shown.status_code == 200 else ({}, 0)
        cells = [
            {
                "code": code,
                "name": name,
                "text": text,
                "seen": [lines.get(code, _BLANK)[_COLUMNS.index(name)]],
            }
            for (code, name), text in typed.items()
        ]
        said = json.dumps({"user": user, "cells": cells})
        return [lambda: client.post(url, said, content_type="application/json")]

    def _fill(self, step: Step) -> list[Send]:
        filed = self.business.standing(*step.at)
        figures = self.business.filled(step, filed)
        typed = {(village, name): str(value) for village, row in figures.items() for name, value in row.items()}
        said = f"村内小区陆续入住第{step.salt}批共计{step.salt + 11}户"
        for village in figures:
            typed |= {(village, "reason"): "moved_in", (village, "explanation"): said}
        return self._cells(step, typed)

    def _slip(self, step: Step) -> list[Send]:
        village, name, value = self.business.slip(step, self.business.standing(*step.at))
        return self._cells(step, {(village, name): "" if value is None else str(value)})

    def _version(self, step: Step, version: int) -> int:
        return version - 1 if step.how == "stale" else version

    def _hand_up(self, step: Step) -> list[Send]:
        filed = self.filed(step)
        said = f"各村数字已逐一核对，与运营企业口径不同第{step.salt}次"
        return self._form(step, "returns:check", filed.pk, version=self._version(step, filed.version), explanation=said)

    def _sign(self, step: Step) -> list[Send]:
        filed = self.filed(step)
        return self._form(step, "returns:sign", filed.pk, version=self._version(step, filed.version), decision="sign")

    def _hand_back(self, step: Step) -> list[Send]:
        filed, said = self.filed(step), {"decision": "hand_back", "reason": "请再核对"}
        return self._form(step, "returns:sign", filed.pk, version=self._version(step, filed.version), **said)

    def _withdraw(self, step: Step) -> list[Send]:
        return self._plain(step)

    def _plain(self, step: Step) -> list[Send]:
        filed = self.filed(step)
        version = self._version(step, filed.version)
        return self._form(step, f"returns:{step.deed}", filed.pk, version=version, reason="经核实须更正")

    _correct = _discard = _plain

    def _review(self, step: Step) -> list[Send]:
        """Whoever decides has opened the page before."""
        filed = self.filed(step)
        if self.business.verdict(step) == "go":
            self.client(step.who).get(reverse("returns:review", args=[filed.pk]))
            self.business.standing(*step.at).is_opened = True
            filed.refresh_from_db()
        said = {"version": self._version(step, filed.version), "reason": "请再核对"}
        if step.deed == "send_back":
            return self._form(step, "returns:send_back", filed.pk, **said)
        return self._form(step, "returns:review", filed.pk, decision=step.deed, **said)

    # ------------------------------------------------ reports

    def report(self, number: int) -> Report:
        return Report.objects.order_by("pk")[number]

    def unit(self, code: str) -> Unit:
        return Unit.objects.filter(area=code).order_by("pk").last()

    def submission(self, number: int) -> Submission:
        return Submission.objects.order_by("pk")[number]

    def _start(self, step: Step) -> list[Send]:
        _, period, *codes = step.at
        return self._form(step, "inspection:new", period=period, unit=codes)

    def _bring(self, step: Step) -> list[Send]:
        report = self.report(step.at[0])
        rows = [row for row in required.missing(report) for _ in range(row.lacking)] or [None]
        return [self._photo(step, report, row) for row in rows]

    def _photo(self, step: Step, report: Report, row) -> Send:
        self._photos += 1
        client, url = self.client(step.who), reverse("inspection:add_evidence", args=[report.pk])
        picture, name = distinct(self._photos), f"{self._photos}.jpg"
        said = {"kind": "photo"}
        if row:
            said = {"kind": row.kind, "area": row.unit.area_id, "criterion": row.criterion}
            said |= {"mbps": "100"} if row.kind == EvidenceKind.SPEED_TEST else {}
        return lambda: client.post(url, said | {"file": SimpleUploadedFile(name, picture, "image/jpeg")})

    def _report_up(self, step: Step) -> list[Send]:
        report = self.report(step.at[0])
        shown = self.client(step.who).get(reverse("inspection:report", args=[report.pk])).content.decode()
        asked = sorted(set(re.findall(r'name="objection" value="(\d+)"', shown)))
        answers = {"objection": asked} | {f"answer-{pk}": "已补齐材料，请复核" for pk in asked}
        texts = {name: getattr(report, name) for name in ("overview", "problems", "request")}
        version = self._version(step, report.version)
        return self._form(step, "inspection:report", report.pk, version=version, hand_up=1, **texts, **answers)

    def _move_report(self, step: Step, action: str) -> list[Send]:
        report = self.report(step.at[0])
        said = {"version": self._version(step, report.version), "action": action}
        said |= {"reason": "须修改"} if action in ("hand_back", "discard") else {}
        return self._form(step, "inspection:move", report.pk, **said)

    def _rule(self, step: Step) -> list[Send]:
        unit = self.unit(step.at[0])
        said = {"version": self._version(step, unit.version), "decision": step.how, "text": "逐条核对后的意见"}
        for row in unit.frozen.said["criteria"]:
            returned = step.how == "return"
            said |= {f"finding-{row['key']}": "not_met" if returned else "met"}
            said |= {f"why-{row['key']}": "missing", f"remark-{row['key']}": "缺照片"} if returned else {}
        return self._form(step, "inspection:examine", unit.pk, **said)

    def _settle(self, step: Step) -> list[Send]:
        from inspection.models import UnitObjection

        found = UnitObjection.objects.filter(area=step.at[0]).order_by("pk").last()
        pk = found.pk if found else 1
        return self._form(step, "inspection:objection", pk, act="settle", **{f"word-{pk}": "已补齐"})

    def _confirm_unit(self, step: Step) -> list[Send]:
        unit = self.unit(step.at[0])
        return self._form(
            step, "inspection:examine", unit.pk, version=self._version(step, unit.version), decision="confirm"
        )

    def _overrule_unit(self, step: Step) -> list[Send]:
        unit = self.unit(step.at[0])
        said = {"version": self._version(step, unit.version), "decision": "overrule", "reason": "请再看"}
        return self._form(step, "inspection:examine", unit.pk, **said)

    # ------------------------------------------------ submissions

    def _compile(self, step: Step) -> list[Send]:
        return self._form(step, "inspection:compile", unit=[self.unit(code).pk for code in step.at])

    def _move_submission(self, step: Step, action: str) -> list[Send]:
        submission = self.submission(step.at[0])
        said = {"version": self._version(step, submission.version), "action": action}
        said |= {"reason": "须修改"} if action == "recall" else {}
        return self._form(step, "inspection:submission", submission.pk, **said)

    def _basis(self, step: Step) -> list[Send]:
        submission, client = self.submission(step.at[0]), self.client(step.who)
        url = reverse("inspection:basis", args=[submission.pk])
        said = {"ground": "meeting", "title": "第12次常务会议", "signer": "吴区长", "number": "清区府纪〔2018〕12号"}
        said["on"] = self.business.today.isoformat()
        return [lambda: client.post(url, said | {"file": SimpleUploadedFile("纪要.pdf", PDF, "application/pdf")})]

    def _decide(self, step: Step) -> list[Send]:
        """Each unit is looked at, then what the page shows is confirmed."""
        submission, client = self.submission(step.at[0]), self.client(step.who)
        desk = reverse("inspection:submission_desk", args=[submission.pk])
        if self.business.verdict(step) == "go":
            for unit in submission.units.all():
                client.post(desk, {"act": "look", "unit": unit.pk, "version": unit.version})
        url = reverse("inspection:submission_batch", args=[submission.pk])
        shown = client.get(url)
        found = re.search(r'name="shown" value="([^"]*)"', shown.content.decode()) if shown.status_code == 200 else None
        said = {"version": self._version(step, submission.version), "shown": found[1] if found else ""}
        return [lambda: client.post(url, said)]

    def _award(self, step: Step) -> list[Send]:
        return self._form(
            step, "certificates:issue", units=[self.unit(step.at[0]).pk], on=self.business.today.isoformat()
        )

    # ------------------------------------------------ the register

    def _propose(self, step: Step) -> list[Send]:
        table, key = step.at
        values, typed = self.business.proposed(step), {"nature": "correct", "reason_code": "misentered"}
        if table == "sites":
            return self._looked_at(
                step, address(table, key, "place"), typed | {"place": f"{values['lon']}, {values['lat']}"}
            )
        return self._looked_at(step, address(table, key, "permanent_households"), typed | values)

    @staticmethod
    def proposal(number: int) -> Proposal:
        return Proposal.objects.exclude(source="import").order_by("pk")[number]

    def _place_elsewhere(self, step: Step) -> list[Send]:
        site, target = step.at
        on = self.business.day(step).isoformat()
        said = {"nature": "change", "on": on, "area_code": target, "reason_code": "misentered"}
        return self._looked_at(step, address("sites", site, "area_code"), said)

    def _end_site(self, step: Step) -> list[Send]:
        said = {"on": self.business.day(step).isoformat(), "reason_code": "demolished"}
        return self._looked_at(step, address("sites", step.at[0], act="end"), said)

    def _looked_at(self, step: Step, url: str, typed: dict[str, str]) -> list[Send]:
        """Typed, looked at, and sent as it was looked at."""
        typed |= {"reason": "村委会清点", "document": "源府〔2018〕9号"}
        client = self.client(step.who)
        page = client.get(url)
        if page.status_code != 200:
            return [lambda: client.post(url, typed | {"step": "send"})]
        form = page.context["form"]
        data = {name: form[name].value() or "" for name in form.fields} | dict(page.context["seen"]) | typed
        looked = client.post(url, data | {"step": "preview"})
        shown = looked.context["shown"] if looked.context else None
        return [
            lambda: client.post(url, data | {"proofs": [], "step": "send", "previewed": shown.digest if shown else ""})
        ]

    def _succeed(self, step: Step) -> list[Send]:
        """The act is filled in, looked at, and sent as it was looked at."""
        client, origin = self.client(step.who), step.at[0]
        url = f"{reverse('successions:new')}?act={step.how}&from={origin}"
        said = {"on": self.business.day(step).isoformat(), "document": "清府〔2018〕9号", "carries_title": "on"}
        if step.how == "merge":
            said |= {"to": step.at[1], "new_name": "", "new_code": ""}
        elif step.how == "recode":
            act = self.business.succession(step)
            said |= {"name": act.name, "code": act.heir}
        else:
            said |= {"name": self.business.new_name(step), "code": ""}
        seen = re.search(r'name="seen" value="([0-9a-f]+)"', client.post(url, said).content.decode())
        return [lambda: client.post(url, said | {"seen": seen[1] if seen else ""})]

    def _undo(self, step: Step) -> list[Send]:
        return self._form(
            step, "successions:act", self.proposal(step.at[0]).pk, document="清府〔2018〕10号", reason="未获批准"
        )

    def _of_proposal(self, step: Step, action: str) -> list[Send]:
        asked = self.business.proposals
        number = max((asked[n].state == "open", n) for n in range(len(asked)) if asked[n].key == step.at[0])[1]
        found = self.proposal(number)
        url, client = reverse("proposals:proposal", args=[found.pk]), self.client(step.who)
        if self.business.verdict(step) == "go":
            client.post(url, {"action": "refresh"})
        shown = client.get(url)
        said = fields(shown.content.decode()) if shown.status_code == 200 else {}
        said |= {"version": self._version(step, found.version), "action": action, "reason": "证据不足"}
        return [lambda: client.post(url, said)]

    def _accept(self, step: Step) -> list[Send]:
        return self._of_proposal(step, "accept")

    def _turn_down(self, step: Step) -> list[Send]:
        return self._of_proposal(step, "refuse")

    def _take_back(self, step: Step) -> list[Send]:
        return self._of_proposal(step, "withdraw")


def text_of(answer) -> str:
    """What an answer says is wrong, for a story; else the end of it."""
    if answer.headers.get("Content-Type", "").startswith("application/json"):
        return str([cell for cell in answer.json().get("cells", [answer.json()]) if cell.get("fate") != "saved"])[:700]
    page = answer.content.decode(errors="replace")
    alerts = re.findall(r"(?s)<[^>]*(?:alert|error|refus)[^>]*>.{0,400}", page)
    return " ".join(unescape(re.sub(r"<[^>]+>|\s+", " ", " … ".join(alerts) or page[-700:])).split())[:700]


_COLUMNS = (
    "households", "broadband_covered_households", "fibre_covered_households", "broadband_users", "fibre_users", "reason",
    "explanation",
)  # fmt: skip
_BLANK = (*(None for _ in range(5)), "", "")
"""What a row shows that is not stored yet: that of a village which came into force later."""
_REPORT = {
    "report_back": "hand_back", "send": "send", "recall_report": "withdraw", "drop_report": "discard", "take_report": "take",
}  # fmt: skip
_SUBMISSION = {"submit": "submit", "recall": "recall", "notice": "notice", "announce": "announce"}
