"""What the content-security policy and the readers of templates need."""

import re

import pytest

from tests.laws.tree import ROOT, name_of, own_files

pytestmark = pytest.mark.once
TEMPLATES = [path for path in own_files(".html") if path.relative_to(ROOT).parts[0] == "templates"]
FORBIDDEN = {
    "inline style": r"<[^>]*\sstyle\s*=",
    "inline event handler": r"<[a-z][^>]*\son[a-z]+\s*=",
    "style without a nonce": r"<style(?![^>]*nonce)",
    "script without a source or a nonce": r"<script(?![^>]*(nonce|src))",
    "something from another host": r"""<(script|link|img|iframe|source)[^>]*(src|href)\s*=\s*["'](https?:)?//""",
    "unescaped text": r"\|\s*safe\b|\{%\s*autoescape off",
    "a query": r"\.objects\b|\.all\b(?!_)|\.filter\b",
}


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_keeps_the_policy(path):
    text = path.read_text()
    if path.relative_to(ROOT / "templates").parts[0] == "report":
        # A report template becomes a document of its own and never meets the browser's policy.
        text = re.sub(r"<style.*?</style>", "", text, flags=re.DOTALL)
    assert not [sin for sin, pattern in FORBIDDEN.items() if re.search(pattern, text, re.IGNORECASE | re.DOTALL)]


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.parent.name == "components"], ids=name_of)
def test_component_names_its_variables(path):
    first = re.sub(r"^\{% extends [^%]* %\}\s*", "", path.read_text())
    assert first.startswith(("{#", "{% comment %}")), "A component opens with a comment naming its variables."
