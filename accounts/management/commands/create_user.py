"""create_user: an account with its post, made on the server; how a new portal gets its administrators."""

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from accounts.actions import create_account_with_post
from accounts.forms import NewAccountForm
from accounts.posts import Post
from areas.models import Area, Operator
from common.commands import SpeakingCommand


class Command(SpeakingCommand):
    help = "建立账号并分配岗位，显示一次初始密码。用于正式环境最初的三员；以后请在页面上办理。参数有误时退出码为 2。"

    def add_arguments(self, parser):
        parser.add_argument(
            "--post", required=True, metavar="岗位", help="、".join(f"{post.value}（{post.label}）" for post in Post)
        )
        parser.add_argument("--username", metavar="用户名", help="不给则询问")
        parser.add_argument("--name", metavar="姓名", help="不给则询问")
        parser.add_argument("--unit", metavar="单位", default="", help="可空")
        parser.add_argument("--area", metavar="区域编码", help="街镇岗位的街镇，区级岗位的区")
        parser.add_argument("--operator", metavar="运营企业编码", help="运营企业岗位的企业")

    def handle(
        self,
        *args,
        post: str,
        username: str | None,
        name: str | None,
        unit: str,
        area: str | None,
        operator: str | None,
        **options,
    ):
        if post not in Post.values:
            raise _wrong(f"没有岗位“{post}”，应为：{'、'.join(Post.values)}。")
        asked = self._checked(username or _ask("用户名"), name or _ask("姓名"), unit)
        try:
            user, password = create_account_with_post(
                **asked, post=Post(post), area=_row(Area, area, "区域"), operator=_row(Operator, operator, "运营企业")
            )
        except ValidationError as problem:
            raise _wrong("".join(problem.messages)) from None
        self.stdout.write(f"已建立{user.post_label}账号 {user.username}（{user.name}）。")
        self.stdout.write(f"初始密码：{password}")
        self.stdout.write("只显示这一次，首次登录后必须修改。")

    def _checked(self, username: str, name: str, unit: str) -> dict:
        form = NewAccountForm({"username": username, "name": name, "unit": unit})
        for asked in ("requested_by", "basis", "valid_until"):
            del form.fields[asked]
        form.fields["unit"].required = False
        if not form.is_valid():
            raise _wrong(
                "".join(f"{form.fields[key].label}：{error}" for key, errors in form.errors.items() for error in errors)
            )
        return form.cleaned_data


def _ask(what: str) -> str:
    try:
        return input(f"{what}：").strip()
    except EOFError:
        raise _wrong(f"没有给出{what}，请用参数给出，见 --help。") from None


def _row(model, key: str | None, what: str):
    if not key:
        return None
    found = model.objects.filter(pk=key).first()
    if found is None:
        raise _wrong(f"没有编码为“{key}”的{what}，请先导入数据包，或核对编码。")
    return found


def _wrong(sentence: str) -> CommandError:
    return CommandError(sentence, returncode=2)
