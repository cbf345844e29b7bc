"""The second factor: enrolled, asked for, used once, lost and reset; its secret is nowhere in clear."""

import re
import threading
from base64 import b32decode
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from PIL import Image
from zxingcpp import read_barcode

from accounts import checks, login, second_factor, tokens
from accounts.models import AuditEntry, FailureKind, LoginFailures, LoginSession, RecoveryCode, SecondFactor, User
from accounts.posts import ADMINISTRATORS, Post
from common import clock
from common.exceptions import Refused

pytestmark = pytest.mark.django_db
PASSWORD = "Good-Pass-123"
SECRET = b"12345678901234567890"


@pytest.fixture
def head(make_user):
    return make_user(Post.BUREAU_HEAD, username="head", password=PASSWORD, name="陈局长")


@pytest.fixture
def codes(head) -> list[str]:
    """Recovery codes of the head, who has an authenticator with SECRET."""
    return second_factor.enrol(user=head, secret=SECRET, step=0)


def code(secret: bytes = SECRET, steps: int = 0) -> str:
    """The code that the authenticator shows so many steps from now."""
    totp = TOTP(secret, step=30)
    totp.time = clock.real_now().timestamp() + 30 * steps
    return f"{totp.token():06}"


def given_password(client: Client | None = None, **options) -> Client:
    client = client or Client()
    answer = client.post(reverse("accounts:login"), {"username": "head", "password": PASSWORD, **options})
    assert (answer.status_code, answer.url) == (302, reverse("accounts:second_step"))
    return client


def give(client: Client, typed: str):
    return client.post(reverse("accounts:second_step"), {"code": typed})


def is_in(client: Client) -> bool:
    return client.get(reverse("accounts:me")).status_code == 200


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_password_alone_lets_nobody_in_who_has_enrolled(codes):
    client = given_password(next="/accounts/me/")

    assert not is_in(client) and "session.login" not in actions()
    assert give(client, code()).url == "/accounts/me/"
    assert is_in(client) and actions()[-1] == "session.login"


@pytest.mark.parametrize(("steps", "let_in"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_code_of_a_clock_that_is_a_step_off_passes(steps, let_in, codes):
    client = given_password()

    give(client, code(steps=steps))

    assert is_in(client) is let_in


@pytest.mark.parametrize(
    "typed", ["", "000000", "12345", "1234567", "abcdef", "１２３４５６", "AAAA-BBBB-CCCC", "-1", "1e5"]
)
def test_wrong_code_lets_nobody_in(typed, codes, monkeypatch):
    monkeypatch.setattr(TOTP, "token", lambda self: 123456)
    client = given_password()

    answer = give(client, typed)

    assert answer.status_code == 200 and not is_in(client)


def test_code_is_used_once(codes):
    shown = code()
    give(given_password(), shown)

    again = given_password()
    answer = give(again, shown)

    assert "已使用过" in answer.text and not is_in(again)
    assert "session.code_failed" in actions()


def test_older_code_is_no_good_after_a_newer_one(codes):
    older = code(steps=-1)
    give(given_password(), code())

    again = given_password()
    give(again, older)

    assert not is_in(again)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_with_one_code_one_gets_in(codes, head):
    shown, passed, start = code(), [], threading.Barrier(6)

    def try_it() -> None:
        try:
            start.wait(60)
            passed.append(second_factor.passes(User.objects.get(pk=head.pk), shown))
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(passed) == [False] * 5 + [True]


def test_recovery_code_lets_in_once_however_it_is_typed(codes):
    client, again = given_password(), given_password()

    give(client, f" {codes[3].lower().replace('-', ' ')} ")
    give(again, codes[3])

    assert is_in(client) and not is_in(again)
    assert RecoveryCode.objects.count() == second_factor.CODES - 1
    assert "second_factor.recover" in actions()


def test_owner_is_told_how_many_recovery_codes_are_left_and_warned_of_the_last(codes):
    said = {}
    for left in (9, 3, 2, 0):
        kept = RecoveryCode.objects.order_by("-pk").values_list("pk", flat=True)[: left + 1]
        RecoveryCode.objects.exclude(pk__in=list(kept)).delete()
        client = given_password(next=reverse("accounts:me"))
        page = client.post(reverse("accounts:second_step"), {"code": codes[-left - 1]}, follow=True).text
        said[left] = ("还剩 " in page, "请尽快在" in page, "恢复码即将用完" in page)

    assert said == {9: (1, 0, 0), 3: (1, 0, 0), 2: (1, 1, 1), 0: (1, 1, 1)}


def test_recovery_code_has_80_bits_in_groups_of_four(codes):
    assert 5 * len(codes[0].replace("-", "")) >= 80 and len(set(second_factor._ALPHABET)) == 32
    assert all(re.fullmatch(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){3}", each) for each in codes)


def test_recovery_codes_of_another_are_no_good(codes, make_user):
    other = make_user(Post.GOVERNMENT, username="other")
    others = second_factor.enrol(user=other, secret=b"x" * 20, step=0)
    client = given_password()

    give(client, others[0])

    assert not is_in(client)


def test_guesses_at_codes_are_throttled_by_account(codes):
    client = given_password()
    answers = [give(client, "000000").status_code for _ in range(4)]

    assert answers == [200, 200, 200, 429]
    assert LoginFailures.objects.get(kind=FailureKind.CODE_ACCOUNT).failures == 3
    assert give(client, code()).status_code == 429


def test_many_addresses_gain_no_more_guesses_at_codes(codes):
    for n in range(6):
        client = Client(REMOTE_ADDR=f"10.0.0.{n}")
        give(given_password(client), "000000")
    client = given_password(Client(REMOTE_ADDR="10.0.0.99"))

    assert give(client, code()).status_code == 429


def test_second_step_is_over_after_five_minutes(codes, monkeypatch):
    client, now = given_password(), clock.real_now()
    monkeypatch.setattr(login.clock, "real_now", lambda: now + timedelta(seconds=login.PENDING_SECONDS + 2))

    assert give(client, code()).url == reverse("accounts:login")


CHANGES = {
    "disabled": {"is_active": False},
    "another password": {"password": "x"},
    "another post": {"post": Post.REVIEWER},
    "logins ended": {"session_version": 7},
}


@pytest.mark.parametrize("change", CHANGES)
def test_second_step_is_over_when_the_account_changes(change, codes, head):
    client = given_password()
    User.objects.filter(pk=head.pk).update(**CHANGES[change])

    assert give(client, code()).url == reverse("accounts:login")


def test_second_step_without_a_password_leads_to_the_login(codes):
    assert Client().get(reverse("accounts:second_step")).url == reverse("accounts:login")
    assert give(Client(), code()).url == reverse("accounts:login")


def test_session_gets_a_new_key_at_each_step(codes):
    client = Client()
    client.get(reverse("accounts:login"))
    given_password(client)
    between = client.session.session_key
    give(client, code())

    assert (
        client.session.session_key != between and LoginSession.objects.get().session_key == client.session.session_key
    )


# What is not required of a clerk is required of the head.


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR_POSTS = ["bureau_head"]


def secret_of(page: str) -> bytes:
    return b32decode(re.search(r'class="secret">([A-Z2-7 ]+)<', page)[1].replace(" ", ""))


def test_required_factor_is_enrolled_before_anything_else(head, required):
    client = Client()
    client.post(reverse("accounts:login"), {"username": "head", "password": PASSWORD})
    for address in ("/", reverse("inbox:index"), reverse("accounts:me")):
        assert client.get(address).url == reverse("accounts:second_factor")
    assert client.get("/", headers={"Accept": "application/json"}).status_code == 403

    page = client.get(reverse("accounts:second_factor")).text
    wrong = client.post(reverse("accounts:second_factor"), {"code": "000000", "present": PASSWORD})
    answer = client.post(reverse("accounts:second_factor"), {"code": code(secret_of(page)), "present": PASSWORD})

    assert "验证码不正确" in wrong.text and secret_of(wrong.text) == secret_of(page)
    shown = re.findall(r"<code>([A-Z2-9-]{19})</code>", answer.text)
    assert len(set(shown)) == 10 and is_in(client)
    assert "no-store" in answer["Cache-Control"]
    assert shown[0] not in client.get(reverse("accounts:second_factor")).text
    assert shown[0] not in "".join(AuditEntry.objects.values_list("detail", flat=True))
    assert second_factor.passes(head, shown[0])


def test_password_comes_before_the_second_factor(head, required):
    User.objects.filter(pk=head.pk).update(must_change_password=True)
    client = Client()
    client.force_login(head)

    assert client.get("/").url == reverse("accounts:password")
    assert client.get(reverse("accounts:password")).status_code == 200


def test_clerk_is_not_asked(make_user, required):
    client = Client()
    client.force_login(make_user(Post.CLERK))

    assert is_in(client) and "启用两步验证" in client.get(reverse("accounts:me")).text


def test_qr_code_is_what_an_authenticator_reads(head):
    svg = second_factor.qr(head, SECRET)
    size = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])
    picture = Image.new("L", (size, size), 255)
    for x, y, width, height in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)", svg):
        picture.paste(0, (int(x), int(y), int(x) + int(width), int(y) + int(height)))
    address = urlsplit(read_barcode(picture).text)

    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert b32decode(parse_qs(address.query)["secret"][0]) == SECRET
    assert "style=" not in svg and "<script" not in svg


def test_enrolling_ends_the_other_logins_and_keeps_this_one(head):
    here, there = Client(), Client()
    for client in (here, there):
        client.post(reverse("accounts:login"), {"username": "head", "password": PASSWORD})
    page = here.get(reverse("accounts:second_factor")).text

    here.post(reverse("accounts:second_factor"), {"code": code(secret_of(page)), "present": PASSWORD})

    assert is_in(here) and not is_in(there)


def test_secret_lies_nowhere_in_clear(head):
    client = Client()
    client.force_login(head)
    secret = secret_of(client.get(reverse("accounts:second_factor")).text)
    session = str(client.session["enrolling"])
    second_factor.enrol(user=head, secret=secret, step=0)
    kept = SecondFactor.objects.get().sealed

    for text in (session, kept):
        assert second_factor.unseal(text) == secret
        assert all(form not in text for form in (secret.hex(), second_factor.written(secret).replace(" ", "")))


def test_secret_opens_under_its_key_alone(codes, head, settings):
    former = settings.SECRET_KEY
    settings.SECRET_KEY = "another" * 10
    assert not second_factor.passes(head, code())
    settings.SECRET_KEY_FALLBACKS = [former]

    assert second_factor.passes(head, code())


@pytest.fixture
def in_session(codes) -> Client:
    client = given_password()
    give(client, code(steps=-1))
    return client


def test_codes_are_renewed_for_a_code(in_session, codes, head):
    refused = in_session.post(reverse("accounts:renew_codes"), {"code": "000000"})
    answer = in_session.post(reverse("accounts:renew_codes"), {"code": code()})

    assert "未作改动" in refused.text and "剩余恢复码 10 个" in answer.text
    assert not second_factor.passes(head, codes[0])
    assert second_factor.passes(head, re.findall(r"<code>([A-Z2-9-]{19})</code>", answer.text)[0])
    assert "second_factor.renew_codes" in actions()


def test_many_addresses_gain_no_more_guesses_within_a_session(in_session):
    """As of somebody who has got hold of the session: neither the code nor the password."""
    pages = {"accounts:remove_second_factor": {"code": "000000"}, "accounts:password": {"present": "Wrong-Pass-123"}}
    for page, typed in pages.items():
        answers = [in_session.post(reverse(page), typed, REMOTE_ADDR=f"10.0.7.{n}").status_code for n in range(5)]
        assert answers == [200, 200, 200, 429, 429], page


def test_guess_at_the_present_password_is_a_failed_login(in_session):
    in_session.post(reverse("accounts:password"), {"present": "Wrong-Pass-123"})

    assert actions()[-1] == "session.failed"


def test_factor_is_taken_off_for_a_code_and_enrolled_anew_where_required(in_session, head, required):
    in_session.post(reverse("accounts:remove_second_factor"), {"code": "000000"})
    assert SecondFactor.objects.exists()

    in_session.post(reverse("accounts:remove_second_factor"), {"code": code()})

    assert not SecondFactor.objects.exists() and "second_factor.remove" in actions()
    assert in_session.get("/").url == reverse("accounts:second_factor")


def test_security_administrator_resets_a_lost_telephone(in_session, head, make_user):
    security = Client()
    security.force_login(make_user(Post.SECURITY_ADMIN))
    page = security.get(reverse("accounts:user", args=[head.pk])).text
    security.post(reverse("accounts:reset_second_factor", args=[head.pk]))

    assert "重置两步验证" in page and second_factor.written(SECRET) not in page
    assert not SecondFactor.objects.exists() and not is_in(in_session)
    assert AuditEntry.objects.get(action="second_factor.reset").subject_key == str(head.pk)


@pytest.mark.parametrize("post", ADMINISTRATORS)
def test_administrators_are_reset_on_the_server_alone(post, make_user, capsys):
    admin = make_user(post, username="admin")
    second_factor.enrol(user=admin, secret=SECRET, step=0)
    with pytest.raises(Refused, match="reset_second_factor"):
        second_factor.reset(user=admin, by=make_user(Post.SECURITY_ADMIN))

    call_command("reset_second_factor", "admin")

    assert "已解除" in capsys.readouterr().out and not SecondFactor.objects.exists()
    assert AuditEntry.objects.get(action="second_factor.reset").username == "（服务器命令）"


def test_command_says_what_is_wrong(make_user):
    make_user(Post.AUDITOR, username="admin")
    for username, sentence in (("nobody", "没有用户名为"), ("admin", "没有启用两步验证")):
        with pytest.raises(CommandError, match=sentence) as refused:
            call_command("reset_second_factor", username)
        assert refused.value.returncode == 2


def test_token_is_not_made_without_a_required_factor(make_user, settings):
    settings.SECOND_FACTOR_POSTS = ["operator"]
    operator = make_user(Post.OPERATOR)
    with pytest.raises(Refused, match="先启用两步验证"):
        tokens.issue(name="统计系统", days=30, by=operator)
    second_factor.enrol(user=operator, secret=SECRET, step=0)

    _, secret = tokens.issue(name="统计系统", days=30, by=operator)
    assert Client().get("/api/areas/", headers={"Authorization": f"Bearer {secret}"}).status_code in (200, 403)


@pytest.mark.parametrize(
    ("variables", "posts"),
    [
        ({"PORTAL_MODE": "local"}, ["none"]),
        ({"PORTAL_MODE": "demonstration"}, ["none"]),
        ({"PORTAL_MODE": "production"}, ["system_admin", "security_admin", "auditor", "bureau_head", "government"]),
        ({"PORTAL_MODE": "production", "PORTAL_SECOND_FACTOR": "none"}, ["none"]),
        ({"PORTAL_SECOND_FACTOR": "clerk, auditor"}, ["clerk", "auditor"]),
    ],
)
def test_posts_that_need_a_factor(variables, posts, portal_settings):
    assert portal_settings(**variables)["SECOND_FACTOR_POSTS"] == posts


@pytest.mark.parametrize(("posts", "wrong"), [(["none"], False), (["auditor"], False), (["auditors"], True)])
def test_misspelt_post_stops_the_start(posts, wrong, settings):
    settings.SECOND_FACTOR_POSTS = posts

    assert bool(checks.second_factor_posts_exist(None)) is wrong
