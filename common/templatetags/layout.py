"""Chinese on several lines of a template: between its words a line break would show as a blank."""

import re

from django import template
from django.template import Context
from django.template.base import Node, NodeList, Parser, TextNode, Token
from django.utils.safestring import SafeString

_PIECE = re.compile(r"(?P<angle>[<>])|\s*\n\s*")

register = template.Library()


class JoinedLines(Node):
    """What has lost its line breaks when the template was read."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        return self.nodelist.render(context)


@register.tag
def joined(parser: Parser, token: Token) -> JoinedLines:
    """What stands between ``{% joined %}`` and ``{% endjoined %}``, without its line breaks and indentation.

    Within an HTML tag a line break becomes one blank, for it parts two attributes. Values keep what they hold.
    """
    content = parser.parse(("endjoined",))
    parser.delete_first_token()
    is_tag = False

    def without_break(piece: re.Match) -> str:
        nonlocal is_tag
        if piece["angle"]:
            is_tag = piece["angle"] == "<"
            return piece["angle"]
        return " " if is_tag else ""

    for text in content.get_nodes_by_type(TextNode):
        text.s = _PIECE.sub(without_break, text.s)
    return JoinedLines(content)
