"""Plans that another county might have: ours, written otherwise."""

import re
from pathlib import Path

from django.conf import settings

_TABLE = re.compile(r"(?m)^\[\[?[a-z_.0-9A-Z]+\]\]?\n(?:.*\S.*\n)+")
"""A table of the plan file with its lines, up to the blank one."""


def hard(text: str) -> str:
    """Penetration decides, as the shares do."""
    return text.replace('role = "reference"', 'role = "hard"')


def without_penetration(text: str) -> str:
    """Nothing is asked of penetration."""
    return _without(text, r'^\[\[criteria\]\][^\[]*measure = "penetration"')


def of_villages(text: str) -> str:
    """No standard for streets, quarters and the district, and no milestone that counts streets and towns."""
    kinds = "(street|quarter|district)"
    text = _without(text, rf"^\[titles\.{kinds}\]")
    text = _without(text, rf'^\[\[criteria\]\][^\[]*kind = "{kinds}"')
    return _without(text, r'^\[\[milestones\]\][^\[]*measure = "(townships|quarters)_achieved"')


def rates_alone(text: str) -> str:
    """Streets, quarters and the district earn no title, but penetration is still shown of them."""
    kinds = "(street|quarter|district)"
    text = _without(text, rf"^\[titles\.{kinds}\]")
    return _without(text, rf'^\[\[criteria\]\][^\[]*kind = "{kinds}"\nrole = "hard"')


def rates_decide(text: str) -> str:
    """Of streets, towns and villages penetration decides, and no share is asked."""
    return _without(
        hard(text), r'^\[\[criteria\]\][^\[]*kind = "(street|town|village)"[^\[]*measure = "(?!penetration)'
    )


OTHERS = {each.__name__: each for each in (hard, without_penetration, of_villages, rates_alone, rates_decide)}


def _without(text: str, pattern: str) -> str:
    """The plan without the tables that the pattern finds; at least one."""
    tables = [table for table in _TABLE.findall(text) if re.match(pattern, table)]
    assert tables, pattern
    for table in tables:
        text = text.replace(table, "")
    return _without_idle_evidence(text)


def _without_idle_evidence(text: str) -> str:
    """The plan without the evidence for criteria that are not in it any more."""
    for table in _TABLE.findall(text):
        asked = re.match(r'\[\[award\.evidence\]\][^\[]*criterion = "(\w+)"', table)
        if asked and f'key = "{asked[1]}"' not in text:
            text = text.replace(table, "")
    return text


def write(name: str, folder: Path) -> Path:
    """The plan of that name as a file."""
    path = folder / f"{name}.toml"
    path.write_text(OTHERS[name](Path(settings.PLAN_FILE).read_text(encoding="utf-8")), encoding="utf-8")
    return path
