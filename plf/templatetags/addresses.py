"""`{% url "dashboards:home" %}`, as Django's own; what was put together lately is remembered.

Every page has a dozen of them in its head and foot, and those who answer stay at the same few.
"""

from functools import lru_cache

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as parse
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.html import conditional_escape

register = template.Library()


@lru_cache(maxsize=2000)
def _address(name: str, values: tuple[int | str, ...], at: str | None, _mounted_at: str) -> str:
    return reverse(name, args=values, current_app=at)


class Address(URLNode):
    def render(self, context: Context) -> str:
        values = tuple(value.resolve(context) for value in self.args)
        # What is written like another, as True and 1 are not, may be equal to it.
        if self.kwargs or any(type(value) not in (int, str) for value in values):
            return str(super().render(context))
        name = self.view_name.resolve(context)
        try:
            address = _address(name, values, _place(context), get_script_prefix())
        except NoReverseMatch:
            return str(super().render(context))
        if self.asvar:
            context[self.asvar] = address
            return ""
        return str(conditional_escape(address)) if context.autoescape else address


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
