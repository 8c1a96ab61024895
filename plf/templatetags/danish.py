"""Numbers and times in templates, written as everywhere else."""

from django import template

from plf.lib import danish

register = template.Library()
register.filter("clock", danish.clock)
register.filter("number", danish.number)
register.filter("signed", danish.signed)
register.filter("continued", danish.continued)
