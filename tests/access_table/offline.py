"""What devices ask, and what stands for a page without a network."""

from tests.access_table.row import PUBLIC, SIGNED_IN, Row

ROWS = [
    Row("offline:worker", PUBLIC),
    Row("offline:shell", PUBLIC, lambda world, place: ["field"]),
    Row("offline:session", SIGNED_IN),
    Row("offline:key", SIGNED_IN, method="post"),
]
