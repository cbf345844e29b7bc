"""The log: whether a receipt still stands in it, and its head as a file."""

from accounts.posts import Power
from tests.access_table.row import Row

ROWS = [
    Row("witness:check", {Power.READ_AUDIT_TRAIL, Power.SEE_RETURNS, Power.SEE_DOCUMENTS}),
    Row("certificates:log_head", {Power.READ_AUDIT_TRAIL}, method="post"),
]
