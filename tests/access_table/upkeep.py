"""How the portal stands."""

from accounts.posts import Power
from tests.access_table.row import Row

ROWS = [Row("upkeep:status", {Power.SEE_STATUS})]
