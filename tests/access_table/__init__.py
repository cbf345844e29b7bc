"""Who gets what at which address: a row for every address of the portal.

``tests/test_urls.py`` asks each address as every post, for one's own area, a neighbour's and another county's,
and fails when an address has no row. To add an address, add to ROWS in the module of its room

    Row("areas:area", {Power.SEE_REGISTRY}, at=lambda world, place: [place.area], scoped=True)

- the name of the URL pattern, with its namespace;
- the powers of which any opens it (everyone else gets 403), SIGNED_IN for every post, or PUBLIC;
- ``at``: the arguments of the address, for what lies at ``place``. It makes what it names (``world.make_area``
  and the ORM) and returns the arguments; nothing made or changed outlives the request;
- ``scoped``: what is out of scope gets 404. NETWORK: the same, and an operator sees what is its own there; a function of
  post and place: whoever it says sees what lies there;
- ``method`` and ``data`` (also a function of world and place) for what is posted; ``answer`` when not 200;
- ``visitor``: what one who is not signed in gets, when it is not the way to the login.

A pattern that answers both to reading and to posting has two rows.
"""

from tests.access_table import (
    acceptance,
    accounts,
    breakdown,
    certificates,
    entry,
    field,
    figures,
    findings,
    inbox,
    inspection,
    jobs,
    measures,
    offline,
    outlook,
    papers,
    planning,
    problems,
    proposals,
    register,
    reports,
    returns,
    spotcheck,
    successions,
    supervision,
    upkeep,
    witness,
    workbooks,
)

ROWS = [
    *acceptance.ROWS,
    *accounts.ROWS,
    *breakdown.ROWS,
    *certificates.ROWS,
    *entry.ROWS,
    *field.ROWS,
    *figures.ROWS,
    *findings.ROWS,
    *inbox.ROWS,
    *inspection.ROWS,
    *jobs.ROWS,
    *measures.ROWS,
    *offline.ROWS,
    *outlook.ROWS,
    *papers.ROWS,
    *planning.ROWS,
    *problems.ROWS,
    *proposals.ROWS,
    *register.ROWS,
    *reports.ROWS,
    *returns.ROWS,
    *spotcheck.ROWS,
    *successions.ROWS,
    *supervision.ROWS,
    *upkeep.ROWS,
    *witness.ROWS,
    *workbooks.ROWS,
]
