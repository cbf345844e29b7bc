"""What is brought about a second time is what it was the first time, and is brought about anew where anything else bears on it."""

from datetime import date

import pytest

from accounts.posts import Post
from areas.models import Operator
from common import clock
from evidence import store
from tests import replayed

pytestmark = pytest.mark.django_db
TAKEN: list[tuple[str, ...]] = []
"""What was really brought about."""


class Scene:
    """One step."""

    def __init__(self, request) -> None:
        self.request = request

    @replayed.step
    def entered(self, *names: str) -> list[Operator]:
        TAKEN.append(names)
        store.keep(b"words", "ab" + "0" * 62)
        return [Operator.objects.create(code=name, name="电信") for name in names]


@pytest.fixture(autouse=True)
def afresh(settings, tmp_path):
    settings.VAR_DIR, others = tmp_path, dict(replayed._brought)
    replayed._brought.clear()
    TAKEN.clear()
    yield
    replayed._brought.clear()
    replayed._brought.update(others)


@pytest.fixture
def again(request):
    """Take the step as if in a new test; how often it has really been taken."""

    def take(*names: str, **others: str) -> int:
        Operator.objects.all().delete()
        replayed.forget()
        made = Scene(request).entered(*names, **others)
        assert [*Operator.objects.order_by("pk").values_list("code", flat=True)] == [*names]
        assert [each.pk for each in made] == [*names]
        return len(TAKEN)

    return take


@pytest.fixture(autouse=True)
def only_on_sqlite(settings):
    if "sqlite" not in settings.DATABASES["default"]["ENGINE"]:
        pytest.skip("only SQLite numbers the rows of each test anew")


def test_what_was_brought_about_is_written_again(again, tmp_path):
    again("a", "b")
    store.path_of("ab" + "0" * 62).unlink()

    assert again("a", "b") == 1
    assert store.path_of("ab" + "0" * 62).read_bytes() == b"words"


def test_other_words_are_another_step(again):
    again("a")
    assert again("b") == 2


def test_what_is_set_bears_on_it(again, settings):
    again("a")
    settings.PORTAL_TODAY = date(2018, 7, 21)
    assert again("a") == 2


def test_what_is_patched_bears_on_it(again, monkeypatch):
    again("a")
    monkeypatch.setattr(clock, "today", lambda: date(2018, 7, 21))
    assert again("a") == 2


def test_what_has_no_words_of_its_own_is_never_the_same(again, monkeypatch):
    monkeypatch.setattr(Scene, "other", object(), raising=False)
    again("a")
    assert again("a") == 2


def test_what_was_written_before_bears_on_it(request, make_user):
    Scene(request).entered("a")
    Operator.objects.all().delete()
    replayed.forget()
    make_user(Post.CLERK)
    Scene(request).entered("a")

    assert len(TAKEN) == 2


def test_without_its_request_it_is_taken_anew():
    Scene(None).entered("a")
    Operator.objects.all().delete()
    Scene(None).entered("a")

    assert len(TAKEN) == 2
