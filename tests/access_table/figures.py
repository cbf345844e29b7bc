"""The members of figures."""

from accounts.posts import Power
from tests.access_table.row import Row

ROWS = [
    Row("figures:figure", {Power.SEE_PROGRESS}, lambda world, place: ["sites"]),
]
