"""The pages that the proxy shows when the portal itself does not answer: ``.venv/bin/python -m tests.proxy_pages`` writes them.

Each stands alone, its style within it: while the portal is away nobody serves a style sheet.
"""

from pathlib import Path

from django.template.loader import render_to_string

FOLDER = Path(__file__).resolve().parents[1] / "deploy" / "pages"
STYLE = Path(__file__).resolve().parents[1] / "static" / "css" / "errors.css"
STATUSES = (413, 429, 502)


def pages() -> dict[str, str]:
    """Each page by the name of its file."""
    style = {"style": STYLE.read_text("utf-8"), "reason": ""}
    return {f"{status}.html": render_to_string(f"qingcheng_fiber/{status}.html", style) for status in STATUSES}


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    for name, text in pages().items():
        (FOLDER / name).write_text(text, "utf-8")
