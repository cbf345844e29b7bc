"""The log itself: it grows by steps, its head is that of the tree, and what is done to it is noticed."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from accounts import audit
from accounts.posts import Post
from areas.models import Operator
from papers.models import Document
from tests.witness.planting import behind_the_portals_back
from witness import receipts, sealing, tree, verifying
from witness.kinds import kind_of
from witness.models import Leaf

pytestmark = pytest.mark.django_db


def grow(count: int) -> None:
    sealing.append([("areas.operator", f"企业{number}", {"rows": {}}) for number in range(count)])


def problems() -> list[str]:
    return verifying.verified().problems


def test_head_is_the_root_of_the_tree_at_every_size():
    for size in range(1, 40):
        grow(1)
        assert tree.head() == tree.stored().head(size)


def test_sm3_makes_the_tree_where_the_setting_says_so(settings):
    settings.AUDIT_HASH = "sm3"
    grow(5)

    assert set(Leaf.objects.values_list("algorithm", flat=True)) == {"sm3"}
    assert tree.head() == tree.stored().head() and tree.stored().includes(3) and problems() == []


def test_step_that_fails_leaves_no_leaf():
    operator = Operator.objects.create(code="telecom", name="中国电信")
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            sealing.seal(operator)
            raise ZeroDivisionError
        audit.record(action="session.login", by=None)

    assert not Leaf.objects.exists()


def test_row_is_sealed_as_it_stands_when_the_trail_is_told():
    operator = Operator.objects.create(code="telecom", name="电信")
    sealing.seal(operator)
    Operator.objects.filter(pk=operator.pk).update(name="中国电信")
    audit.record(action="session.login", by=None)
    sealing.begin()

    assert "中国电信" in Leaf.objects.get(key="telecom").content
    assert problems() == []


def test_queries_of_sealing_do_not_grow_with_the_rows(django_assert_num_queries):
    rows = Operator.objects.bulk_create(Operator(code=f"o{number}", name=f"企业{number}") for number in range(200))
    grow(1)
    for some in (rows[:1], rows):
        sealing.seal(*some)
        with django_assert_num_queries(5):
            sealing.flush()


@pytest.mark.parametrize("deed", ["UPDATE witness_leaf SET kind = 'x'", "DELETE FROM witness_leaf"])
def test_leaves_are_append_only(deed):
    grow(1)
    with pytest.raises(DatabaseError, match="存证只能增加"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(deed)


SPOILT = {
    "UPDATE witness_leaf SET content = '{}' WHERE sequence = 3": "第 3 条（运营企业 企业2）的内容与其摘要不符",
    "UPDATE witness_leaf SET is_late = NOT is_late WHERE sequence = 3": "第 3 条（运营企业 企业2）的内容与其摘要不符",
    "DELETE FROM witness_leaf WHERE sequence = 3": "存证 第 3 条缺失",
    "DELETE FROM witness_leaf WHERE sequence = 5": "登记为第 5 条，实际最后一条是第 4 条",
    "UPDATE witness_loghead SET size = 4": "登记为第 4 条，实际最后一条是第 5 条",
    f"UPDATE witness_loghead SET peaks = '{'0' * 64} {'1' * 64}'": "登记的树根与各条存证不符",
    "DELETE FROM witness_loghead": "登记为第 0 条",
    "UPDATE accounts_auditentry SET hash = 'x' WHERE sequence = 1": "审计记录 第 1 条的摘要与存证不符",
}


def test_what_is_done_to_the_log_is_noticed():
    audit.record(action="session.login", by=None)
    grow(5)
    for deed, sentence in SPOILT.items():
        with behind_the_portals_back() as cursor:
            cursor.execute(deed)
            assert [each for each in problems() if sentence in each], deed
    assert problems() == []


def test_leaf_that_says_otherwise_than_the_one_before_is_noticed():
    """Who changes a row and has it sealed by a later step gains nothing, unless that step may change it."""
    row = Operator.objects.create(code="telecom", name="电信")
    sealing.seal(row)
    sealing.flush()
    Operator.objects.filter(pk=row.pk).update(name="中国电信")
    sealing.seal(row)
    sealing.flush()
    assert [each for each in problems() if "名称 原存证 电信，第 2 条存证时已为 中国电信" in each]

    Operator.objects.filter(pk=row.pk).update(name="电信")
    sealing.seal_keys(Operator, [row.pk], anew=True)
    sealing.flush()
    assert len([each for each in problems() if "名称" in each]) == 1


def test_triggers_that_are_gone_are_named():
    with behind_the_portals_back():
        assert [each for each in problems() if "缺少防止改动的触发器" in each]


def test_beginning_seals_what_stands_once_and_says_so():
    Operator.objects.create(code="telecom", name="电信")
    assert sealing.begin()["运营企业"] == 1
    Operator.objects.create(code="mobile", name="移动")

    assert sealing.begin() == {}
    assert Leaf.objects.get(kind=kind_of(Operator).kind).is_late
    assert [each for each in problems() if "没有存证" in each and "移动" in each]
    assert Document._meta.label_lower in set(Leaf.objects.filter(kind=sealing.BEGUN).values_list("key", flat=True))


@pytest.fixture
def printed() -> tree.Head:
    """The head as a receipt of the third leaf carries it, with four more leaves since."""
    grow(3)
    head = tree.head()
    grow(4)
    return head


def test_receipt_is_found_again(printed):
    found = receipts.checked(3, printed.short)

    assert found.is_whole and len(found.held) == 4 and found.kind == "运营企业"


@pytest.mark.parametrize(
    ("deed", "sentence"),
    [
        (
            "UPDATE witness_leaf SET hash = (SELECT hash FROM witness_leaf WHERE sequence = 1) WHERE sequence = 2",
            "不同",
        ),
        ("UPDATE witness_leaf SET content = '{}' WHERE sequence = 3", "内容被改动"),
        ("UPDATE witness_loghead SET size = 6", "末尾与各条存证不符"),
        ("DELETE FROM witness_leaf WHERE sequence > 2", "没有第 3 条"),
    ],
)
def test_receipt_that_is_not_in_the_log_is_said_plainly(printed, deed, sentence):
    with behind_the_portals_back() as cursor:
        cursor.execute(deed)
        found = receipts.checked(3, printed.short)

    assert not found.is_whole and sentence in "".join(found.failed)


def test_page_answers_whoever_may_hold_a_receipt(printed, make_user):
    client, address = Client(), f"/witness/?position=3&root={printed.short.replace(' ', '+')}"
    for post in (Post.AUDITOR, Post.TOWNSHIP_HEAD):
        client.force_login(make_user(post))
        assert "存证相符" in client.get(address).content.decode()
        assert "存证不符" in client.get(address.replace("position=3", "position=2")).content.decode()
        assert "树根应为 40 位" in client.get("/witness/?position=3&root=AB").content.decode()
    client.force_login(make_user(Post.SYSTEM_ADMIN))
    assert client.get(address).status_code == 403


def made_anew(cursor, leaves: int, **changed: str) -> None:
    """Leave so many leaves, whose texts say something else, with hashes and an end that fit: as somebody who knows how."""
    peaks: list[bytes] = []
    for leaf in Leaf.objects.order_by("sequence"):
        if leaf.sequence > leaves:
            cursor.execute("DELETE FROM witness_leaf WHERE sequence = %s", [leaf.sequence])
            continue
        for before, now in changed.items():
            leaf.content = leaf.content.replace(before, now)
        using = tree.hashing(leaf.algorithm)
        digest = using.hash_buff(sealing.entry(leaf))
        peaks = tree.grown(leaf.sequence - 1, peaks, digest, using)
        said = [leaf.content, digest.hex(), leaf.sequence]
        cursor.execute("UPDATE witness_leaf SET content = %s, hash = %s WHERE sequence = %s", said)
    cursor.execute("UPDATE witness_loghead SET size = %s, peaks = %s", [leaves, " ".join(each.hex() for each in peaks)])


def test_leaf_row_and_end_changed_together_disagree_with_the_trail():
    """Three statements by who knows how; without what each verification tells the trail they would agree with one another."""
    Operator.objects.create(code="telecom", name="电信")
    sealing.begin()
    call_command("verify_all")
    leaves = tree.head().size

    with behind_the_portals_back() as cursor:
        cursor.execute("UPDATE areas_operator SET name = '联通'")
        made_anew(cursor, leaves, 电信="联通")
        assert [each for each in problems() if f"前 {leaves} 条的树根与审计记录第 1 条所载不符" in each]
    with behind_the_portals_back() as cursor:
        made_anew(cursor, leaves - 1)
        assert [each for each in problems() if f"存证已有 {leaves} 条，现有 {leaves - 1} 条" in each]
    assert problems() == []
