"""`{% translate "Help" %}`, as Django's own; what has no value in it is looked up once a language.

A page has thirty of them, in its head and foot most of all.
"""

from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.templatetags.i18n import TranslateNode, do_translate
from django.utils.translation import get_language

register = template.Library()


class Words(TranslateNode):
    def __init__(self, *how: Any) -> None:
        super().__init__(*how)
        words = self.filter_expression
        takes_value = words.var.lookups or words.filters or self.message_context
        self.is_fixed = not (takes_value or self.asvar)
        self.said: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        if not self.is_fixed:
            return str(super().render(context))
        language = get_language()
        if language not in self.said:
            self.said[language] = super().render(context)
        return self.said[language]


@register.tag
def translate(parser: Parser, token: Token) -> Words:
    node = do_translate(parser, token)
    return Words(node.filter_expression, node.noop, node.asvar, node.message_context)
