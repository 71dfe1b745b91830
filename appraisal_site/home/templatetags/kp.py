"""The few tags that the shell and its partials need."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from appraisal_site.home import shell

register = template.Library()


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """An icon of templates/_icons.html; it says nothing, so words must stand beside it."""
    return format_html(
        '<svg class="kp-i{}" viewBox="0 0 20 20" aria-hidden="true"><use href="#i-{}"/></svg>',
        f" {css}" if css else "",
        name,
    )


@register.simple_tag
def site_title() -> str:
    """What the installation calls itself; safe on pages without a request."""
    return shell.site_title()


@register.simple_tag(takes_context=True)
def page_shell(context: Context) -> str:
    """Tell the shell which cycle this page is about: its `cycle`, or that of its `enrolment`."""
    frame: Any = context.get("shell")
    cycle = context.get("cycle") or getattr(context.get("enrolment"), "cycle", None)
    if frame and cycle is not None:
        frame.about(cycle)
    return ""
