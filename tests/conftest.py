"""What every test may ask for."""

import contextlib
from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as effort

from acceptance.judging import standing, working_off
from accounts import audit, tallies, wording
from accounts.posts import ROLE_GRANTS, Post, ScopeKind
from areas.models import Area, Operator
from areas.vocabulary import AreaKind
from measures import late
from tests import asked, audit_words, costly_first, kept_database, running_once
from tests.audit_flush import allow_flush

# The same examples every time, in as much time as a busy machine takes.
effort.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
effort.load_profile("steady")

UNSEEN = pytest.StashKey[set[str]]()
"""Actions of which a whole run of the tests has seen no entry."""

_KIND_BY_LENGTH = {6: AreaKind.DISTRICT, 9: AreaKind.TOWN, 12: AreaKind.VILLAGE, 15: AreaKind.NATURAL_VILLAGE}


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker) -> Iterator[None]:
    """In place of pytest-django's own, which runs all migrations in every process of every run."""
    with contextlib.ExitStack() as stack:
        with django_db_blocker.unblock():
            stack.enter_context(kept_database.in_use(connection))
        yield
        with django_db_blocker.unblock():
            stack.close()


@pytest.fixture(scope="session", autouse=True)
def audit_trail_can_be_flushed():
    """Between transactional tests the runner empties the database, the audit trail included."""
    allow_flush()


@pytest.fixture(autouse=True)
def what_the_trail_says_is_in_words():
    """No test passes that writes an entry which the auditor could not read."""
    wrong: list[str] = []

    def read(entry):
        audit_words.note(entry)
        try:
            wrong.extend(audit_words.unworded(entry))
        except Exception as fault:
            wrong.append(f"{entry.action} {entry.detail} cannot be shown: {fault!r}")

    def append(entries, write=audit.append):
        write(entries)
        for entry in entries:
            read(entry)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audit, "append", append)
        yield
    assert not wrong


@pytest.fixture(autouse=True)
def what_is_counted_for_the_trail_is_forgotten(monkeypatch):
    """Refusals and looks of one test are none of the next one's, and no timer of one writes into another."""
    monkeypatch.setattr(tallies, "later", lambda seconds, call: None)
    yield
    audit.REFUSALS.forget()
    audit.LOOKS.forget()


@pytest.fixture(autouse=True)
def worker_on_duty(request, monkeypatch):
    """Whoever reads verdicts finds that the worker has just been round, unless the test has it asleep (``worker_asleep``).

    What the worker asks is none of the queries that a test counts.
    """
    if "worker_asleep" in request.fixturenames:
        return
    read = standing.of

    def after_the_worker(county: str) -> standing.CountyStanding:
        counts, connection.force_debug_cursor = connection.force_debug_cursor, False
        try:
            working_off.attempt(county)
        finally:
            connection.force_debug_cursor = counts
        return read(county)

    monkeypatch.setattr(standing, "of", after_the_worker)


@pytest.fixture(autouse=True)
def measures_filed(request, monkeypatch):
    """Every unit has entered the measures that the plan expects of it, unless the test asks for what is missing
    (``measures_missing``): else each inbox of each test would begin with what was due long ago.
    """
    if "measures_missing" not in request.fixturenames:
        monkeypatch.setattr(late.Owing, "all", lambda owing: [])


@pytest.fixture
def measures_missing():
    """What nobody has entered of the measures that are expected is missing."""


@pytest.fixture(autouse=True)
def no_database_unless_asked_for(request, monkeypatch):
    """Tests that need no database may run on one only (``running_once``); so they learn nothing of it."""
    if running_once.needs_no_database(request.node):
        running_once.refuse(monkeypatch)


def pytest_sessionstart():
    if asked.is_noted():
        asked.begin()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    ended = yield
    if asked.is_noted():
        asked.note(item.nodeid)
    return ended


def pytest_collection_modifyitems(config, items):
    running_once.leave_out(config, items)
    if hasattr(config, "workerinput"):  # One of several processes; all of them must put the tests in the same order.
        costly_first.sort(items)


@pytest.fixture
def worker_asleep():
    """No worker judges what a request leaves to it."""


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """What one of several processes has seen of the trail and asked of the database, told to the first of them."""
    told = getattr(node, "workeroutput", {})
    audit_words.SEEN.update(told.get("audit_actions", ()))
    asked.ASKED.update(told.get("asked", {}))


def pytest_sessionfinish(session):
    """After a run of all tests: no action is left of which nobody has seen what it writes."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["audit_actions"] = sorted(audit_words.SEEN)
        session.config.workeroutput["asked"] = asked.ASKED
        return
    if asked.is_noted():
        asked.write()
    if unseen := _unseen(session.config):
        session.config.stash[UNSEEN] = unseen
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _unseen(config) -> set[str]:
    """Actions that no test has written; none unless every test was to run."""
    narrowing = ("keyword", "markexpr", "ignore", "ignore_glob", "deselect", "lf", "collectonly")
    is_narrow = running_once.is_second() or any(getattr(config.option, name, None) for name in narrowing)
    is_whole = config.args_source == pytest.Config.ArgsSource.TESTPATHS and not is_narrow
    return wording.ACTIONS.keys() - wording.FORMER - audit_words.SEEN if is_whole else set()


def pytest_terminal_summary(terminalreporter, config):
    if unseen := config.stash.get(UNSEEN, ()):
        terminalreporter.section("audit trail", red=True)
        terminalreporter.line(f"No test writes {', '.join(sorted(unseen))}: nobody knows whether it can be read.")


def made_area(code: str, name: str = "", **fields) -> Area:
    """An area, with whatever ancestors are missing; the kind follows the code's length unless given."""
    parent = Area.parent_code(code)
    if parent and not Area.objects.filter(code=parent).exists():
        made_area(parent)
    fields.setdefault("kind", _KIND_BY_LENGTH[len(code)])
    if fields["kind"] == AreaKind.NATURAL_VILLAGE:
        fields.setdefault("permanent_households", 20)
    return Area.objects.create(code=code, name=name or f"区域{code}", parent_id=parent, county=code[:6], **fields)


@pytest.fixture
def make_area(db):
    """Make an area (``made_area``)."""
    return made_area


@pytest.fixture
def make_user(db, make_area):
    """Make a user of a post; a township post sits in ``area`` (441802103 unless given), a district post in its district."""

    def make(post: Post, area: str = "441802103", operator: str = "telecom", **fields):
        scope_kind = ROLE_GRANTS[post].scope_kind
        code = {ScopeKind.TOWNSHIP: area, ScopeKind.DISTRICT: area[:6]}.get(scope_kind)
        if code and not Area.objects.filter(code=code).exists():
            make_area(code)
        if scope_kind == ScopeKind.OPERATOR:
            fields["operator"] = Operator.objects.get_or_create(code=operator, defaults={"name": operator})[0]
        number = get_user_model().objects.count() + 1
        fields.setdefault("username", f"{post}{number}")
        fields.setdefault("name", f"测试{post.label}{number}")
        return get_user_model().objects.create_user(
            password=fields.pop("password", None), post=post, area_id=code, **fields
        )

    return make
