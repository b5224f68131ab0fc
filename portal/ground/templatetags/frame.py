"""What of a page's frame is the same for everyone."""

from typing import cast

from django.template import Library
from django.template.base import Node, NodeList, Parser, Template, Token
from django.template.context import Context
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = Library()


@register.tag
def for_everyone(parser: Parser, _token: Token) -> Node:
    """Write what stands before `endfor_everyone` once in each language: phrases, addresses, drawings.

    No variable of the page is known in it, so that nothing of one reader reaches another.
    """
    nodes = parser.parse(("endfor_everyone",))
    parser.delete_first_token()
    return _ForEveryone(nodes)


class _ForEveryone(Node):
    def __init__(self, nodes: NodeList):
        self.nodelist = nodes
        self._written: dict[tuple[str | None, str], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        """Return the part in the reader's language."""
        key = (get_language(), get_script_prefix())
        if key not in self._written:
            nobodys = Context()
            template = cast("Template", context.template)  # a page's context has one while it is written
            with nobodys.bind_template(template):
                self._written[key] = self.nodelist.render(nobodys)
        return self._written[key]
