"""`{% url "dashboards:home" %}`, as Django's own; those that take no value are put together once.

Every page has a dozen of them, in its head and foot.
"""

from functools import cache

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as parse
from django.urls import get_script_prefix, reverse
from django.utils.html import conditional_escape

register = template.Library()


@cache
def _address(name: str, at: str | None, _mounted_at: str) -> str:
    return reverse(name, current_app=at)


class Address(URLNode):
    def render(self, context: Context) -> str:
        if self.args or self.kwargs or self.asvar or not context.autoescape:
            return str(super().render(context))
        name = self.view_name.resolve(context)
        return str(conditional_escape(_address(name, _place(context), get_script_prefix())))


def _place(context: Context) -> str | None:
    """Which of several sites of the same name the page is of, as Django asks it."""
    request = getattr(context, "request", None)
    match = getattr(request, "resolver_match", None)
    place: str | None = getattr(request, "current_app", getattr(match, "namespace", None))
    return place


@register.tag
def url(parser: Parser, token: Token) -> Address:
    node = parse(parser, token)
    return Address(node.view_name, node.args, node.kwargs, node.asvar)
