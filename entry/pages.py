"""The pages of all forms of figures as they open without a network."""

from entry.hooks import FORMS
from offline.pages import OfflinePage


def offline_page() -> OfflinePage:
    return OfflinePage(
        name="entry",
        template="entry/shell.html",
        module="entry-offline",
        styles=("css/returns.css", "css/entry-panel.css"),
        patterns=tuple(form.pages for form in FORMS),
    )
