"""Wordings: named places only, versions with reasons, a preview that stores nothing."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.posts import Post
from papers import editing
from papers.models import WordingVersion
from papers.pdf import pdf
from papers.wording import Placeholder, Wording, WordingPart, WordingTexts, register, wording_of, wordings, words_for

COUNTY = "441802"
KEY = "self-inspection"


@pytest.fixture
def reviewer(make_user):
    return make_user(Post.REVIEWER)


def changed(**texts) -> dict:
    return wording_of(KEY).delivered | texts


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{季度}有{单位}个", "没有填充项“{单位}”，可用的有：{报送单位}、"),
        ("{季度", "花括号不成对"),
        ("季度}", "花括号不成对"),
        ("{}", "没有填充项“{}”"),
        ("{季度.__class__}", "没有填充项“{季度.__class__}”"),
        ("光" * 4001, "文字过长（4001 字）"),
    ],
)
def test_wrong_text_is_refused_with_what_is_known(text, said):
    assert said in "".join(wording_of(KEY).problems(text))


def test_nothing_in_a_text_is_run():
    """What Django's templates or str.format would do something with stays as it is typed."""
    words = WordingTexts(wording_of(KEY), {"opening": "{% load x %} {{ user }} {季度!r}"})

    assert wording_of(KEY).problems(words.texts["opening"])
    assert (
        WordingTexts(wording_of(KEY), {"opening": "100%的{季度}"}).fill("opening", {"季度": "{称号}"}) == "100%的{称号}"
    )


@pytest.mark.parametrize("wording", wordings(), ids=lambda wording: wording.key)
def test_every_delivered_wording_makes_a_document(wording):
    assert pdf(wording.sample(WordingTexts(wording, wording.delivered))).startswith(b"%PDF")


def test_wrong_declaration_stops_at_the_start():
    with pytest.raises(ValueError, match=r"没有填充项“\{乙\}”"):
        register(
            Wording(
                "wrong", "错", (Placeholder("甲", "甲", "甲"),), (WordingPart("a", "a", "{乙}"),), lambda words: None
            )
        )
    with pytest.raises(ValueError, match="registered twice"):
        register(wording_of(KEY))


def test_version_is_kept_with_who_and_why(reviewer):
    editing.edit(
        wording=wording_of(KEY),
        county=COUNTY,
        texts=changed(closing="专此报告。"),
        reason="统一用语",
        seen=0,
        by=reviewer,
    )

    kept = WordingVersion.objects.get()
    assert (kept.version, kept.by, kept.reason) == (1, reviewer, "统一用语")
    assert words_for(KEY, COUNTY).texts["closing"] == "专此报告。"
    assert words_for(KEY, "441803").texts["closing"] == "特此报告。"
    assert AuditEntry.objects.filter(action="wording.edit").count() == 1


def test_delivered_text_comes_back_as_a_version(reviewer):
    same = {"wording": wording_of(KEY), "county": COUNTY, "by": reviewer, "reason": "改"}
    editing.edit(texts=changed(closing="专此报告。"), seen=0, **same)
    editing.edit(texts={}, seen=1, **same)

    assert words_for(KEY, COUNTY).texts == wording_of(KEY).delivered
    assert WordingVersion.objects.count() == 2


@pytest.mark.parametrize(
    ("texts", "reason", "seen", "said"),
    [
        (changed(closing="专此。"), " ", 0, "请写明修改原因"),
        (changed(closing="专此。"), "改", 3, "他人已修改该模板"),
        (changed(), "改", 0, "文字没有改动"),
        (changed(closing="{无}"), "改", 0, "没有填充项“{无}”"),
    ],
)
def test_edit_is_refused_with_a_reason(reviewer, texts, reason, seen, said):
    with pytest.raises(editing.Refused, match=said):
        editing.edit(wording=wording_of(KEY), county=COUNTY, texts=texts, reason=reason, seen=seen, by=reviewer)
    assert not WordingVersion.objects.exists()


def test_page_keeps_what_was_typed_and_says_what_is_wrong(client, reviewer):
    client.force_login(reviewer)
    typed = changed(opening="截至{某日}，我单位") | {"reason": "改", "seen": 0}

    page = client.post(reverse("papers:wording", args=[KEY]), typed)

    assert page.status_code == 422
    assert "没有填充项“{某日}”" in page.text and "截至{某日}，我单位" in page.text


def test_page_saves_and_restores(client, reviewer):
    client.force_login(reviewer)
    address = reverse("papers:wording", args=[KEY])

    page = client.post(address, changed(closing="专此报告。") | {"reason": "统一用语", "seen": 0}, follow=True)
    assert "第 1 版" in page.text and "统一用语" in page.text
    page = client.post(reverse("papers:restore_wording", args=[KEY]), {"seen": 1}, follow=True)
    assert "已恢复原文" in page.text


def test_preview_shows_what_was_typed_and_stores_nothing(client, reviewer):
    client.force_login(reviewer)

    answer = client.post(reverse("papers:preview_wording", args=[KEY]), changed(closing="专此报告。") | {"seen": 0})

    assert answer.content.startswith(b"%PDF") and not WordingVersion.objects.exists()
