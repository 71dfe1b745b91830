"""What the pages of results share: the stand that is asked for, and the words for it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

STANDS = {"self": _("Self-assessed"), "provisional": _("Provisional"), "final": _("Final")}
EXPLAINED = {
    "self": _("What the units claim themselves, before anything is decided."),
    "provisional": _("Decided facts as decided, all others as claimed: this changes with every decision."),
    "final": _("Only what the reviewers decided, and what providers recorded."),
}


def lang() -> str:
    return get_language() or "zh-hans"


def asked_stand(request: HttpRequest, allowed: list[str], usual: str) -> str:
    """The stand in the address, else the usual one; raises Http404 for one that is not open to the person."""
    wanted = request.GET.get("stand", "")
    if wanted and wanted not in allowed:
        raise Http404
    return wanted or (usual if usual in allowed else allowed[-1])


def stand_links(request: HttpRequest, allowed: list[str], chosen: str) -> list[dict[str, Any]]:
    """The switch between stands, keeping the rest of the address."""
    links = []
    for stand in allowed:
        query = request.GET.copy()
        query["stand"] = stand
        links.append({"title": STANDS[stand], "url": f"?{query.urlencode()}", "current": stand == chosen})
    return links


def joined(sentences: list[str]) -> str:
    """Sentences one after another, with a space between them only where the language has one."""
    return (" " if lang().startswith("en") else "").join(sentences)
