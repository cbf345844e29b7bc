"""Passwords that are guessed first, as a table; and that a plain list finds few of them."""

import pytest
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError

from accounts import guessable, passwords
from accounts.models import User
from accounts.passwords import Composition
from areas.models import Operator

pytestmark = pytest.mark.django_db

# Each with a pattern that its refusal names.
BAD = [
    ("Password-123", "常见密码“password”"), ("P@ssw0rd!2024", "常见密码"), ("Admin@123456", "常见密码“admin”"),
    ("Qwer1234!@#$", "常见密码"), ("1qaz2wsx#EDC", "常见密码"), ("!QAZ2wsx#EDC4rfv", "常见密码"),
    ("Welcome-2018", "常见密码“welcome”"), ("Iloveyou-99", "常见密码"), ("Tiger$Lion88Moon", "常见密码"),
    ("Abcd-1234-EFGH", "键盘或字母数字顺序"), ("Asdfghjkl-1", "键盘或字母数字顺序"), ("Qazwsx-Edcrfv1", "常见密码"),
    ("Poiuytr-0987", "键盘或字母数字顺序“0987”"), ("5tgb-6YHN-7ujm", "键盘或字母数字顺序“5tgb”"),
    ("Aaaa-1111-bbb", "重复"), ("Xk7#Xk7#Xk7#", "重复“xk7#”"),
    ("Qingcheng-2017!", "本区地名或单位名“qingcheng”"), ("Fengcheng@123", "本区地名或单位名“fengcheng”"),
    ("Fcjd-2018-2019", "本区地名或单位名“fcjd”"), ("Yuantanzhen#1", "本区地名或单位名“yuantanzhen”"),
    ("Feilaixia_2018", "本区地名或单位名“feilaixia”"), ("Qingyuan@2019", "拼音“qingyuan”"), ("Dianxin-10000", "拼音“dianxin”"),
    ("Guangwang-2018", "本系统用词“guangwang”"), ("Quanguangwang1!", "本系统用词“quanguangwang”"), ("Guangwang@2019#QC", "本系统用词"),
    ("Wangwei@2008", "拼音“wang”"), ("Woaini-1314", "拼音“woaini”"), ("Lingdao-2018!", "拼音“lingdao”"),
    ("Zhongguo@1949", "拼音“zhongguo”"), ("Mima-2018-mima", "拼音“mima”"), ("Tiantian#2018", "拼音"),
    ("Zhangweiguo-1", "本人信息“zhangweiguo”"), ("Zwg19850612!", "本人信息“zwg”"), ("Weiguozhang_8", "本人信息“weiguozhang”"),
    ("zhangwg-Abc1", "本人信息“zhangwg”"), ("Z.weiguo-2018", "本人信息“weiguo”"), ("Jxj_shy1-2018", "本人信息“jxj_shy1”"),
    ("Tel-3361234!", "本人信息“3361234”"), ("Qcqjjhxxhj-1", "本人信息“qcqjjhxxhj”"), ("Wg13800138000", "手机号“13800138000”"),
    ("1985-06-12-Zwg", "日期“1985-06-12”"), ("Ｐassword-123", "常见密码“password”"),
]  # fmt: skip
GOOD = [
    "k7#Qm2xW9p", "Rk7mQ-x4TzW-9a", "7Lampe&Fjord=Zwölf", "Bx9!tvRq4Lw", "Correct-Horse-Battery-Staple-7",
    "Mingtian-Xiawu-3dian-Kaihui", "vT4$gL8@nB2!", "9fKq-Wd3z-Hp7x", "mKz8rT2vXq", "Nq7&Zp4!Lx",
    "雨后的凤城江边有3只白鹭Kx", "2B|!2B-dTitq&xv",
]  # fmt: skip


@pytest.fixture
def reviewer(make_area) -> User:
    for code, name in (
        ("441802", "清城区"),
        ("441802001", "凤城街道"),
        ("441802101", "源潭镇"),
        ("441802103", "飞来峡镇"),
    ):
        make_area(code, name=name)
    Operator.objects.create(code="telecom", name="中国电信清远分公司")
    return User.objects.create_user("jxj_shy1", name="张伟国", unit="清城区经济和信息化局", phone="0763-3361234")


@pytest.mark.parametrize(("password", "pattern"), BAD)
def test_guessable_password_is_refused_with_its_pattern(password, pattern, reviewer):
    with pytest.raises(ValidationError) as refused:
        validate_password(password, reviewer)

    [sentence] = [each for each in refused.value.messages if "容易被猜中" in each]
    assert pattern in sentence and "至少要 7 个" in sentence


@pytest.mark.parametrize("password", GOOD)
def test_good_password_is_taken(password, reviewer):
    validate_password(password, reviewer)


def test_plain_list_and_composition_let_most_of_them_through():
    """What the generated patterns are for."""
    missed = []
    for password, _ in BAD:
        try:
            CommonPasswordValidator().validate(password)
            Composition().validate(password)
        except ValidationError:
            continue
        missed.append(password)

    assert len(missed) >= len(BAD) - 6


def test_names_of_others_are_no_pattern(reviewer):
    """Of a colleague called otherwise the name is three syllables, as for any guesser, and no more."""
    worth, _ = guessable.weighed("zhangweiguo", {})

    assert worth == 3 and guessable.weighed("zhangweiguo", passwords._own(reviewer))[0] == 1


@pytest.mark.parametrize(
    ("name", "pieces"),
    [
        ("张伟国", {"zhangweiguo", "weiguozhang", "weiguo", "zhangwg", "wgzhang", "zwg", "zweiguo"}),
        ("李", {"li"}),
        ("", set()),
    ],
)
def test_spellings_of_a_person(name, pieces):
    assert guessable.of_person(name) == pieces


def test_spellings_of_a_unit():
    assert guessable.spellings("凤城街道") == {"fengchengjiedao", "fengcheng", "fcjd", "fc"}


def test_longest_password_is_weighed_in_time():
    worth, _ = guessable.weighed("x7#" * 42 + "ab")

    assert worth < 20


def test_initial_passwords_pass_every_rule(reviewer):
    for _ in range(20):
        validate_password(passwords.initial_password(), reviewer)


PROFILES = [
    # Profile, its own settings, and of length, classes, history and days what follows.
    ({}, (10, 3, 5, 90)),
    ({"PORTAL_PASSWORD_PROFILE": "dengbao"}, (10, 3, 5, 90)),
    ({"PORTAL_PASSWORD_PROFILE": "asvs"}, (12, 1, 0, 0)),
    (
        {"PORTAL_PASSWORD_PROFILE": "asvs", "PORTAL_PASSWORD_LENGTH": "15", "PORTAL_PASSWORD_HISTORY": "3"},
        (15, 1, 3, 0),
    ),
    ({"PORTAL_PASSWORD_MAX_AGE_DAYS": "30"}, (10, 3, 5, 30)),
]


@pytest.mark.parametrize(("variables", "expected"), PROFILES)
def test_profile_sets_what_is_not_set_by_itself(variables, expected, portal_settings):
    found = portal_settings(**variables)

    rules = {rule["NAME"].rpartition(".")[2]: rule.get("OPTIONS") for rule in found["AUTH_PASSWORD_VALIDATORS"]}
    assert (
        rules["Composition"]["length"],
        rules["Composition"]["classes"],
        rules["NotUsedBefore"]["last"],
        found["PASSWORD_MAX_AGE_DAYS"],
    ) == expected


def test_long_password_without_composition_passes_where_length_alone_counts(settings):
    settings.AUTH_PASSWORD_VALIDATORS = [
        {"NAME": "accounts.passwords.Composition", "OPTIONS": {"length": 12, "classes": 1}},
        {"NAME": "accounts.passwords.NotGuessable"},
    ]

    validate_password("vtqglxnbwzkhp")
    with pytest.raises(ValidationError, match="至少要 12 个"):
        validate_password("vtqglxnbwzk")
    assert Composition(12, 1).get_help_text() == "至少 12 个字符。"
