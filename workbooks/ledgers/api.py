"""Access points and orders through the API: batches of rows, checked as a workbook's, all or nothing.

``PUT`` (or ``POST``) ``/api/load/access-points/`` and ``/api/load/orders/`` with ``{"rows": [{…}, …]}``; the names
are those of the data package's columns. What is sent twice changes nothing the second time.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError
from django.urls import path
from rest_framework.exceptions import ParseError
from rest_framework.response import Response
from rest_framework.views import APIView

from acceptance.packages import Loading, store_loaded
from accounts.access import HasPower
from accounts.posts import Power
from areas.package.tables import ImportProblem, PackageSheet
from areas.package.values import cell_text
from workbooks.ledgers.declared import LEDGERS

MOST_ROWS = 5_000
EXPECTED = '请求内容应为 {"rows": [{"列名": 值, …}, …]}，至少一行。'


class Unusable(Exception):
    """The body is no batch of rows; the text is a Chinese sentence."""


class Load(APIView):
    """API view that imports a batch of rows into one ledger, for the sender's own operator only."""

    permission_classes = [HasPower]
    powers = (Power.LOAD_NETWORK,)
    ledger = ""

    def post(self, request) -> Response:
        return self.put(request)

    def put(self, request) -> Response:
        ledger = LEDGERS[self.ledger]
        implied = ledger.implied(request.user.operator_id)
        try:
            sheet = _sheet(ledger.table.name, _rows(request.data), implied)
        except ParseError:
            return Response({"detail": f"请求内容不是 JSON。{EXPECTED}"}, status=400)
        except Unusable as reason:
            return Response({"detail": str(reason)}, status=400)
        loading = Loading(sheet, by=request.user, implied=implied)
        loading.check()
        report, count = loading.package.report, len(loading.data.rows)
        if report.errors:
            return Response({"problems": [_said(problem) for problem in report.errors]}, status=422)
        try:
            outcome = store_loaded(loading, action="ledger.load", detail={"list": ledger.title})
        except IntegrityError:
            return Response({"detail": "没有写入：同时有人在写入相同编号的行，请重新发送。"}, status=409)
        created, changed = outcome.created[ledger.table.name], outcome.changed[ledger.table.name]
        counts = {"created": created, "changed": changed, "unchanged": count - created - changed}
        return Response(counts | {"warnings": [_said(problem) for problem in report.warnings]})


def _rows(body: Any) -> Sequence[Mapping[str, Any]]:
    rows = body.get("rows") if isinstance(body, dict) else body
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) and row for row in rows):
        raise Unusable(EXPECTED)
    if len(rows) > MOST_ROWS:
        raise Unusable(f"一次最多 {MOST_ROWS} 行，这次有 {len(rows)} 行：请分批发送。")
    if any(isinstance(value, (dict, list)) for row in rows for value in row.values()):
        raise Unusable("每个值应为文字、数字、真假或空（null），不能是列表或对象。")
    return rows


def _sheet(table: str, rows: Sequence[Mapping[str, Any]], implied: Mapping[str, str]) -> PackageSheet:
    """The batch as a table: its first row is row 1, and a name that some rows leave out is blank there."""
    names = list(dict.fromkeys(name for row in ({**row, **implied} for row in rows) for name in row))
    complete = ({**implied, **row} for row in rows)
    texts = [[_text(row.get(name)) for name in names] for row in complete]
    return PackageSheet(table, [(0, names), *enumerate(texts, start=1)])


def _text(value: Any) -> str:
    """A value as a cell would hold it; yes and no as the package writes them."""
    return str(int(value)) if isinstance(value, bool) else cell_text(value)


def _said(problem: ImportProblem) -> dict[str, Any]:
    return {"row": problem.row, "column": problem.column, "value": problem.value, "message": problem.message}


urlpatterns = [
    path("access-points/", Load.as_view(ledger="access-points"), name="load-access-points"),
    path("orders/", Load.as_view(ledger="orders"), name="load-orders"),
]
