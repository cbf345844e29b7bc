"""The inbox: everybody's own."""

from tests.access_table.row import SIGNED_IN, Row

ROWS = [
    Row("inbox:index", SIGNED_IN),
    Row("inbox:unread", SIGNED_IN),
    Row("inbox:read_all", SIGNED_IN, method="post", answer=302),
    Row("inbox:item", SIGNED_IN, lambda world, place: ["return/441802103/2017Q1/open"], answer=302),
]
