"""Templates are read without their indentation, and what a page says stays the same to the letter."""

import pytest
from django.template import engines

from portal.ground.lean import without_indentation

pytestmark = pytest.mark.once


def test_a_page_has_neither_indentation_nor_lines_of_tags_alone():
    template = """{# What it is. #}
{% load i18n frame %}
{% for_everyone %}
  <p>Names</p>
{% endfor_everyone %}
<ul>
  {% for name in names %}
    {% if name %}
      <li>{{ name }}</li>

    {% endif %}
  {% endfor %}
</ul>
"""
    lean = engines["django"].from_string(without_indentation(template))
    assert (
        lean.render({"names": ["Jette", "", "Belfaa"]})
        == "\n<p>Names</p>\n<ul>\n<li>Jette</li>\n<li>Belfaa</li>\n</ul>\n"
    )


@pytest.mark.parametrize(
    "kept",
    [
        "<textarea>\n  two\n\n  lines</textarea>",
        "<pre>\n  two\n\n  lines</pre>",
        "<script>\n  `two\n\n  lines`</script>",
        "{% blocktranslate %}\n  two\n\n  lines{% endblocktranslate %}",
        "{% verbatim %}\n  two\n\n  lines{% endverbatim %}",
        "a word\n{{ name }}\n{% translate 'another' %}\n{% include name %}\nthe last",
        "a word {% if name %} two {% endif %} three",
    ],
)
def test_what_counts_is_kept_to_the_letter(kept):
    assert without_indentation(kept) == kept


def test_words_beside_a_tag_stay_apart():
    lean = without_indentation("one\n{% if True %}\n  two\n{% else %}\n  no\n{% endif %}\nthree")
    assert engines["django"].from_string(lean).render().split() == ["one", "two", "three"]


def test_the_portal_reads_its_templates_so():
    assert "\n  " not in engines["django"].get_template("base.html").template.source
