"""`{% icon "lock" %}` beside words."""

from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """A file of templates/components/icons/, drawn once in each process."""
    return render_to_string("components/icon.html", {"name": name})
