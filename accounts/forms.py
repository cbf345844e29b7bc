"""Forms of the pages of accounts."""

from datetime import date
from typing import Self

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import PHONE_HELP, User, valid_phone
from accounts.posts import Post
from accounts.tokens import DAYS
from areas.models import Area, Operator
from areas.vocabulary import TOWNSHIPS, AreaKind
from common import clock

LONGEST_PASSWORD = 128
"""Longer ones cost the server time and nobody any safety."""


class LoginForm(forms.Form):
    username = forms.CharField(
        label="用户名",
        max_length=50,
        error_messages={"required": "请输入用户名。"},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label="密码",
        max_length=LONGEST_PASSWORD,
        strip=False,
        error_messages={"required": "请输入密码。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PresentPasswordForm(forms.Form):
    """What weighs on the own account asks for its password again; ``accounts.login.confirmed`` counts the guesses."""

    present = forms.CharField(
        label="现在的密码",
        max_length=LONGEST_PASSWORD,
        strip=False,
        error_messages={"required": "请输入现在的密码。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args, user: User, **options):
        super().__init__(*args, **options)
        self.user = user

    def clean_present(self) -> str:
        if not self.user.check_password(self.cleaned_data["present"]):
            raise ValidationError("现在的密码不正确，请重新输入。", code="wrong")
        return self.cleaned_data["present"]

    def as_typed(self) -> Self:
        """The form with what was typed but the password, and nothing said about it: it was not looked at."""
        typed = {name: self[name].data for name in self.fields if name != "present"}
        self.initial, self.is_bound = typed, False
        return self


class PasswordForm(PresentPasswordForm):
    """One's own password: the present one, and the new one twice."""

    new = forms.CharField(
        label="新密码",
        max_length=LONGEST_PASSWORD,
        strip=False,
        error_messages={"required": "请输入新密码。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="再输一遍新密码",
        max_length=LONGEST_PASSWORD,
        strip=False,
        error_messages={"required": "请再次输入新密码。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["new"].help_text = password_validators_help_text_html()

    def clean(self) -> dict:
        cleaned = super().clean()
        new, again = cleaned.get("new"), cleaned.get("again")
        if new and again and new != again:
            self.add_error("again", "两次输入的新密码不一致，请重新输入。")
        elif new and "present" in cleaned:
            self._check_rules(new)
        return cleaned

    def _check_rules(self, new: str) -> None:
        try:
            validate_password(new, self.user)
        except ValidationError as problem:
            self.add_error("new", problem)


class EmailForm(forms.Form):
    """Where an account's reminders go."""

    email = forms.EmailField(
        label="电子邮箱",
        required=False,
        max_length=User._meta.get_field("email").max_length,
        help_text="接收待办提醒；可以不填",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": "电子邮箱应写作 zhang@example.gov.cn 的形式；没有就留空。"},
    )


class OwnEmailForm(PresentPasswordForm, EmailForm):
    """Where one's own reminders go, and word of what is changed of the account."""

    field_order = ["email", "present"]


class AccountForm(EmailForm):
    """The name, unit, mail address and office telephone of an account."""

    name = forms.CharField(label="姓名", max_length=50, error_messages={"required": "请填写姓名。"})
    unit = forms.CharField(
        label="单位", max_length=100, error_messages={"required": "请填写单位。"}, help_text="例如：东城街道办事处"
    )

    phone = forms.CharField(
        label="办公电话", required=False, max_length=20, validators=[valid_phone], help_text=PHONE_HELP
    )


class ChangedAccountForm(AccountForm):
    """What the system administrator changes of an account: also until when it holds."""

    valid_until = forms.DateField(
        label="有效期至",
        required=False,
        help_text="此后不能登录；长期使用的留空",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "有效期应写作 2019-12-31 的形式；长期使用的留空。"},
    )


class NewAccountForm(ChangedAccountForm):
    """A new account, and on whose word; its post is for the security administrator to assign."""

    requested_by = forms.CharField(
        label="申请人", max_length=50, help_text="提出申请的人及其单位", error_messages={"required": "请填写申请人。"}
    )
    basis = forms.CharField(
        label="申请依据",
        max_length=200,
        help_text="例如：清经信函〔2019〕12号，或申请表编号",
        error_messages={"required": "请填写申请依据。"},
    )

    username = forms.RegexField(
        label="用户名",
        regex=r"^[A-Za-z0-9][A-Za-z0-9._-]{2,49}$",
        max_length=50,
        help_text="3 至 50 个字母、数字、点、横线或下划线",
        error_messages={
            "required": "请填写用户名。",
            "invalid": "用户名只能用字母、数字、点、横线和下划线，以字母或数字开头，至少 3 个字符。",
        },
    )
    field_order = ["username", "name", "unit", "phone", "email", "requested_by", "basis", "valid_until"]

    def clean_valid_until(self) -> date | None:
        until = self.cleaned_data["valid_until"]
        if until and until < timezone.localdate(clock.real_now()):
            raise ValidationError("有效期不能早于今天。", code="past")
        return until

    def clean_username(self) -> str:
        username = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError("已有这个用户名，请换一个。", code="unique")
        return username


class CodeForm(forms.Form):
    """A code of the second step."""

    code = forms.CharField(
        label="验证码",
        max_length=30,
        error_messages={"required": "请输入验证码。"},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class EnrolForm(PresentPasswordForm, CodeForm):
    """An authenticator of one's own: the code that it shows."""

    field_order = ["code", "present"]


class TokenForm(PresentPasswordForm):
    """A new token: what it is for, and how long it lasts."""

    field_order = ["name", "days", "present"]

    name = forms.CharField(
        label="名称",
        max_length=50,
        help_text="使用的系统，例如：统计报送系统",
        error_messages={"required": "请填写名称，以便识别使用的系统。"},
    )
    days = forms.TypedChoiceField(
        label="有效期",
        coerce=int,
        choices=[(days, f"{days} 天") for days in DAYS],
        initial=90,
        error_messages={"required": "请选择有效期。", "invalid_choice": "有效期请在列表中选择。"},
    )


class PostForm(forms.Form):
    """A post and what it is tied to; ``seen`` tells a form that was overtaken by another change."""

    post = forms.ChoiceField(label="岗位", choices=[("", "未定岗（没有任何权限）"), *Post.choices], required=False)
    area = forms.ModelChoiceField(
        label="所属区域",
        queryset=Area.objects.none(),
        required=False,
        empty_label="（无）",
        help_text="街镇岗位选街道或镇，区级岗位选区，其余岗位不选",
        error_messages={"invalid_choice": "没有该街镇或区，请在列表中选择。"},
    )
    operator = forms.ModelChoiceField(
        label="运营企业",
        queryset=Operator.objects.all(),
        required=False,
        empty_label="（无）",
        help_text="只有运营企业岗位要选",
        error_messages={"invalid_choice": "没有该运营企业，请在列表中选择。"},
    )
    seen = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages={"required": "页面已过期，请重新打开。", "invalid": "页面已过期，请重新打开。"},
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["area"].queryset = Area.objects.filter(kind__in=(AreaKind.DISTRICT, *TOWNSHIPS))
