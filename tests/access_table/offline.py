"""What devices ask."""

from tests.access_table.row import SIGNED_IN, Row

ROWS = [
    Row("offline:session", SIGNED_IN),
    Row("offline:key", SIGNED_IN, method="post"),
]
