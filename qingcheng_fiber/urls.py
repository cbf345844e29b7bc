"""The portal's addresses, a prefix a room."""

from django.urls import include, path

from qingcheng_fiber.api import router

urlpatterns = [
    path("areas/", include("register.urls")),
    path("accounts/", include("accounts.urls")),
    path("", include("offline.urls")),
    path("entry/", include("entry.urls")),
    path("field/", include("field.urls")),
    path("jobs/", include("jobs.urls")),
    path("witness/", include("witness.urls")),
    path("inbox/", include("inbox.urls")),
    path("papers/", include("papers.urls")),
    path("returns/", include("returns.urls")),
    path("returns/", include("workbooks.urls")),
    path("ledgers/", include("workbooks.ledgers.urls")),
    path("proposals/successions/", include("proposals.successions.urls")),
    path("acceptance/", include("acceptance.urls")),
    path("proposals/", include("proposals.urls")),
    path("findings/", include("findings.urls")),
    path("figures/", include("figures.urls")),
    path("inspection/", include("inspection.urls")),
    path("notices/", include("inspection.notice_urls")),
    path("c/", include("reports.certificates.public_urls")),
    path("certificates/", include("reports.certificates.urls")),
    path("spotcheck/", include("inspection.spotcheck.urls")),
    path("planning/", include("planning.urls")),
    path("appraisal/", include("measures.appraisal.urls")),
    path("measures/", include("measures.urls")),
    path("problems/", include("problems.urls")),
    path("breakdown/", include("breakdown.urls")),
    path("supervision/", include("supervision.urls")),
    path("", include("reports.screens.urls")),
    path("outlook/", include("outlook.urls")),
    path("upkeep/", include("upkeep.urls")),
    path("api/load/", include("workbooks.ledgers.api")),
    path("api/", include(router.urls)),
    path("", include("reports.urls")),
]

handler400 = "qingcheng_fiber.errors.bad_request"
handler403 = "qingcheng_fiber.errors.permission_denied"
handler404 = "qingcheng_fiber.errors.not_found"
handler500 = "qingcheng_fiber.errors.server_error"
