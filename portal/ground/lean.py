"""Template loaders that leave out the indentation: it is for who writes, and weighs a sixth of a long page."""

import re

from django.template import Origin
from django.template.loaders import app_directories, filesystem

# Where a line's beginning counts: what is typed or shown as it is, and texts that catalogues know by every character.
_KEPT = re.compile(
    r"(<(pre|textarea|script)\b.*?</\2>|\{%\s*(blocktrans(?:late)?|verbatim)\b.*?\{%\s*end\3\s*%\})", re.DOTALL
)
_LINE_ENDS = re.compile(r"[ \t]*\n\s*")
# A line with nothing but a comment, or a tag that writes nothing itself, would be an empty line of the page.
_SILENT = re.compile(
    r"\n(\{#(?:(?!#\}).)*#\}|\{%\s*(?:load|extends|if|elif|else|endif|for|empty|endfor|with|endwith|block|endblock"
    r"|for_everyone|endfor_everyone)\b"
    r"(?:(?!%\}).)*%\})(?=\n)"
)


def without_indentation(template: str) -> str:
    """Return a template whose lines begin at their first character, without empty lines: HTML reads both alike."""
    lean, end = [], 0
    for kept in _KEPT.finditer(template):
        lean += [_lean(template[end : kept.start()]), kept.group()]
        end = kept.end()
    return "".join([*lean, _lean(template[end:])])


def _lean(markup: str) -> str:
    return _SILENT.sub(r"\1", _LINE_ENDS.sub("\n", markup))


class _Lean:
    """Reads the templates of pages without their indentation; letters and other plain texts stay as they are."""

    def get_contents(self, origin: Origin) -> str:
        """Return the template's text; TemplateDoesNotExist if there is none."""
        contents: str = super().get_contents(origin)  # type: ignore[misc]  # the loader that this is mixed into
        return without_indentation(contents) if origin.name.endswith(".html") else contents


class Filesystem(_Lean, filesystem.Loader):
    """The portal's own templates."""


class AppDirectories(_Lean, app_directories.Loader):
    """The templates of packages."""
