"""Access points and orders through the API: batches of rows, checked as a workbook's; one row's fault drops no other.

``PUT`` (or ``POST``) ``/api/load/access-points/`` and ``/api/load/orders/`` with ``{"rows": [{…}, …]}`` and, where
anything may have to be accepted, ``"reason_code"``, ``"reason"`` and ``"document"``; the names are those of the data
package's columns. What is sent twice changes nothing the second time, and asks for nothing twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.urls import path
from rest_framework.exceptions import ParseError
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import audit
from accounts.access import HasPower
from accounts.models import User
from accounts.posts import Power
from areas.models import Operator
from areas.package.tables import ImportProblem, PackageSheet, PackageTable
from areas.package.values import cell_text, folded, quoted
from common.exceptions import Refused, Stale
from proposals.actions import Why, propose
from proposals.models import Proposal
from proposals.sketching import Sketch
from proposals.vocabulary import Act, ApprovalLevel, Door
from workbooks.ledgers.declared import LEDGERS, WorkbookLedger
from workbooks.ledgers.incoming import IncomingRows, incoming

MOST_ROWS = 5_000
EXPECTED = '请求内容应为 {"rows": [{"列名": 值, …}, …]}，至少一行。'


class Unusable(Exception):
    """The body is no batch of rows; the text is a Chinese sentence."""


class Load(APIView):
    """API view that takes a batch of rows into one ledger, for the sender's own operator only."""

    permission_classes = [HasPower]
    powers = (Power.LOAD_NETWORK,)
    ledger = ""

    def post(self, request) -> Response:
        return self.put(request)

    def put(self, request) -> Response:
        try:
            sent, why = _rows(request.data), _why(request.data)
        except ParseError:
            return Response({"detail": f"请求内容不是 JSON。{EXPECTED}"}, status=400)
        except Unusable as reason:
            return Response({"detail": str(reason)}, status=400)
        try:
            answer = _taken(LEDGERS[self.ledger], sent, why, request.user)
        except Stale:
            return Response({"detail": "未写入：另有相同编号的行同时写入，请重新发送。"}, status=409)
        except Refused as reason:
            return Response({"detail": str(reason)}, status=400)
        wrong = {problem["row"] for problem in answer["problems"]}
        return Response(answer, status=422 if len(wrong) == len(sent) else 200)


@transaction.atomic
def _taken(ledger: WorkbookLedger, sent: Sequence[Mapping[str, Any]], why: Why, by: User) -> dict[str, Any]:
    """Apply what nobody has to accept, propose the rest; what became of each row."""
    # Of two batches at the same time the second sees what the first asks for, and does not ask again.
    list(Operator.objects.select_for_update(no_key=True).filter(pk=by.operator_id))
    table = ledger.table
    named = [_named(table, row) for row in sent]
    problems = [each for number, row in enumerate(sent, start=1) for each in _unknown(table, number, row)]
    sheet = _sheet(table, named, ledger.implied(by.operator_id))
    rows = incoming(sheet, ledger, by.operator_id, problems=problems)
    title = f"接口上报{ledger.title}"
    proposal, found = propose(drafts=rows.drafts, by=by, source=Door.API, why=why, title=title, is_strict=False)
    rows.take(found.errors, as_errors=True)
    rows.take(found.warnings, as_errors=False)
    rows.report.sort()
    answer = _answer(rows, found, proposal)
    detail = {"list": ledger.title, "created": answer["created"], "changed": answer["changed"]}
    audit.record(action="ledger.load", by=by, detail=detail | {"proposed": len(answer["proposed"])})
    return answer


def _answer(rows: IncomingRows, found: Sketch, proposal: Proposal | None) -> dict[str, Any]:
    every = [(rows.numbers[place], item) for place, item in zip(found.places, found.items, strict=True)]
    done = {number: item for number, item in every if item.level == ApprovalLevel.AT_ONCE}
    created = {number for number, item in done.items() if item.act == Act.ADD}
    waiting = [(number, item) for number, item in every if item.level > ApprovalLevel.AT_ONCE]
    touched = {number for number, _ in [*every, *rows.pending]} | rows.wrong
    return {
        "created": len(created),
        "changed": len(done) - len(created),
        "unchanged": len([row for row in rows.data.rows if row.number not in touched]),
        "proposed": [
            {"row": number, "columns": list(item.values), "why": f"须{ApprovalLevel(item.level).label}"}
            for number, item in waiting
        ],
        "proposal": proposal.pk if proposal and waiting else None,
        "waiting": [{"row": number, "columns": columns} for number, columns in rows.pending],
        "problems": [_said(problem) for problem in rows.report.errors],
        "warnings": [_said(problem) for problem in rows.report.warnings],
    }


def _why(body: Any) -> Why:
    said = (
        {name: body.get(name) or "" for name in ("reason_code", "reason", "document")} if isinstance(body, dict) else {}
    )
    if any(not isinstance(text, str) for text in said.values()):
        raise Unusable("reason_code、reason、document 应为文字。")
    if any("\0" in text or not _is_text(text) for text in said.values()):
        raise Unusable("reason、document 里有不能保存的字符：请删去后重新发送。")
    return Why(*said.values())


def _named(table: PackageTable, row: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a row by column, whatever heading they were sent under."""
    columns = {name: table.by_header.get(folded(name)) for name in row}
    return {column.name: row[name] for name, column in columns.items() if column}


def _unknown(table: PackageTable, number: int, row: Mapping[str, Any]) -> Iterator[ImportProblem]:
    """A name that is no column is the fault of the row in which it stands."""
    for name in row:
        if folded(name) not in table.by_header:
            known = "、".join(f"{column.name}（{column.label}）" for column in table.columns)
            message = f"无法识别列{quoted(name)}：本表的列有 {known}。"
            yield ImportProblem(table.name, number, name, _text(row[name]), message)


def _rows(body: Any) -> Sequence[Mapping[str, Any]]:
    rows = body.get("rows") if isinstance(body, dict) else body
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) and row for row in rows):
        raise Unusable(EXPECTED)
    if len(rows) > MOST_ROWS:
        raise Unusable(f"一次最多 {MOST_ROWS} 行，本次有 {len(rows)} 行：请分批发送。")
    if any(isinstance(value, (dict, list)) for row in rows for value in row.values()):
        raise Unusable("每个值应为文字、数字、真假或空（null），不能是列表或对象。")
    if not all(_is_text(each) for row in rows for pair in row.items() for each in pair):
        raise Unusable("列名或值中有不成字的 \\ud800 至 \\udfff：请检查发送方的编码。")
    return rows


def _is_text(value: Any) -> bool:
    """Whether a value can be written: JSON lets half of a pair of surrogates stand alone, which is no character."""
    return not isinstance(value, str) or not any("\ud800" <= each <= "\udfff" for each in value)


def _sheet(table: PackageTable, rows: Sequence[Mapping[str, Any]], implied: Mapping[str, str]) -> PackageSheet:
    """The batch as a table: its first row is row 1, and a name that some rows leave out is blank there."""
    given = {name for row in rows for name in row} | {*implied}
    names = [column.name for column in table.columns if column.required or column.name in given]
    complete = ({**implied, **row} for row in rows)
    texts = [[_text(row.get(name)) for name in names] for row in complete]
    return PackageSheet(table.name, [(0, names), *enumerate(texts, start=1)])


def _text(value: Any) -> str:
    """A value as a cell would hold it; yes and no as the package writes them."""
    return str(int(value)) if isinstance(value, bool) else cell_text(value)


def _said(problem: ImportProblem) -> dict[str, Any]:
    return {"row": problem.row, "column": problem.column, "value": problem.value, "message": problem.message}


urlpatterns = [
    path("access-points/", Load.as_view(ledger="access-points"), name="load-access-points"),
    path("orders/", Load.as_view(ledger="orders"), name="load-orders"),
]
