"""The members of figures."""

from accounts.posts import Power
from tests.access_table.row import Row

ROWS = [
    Row("figures:figure", {Power.SEE_PROGRESS, Power.SEE_NETWORK}, lambda world, place: ["points"]),
]
