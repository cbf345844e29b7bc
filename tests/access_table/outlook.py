"""Will we make it, and why it moved."""

from accounts.posts import Power
from tests.access_table.row import Row

PROGRESS = {Power.SEE_PROGRESS}

ROWS = [
    Row("outlook:forecast", PROGRESS),
]
