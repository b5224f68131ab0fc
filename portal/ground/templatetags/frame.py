"""What of a page's frame is the same for everyone."""

from typing import Any, cast

from django.conf import settings
from django.template import Library
from django.template.base import FilterExpression, Node, NodeList, Parser, Template, Token
from django.template.context import Context
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = Library()


@register.simple_tag
def languages() -> list[tuple[str, str]]:
    """Return the code of each language and its name in itself."""
    return list(settings.LANGUAGES)


@register.tag
def for_everyone(parser: Parser, token: Token) -> Node:
    """Write what stands before `endfor_everyone` once in each language: phrases, addresses, drawings.

    No variable of the page is known in it, so that nothing of one reader reaches another. `{% for_everyone place %}`
    writes it once for each value as well, which is known in it as `of`: name only what has few.
    """
    _name, *given = token.split_contents()
    nodes = parser.parse(("endfor_everyone",))
    parser.delete_first_token()
    return _ForEveryone(nodes, [parser.compile_filter(each) for each in given])


class _ForEveryone(Node):
    def __init__(self, nodes: NodeList, given: list[FilterExpression]):
        self.nodelist, self.given = nodes, given
        self._written: dict[tuple[str | None, str, Any], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        """Return the part in the reader's language."""
        of = self.given[0].resolve(context) if self.given else None
        key = (get_language(), get_script_prefix(), of)
        if key not in self._written:
            nobodys = Context({"of": of})
            template = cast("Template", context.template)  # a page's context has one while it is written
            with nobodys.bind_template(template):
                self._written[key] = self.nodelist.render(nobodys)
        return self._written[key]
