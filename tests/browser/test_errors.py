"""The pages shown when something is wrong."""

from playwright.sync_api import expect


def test_page_that_is_not_there(page, axe, shot):
    answer = page.goto("/no-such-page/")

    assert answer.status == 404
    expect(page.locator("h1")).to_have_text("未找到")
    axe(page)
    shot(page, "error-404")


def test_body_that_is_too_large(page, axe, shot, settings):
    settings.LARGEST_BODY = 10
    page.goto("/no-such-page/")

    with page.expect_navigation() as navigation:
        page.evaluate(
            """() => {
                const form = Object.assign(document.createElement("form"), {method: "post"});
                form.append(Object.assign(document.createElement("textarea"), {name: "a", value: "0123456789"}));
                document.body.append(form);
                form.submit();
            }"""
        )

    assert navigation.value.status == 413
    expect(page.locator("h1")).to_have_text("上传的内容过大")
    axe(page)
    shot(page, "error-413")
