"""The demonstration: the same every time, of a realistic size, importable, and with a story to tell."""

import csv
import hashlib
import json
from collections import Counter
from io import StringIO

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from acceptance.answers import evaluation, milestones
from accounts.models import AuditEntry, User
from accounts.posts import Post
from areas.models import Area, Operator
from areas.vocabulary import AreaKind
from common.periods import Quarter
from demonstration.accounts import PASSWORD, create_accounts, demo_accounts
from demonstration.network import OPERATORS
from demonstration.package import build_package
from tests import audit_words

MAGNITUDES = {
    "areas": (1_450, 1_650),
    "sites": (5_700, 6_500),
    "operators": (4, 4),
    "access_points": (2_700, 3_300),
    "service_orders": (19_000, 21_000),
    "returns": (9 * 155 - 60, 9 * 155),
}


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    directory = tmp_path_factory.mktemp("demonstration")
    build_package(directory)
    return directory


@pytest.fixture(scope="module")
def answers(package, django_db_setup, django_db_blocker):
    """What the commands answer on the imported package; the import is undone afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        found = {"import": _answer("import_package", str(package), "--no-judge", "--format", "json")}
        for period in ("2018Q2", "2019Q1"):
            found[period] = _answer("milestones", period, "--format", "json")["milestones"]
            found[f"titles {period}"] = _answer("evaluate", period, "--sites", "--format", "json")
        transaction.set_rollback(True)
    return found


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker):
    """What the auditor is answered about the whole demonstration: the status of each page, by its address."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("demo", "--no-serve", stdout=StringIO(), stderr=StringIO())
        reader, page = Client(raise_request_exception=False), reverse("accounts:audit")
        reader.force_login(User.objects.get(post=Post.AUDITOR))
        sequences = AuditEntry.objects.values_list("pk", flat=True)
        addresses = [f"{page}?size=100&page={number}" for number in range(1, len(sequences) // 100 + 2)]
        addresses += [f"{page}?export=csv", f"{page}?export=xlsx"]
        addresses += [reverse("accounts:entry", args=[sequence]) for sequence in sequences]
        found = {address: _status(reader, address) for address in addresses}
        unworded = {problem for entry in AuditEntry.objects.all() for problem in audit_words.unworded(entry)}
        transaction.set_rollback(True)
    return found, unworded


def _status(reader, address):
    """That of an answer read to its end; 500 where its file breaks off."""
    answer = reader.get(address)
    try:
        assert not answer.streaming or b"".join(answer.streaming_content)
    except Exception:
        return 500
    return answer.status_code


def _answer(*command):
    out = StringIO()
    call_command(*command, stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def _rows(package, table):
    with (package / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_building_twice_gives_the_same_bytes(package, tmp_path):
    build_package(tmp_path)

    assert {f.name: f.read_bytes() for f in tmp_path.iterdir()} == {f.name: f.read_bytes() for f in package.iterdir()}


@pytest.mark.parametrize(("table", "bounds"), MAGNITUDES.items())
def test_tables_are_of_a_realistic_size(package, table, bounds):
    least, most = bounds

    assert least <= len(_rows(package, table)) <= most


def test_the_tree_is_that_of_2017_with_generated_leaves(package):
    areas = _rows(package, "areas")
    kinds = Counter(row["kind"] for row in areas)

    assert [kinds[kind] for kind in ("district", "street", "town", "village", "community")] == [1, 4, 4, 71, 84]
    assert 900 <= kinds["natural_village"] <= 1_100
    assert 380 <= kinds["quarter"] <= 450
    assert not [row for row in areas if row["code"].startswith(("441802400", "441802450"))]
    names = {row["code"]: row["name"] for row in areas}
    assert (names["441802006"], names["441802006001"], names["441802103203"]) == ("凤城街道", "高基里社区", "青龙村")
    assert {"石结塘村", "子虾村"} <= {name for code, name in names.items() if code.startswith("441802103203")}


def test_leaves_of_a_village_have_different_names(package):
    leaves = Counter(
        (row["code"][:12], row["kind"], row["name"]) for row in _rows(package, "areas") if len(row["code"]) == 15
    )

    assert max(leaves.values()) == 1


def test_some_natural_villages_lie_at_the_edge_of_the_scope(package):
    households = [int(row["permanent_households"]) for row in _rows(package, "areas") if row["permanent_households"]]

    assert {19, 20, 21} <= set(households)
    assert 0.08 <= sum(count < 20 for count in households) / len(households) <= 0.12


def test_sites_come_in_every_kind_and_datum_and_some_without_coordinates(package):
    sites = _rows(package, "sites")

    assert len({row["kind"] for row in sites}) == 11
    assert {row["datum"] for row in sites} == {"", "WGS84", "CGCS2000", "GCJ02", "BD09"}
    assert 24 <= sum(row["lon"] == "" for row in sites) <= 60
    assert {row["setting"] for row in sites} == {"", "urban", "rural"}


def test_every_street_and_town_nominates_ten_leaves(package):
    nominated = Counter(row["code"][:9] for row in _rows(package, "areas") if row["demonstration"] == "1")

    assert len(nominated) == 8
    assert min(nominated.values()) >= 10


def test_the_import_finds_no_error_and_only_the_oddities(answers, package):
    answer = answers["import"]

    assert answer["errors"] == []
    assert 5 <= len(answer["warnings"]) <= 30
    assert answer["imported"] == {table: len(_rows(package, table)) for table in MAGNITUDES} | {
        "changes": 0,
        "successions": 0,
    }


@pytest.mark.parametrize(
    ("period", "statuses"),
    [
        ("2018Q2", {"met", "met_late", "missed", "undetermined", "pending"}),
        ("2019Q1", {"met", "met_late", "missed", "undetermined"}),
    ],
)
def test_milestones_have_every_status(answers, period, statuses):
    assert {entry["status"] for entry in answers[period]} == statuses


def test_some_milestones_fell_back(answers):
    assert [entry for entry in answers["2019Q1"] if entry["first_met"] and not entry["held"]]


@pytest.mark.parametrize(("period", "count"), [("2018Q2", 4), ("2019Q1", 7)])
def test_streets_and_towns_earn_their_titles(answers, period, count):
    titles = [area for area in answers[f"titles {period}"]["areas"] if len(area["code"]) == 9]

    assert sum(area["outcome"] == "achieved" for area in titles) == count


def test_references_are_met_short_and_unknown(answers):
    titles = [area for area in answers["titles 2019Q1"]["areas"] if len(area["code"]) == 9]

    assert {area["reference"] for area in titles} == {"met", "short", "unknown"}


def test_sites_fail_for_every_reason(answers):
    reasons = {site["reason"] for site in answers["titles 2019Q1"]["sites"]}

    assert reasons == {"", "service_late", "too_slow", "tv_only", "not_open", "out_of_reach"}


@pytest.mark.any_database
@pytest.mark.django_db
def test_auditor_reads_all_of_the_demonstration(told):
    statuses, unworded = told

    assert len(statuses) > 300 and set(statuses.values()) == {200}
    assert not unworded


@pytest.fixture
def district(make_area):
    for number in ("006", "007", "008", "009"):
        make_area(f"441802{number}", kind=AreaKind.STREET)
    for number in ("103", "105", "106", "107"):
        make_area(f"441802{number}", kind=AreaKind.TOWN)
    for code, name in OPERATORS.items():
        Operator.objects.create(code=code, name=name)
    return Area.objects.get(code="441802")


def test_every_post_has_an_account(district):
    created = create_accounts()

    assert {account.post for account in created} == set(Post)
    assert set(User.objects.values_list("username", flat=True)) == {account.username for account in demo_accounts()}
    assert all(user.check_password(PASSWORD) for user in User.objects.filter(username__in=["yuantan_jb", "sjy"]))
    assert User.objects.get(username="yuantan_jb").scope.area == "441802103"


def test_every_step_over_a_large_batch_has_a_person_of_its_own():
    """Examine and compile; confirm and submit; ratify in two people and award."""
    people = Counter(account.post for account in demo_accounts())

    assert people >= Counter({Post.REVIEWER: 2, Post.BUREAU_HEAD: 2, Post.GOVERNMENT: 3})


def test_creating_accounts_again_leaves_passwords_alone(district):
    create_accounts()
    user = User.objects.get(username="yuantan_jb")
    user.set_password("another-Secret-2018")
    user.save()

    create_accounts()

    assert User.objects.get(username="yuantan_jb").check_password("another-Secret-2018")


def test_the_password_keeps_every_rule_but_that_nobody_may_know_it(db):
    for account in demo_accounts():
        with pytest.raises(ValidationError) as refused:
            validate_password(PASSWORD, User(username=account.username, name=account.name, post=account.post))
        assert [error.code for error in refused.value.error_list] == ["password_public", "password_guessable"]


UNCHANGED = "1a03f796ac548d69f0d5c82f1256188b3bf12c87415c77374a6295a9ec714519"
"""SHA-256 over the documents as they were before anything could change on a day."""


def test_without_changes_every_document_is_byte_for_byte_what_it_was(package, django_db_setup, django_db_blocker):
    lines = []
    with django_db_blocker.unblock(), transaction.atomic():
        _answer("import_package", str(package), "--no-judge", "--format", "json")
        for quarter in Quarter(2017, 1).through(Quarter(2019, 1)):
            for basis in ("approved", "reported"):
                answers = [evaluation(str(quarter), basis=basis, sites=True), milestones(str(quarter), basis=basis)]
                digest = hashlib.sha256(json.dumps(answers, ensure_ascii=False).encode()).hexdigest()
                lines.append(f"{quarter.year} {quarter.number} {basis} {digest}\n")
        transaction.set_rollback(True)
    assert hashlib.sha256("".join(lines).encode()).hexdigest() == UNCHANGED
