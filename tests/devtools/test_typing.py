"""What mypy knows of our code beside what it can read."""

from mypy import api

from devtools.virtualenv import ROOT

SNIPPET = """
from accounts.posts import Power

reveal_type(Power.EXPORT)
reveal_type([power for power in Power])
asked: Power = ("export", "导出")
"""


def test_members_of_choices_are_of_their_class(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    file = tmp_path / "snippet.py"
    file.write_text(SNIPPET, encoding="utf-8")

    said, _, status = api.run(["--config-file", "pyproject.toml", str(file)])

    assert status == 1
    assert 'Revealed type is "accounts.posts.Power"' in said
    assert 'Revealed type is "list[accounts.posts.Power]"' in said
    assert 'Incompatible types in assignment (expression has type "tuple[str, str]", variable has type "Power")' in said
