"""Addresses of signing in, people, units, lists from Excel, the journal, jobs and notices."""

from django.urls import path

from units.views import imports, journal, notices, people, sign_in, slips, units

app_name = "units"

# The two lists from Excel stand under the pages they fill.
_LISTS = [
    route
    for folder, kind in (("units", "units"), ("people", "accounts"))
    for route in (
        path(f"{folder}/import/", imports.upload, {"kind": kind}, name="import"),
        path(f"{folder}/import/check/", imports.check, {"kind": kind}, name="import_check"),
        path(f"{folder}/import/template.xlsx", imports.template, {"kind": kind}, name="import_template"),
    )
]

urlpatterns = [
    *_LISTS,
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("password/", sign_in.password, name="password"),
    path("password/address/", sign_in.address, name="address"),
    path("units/", units.unit_list, name="unit_list"),
    path("units/new/", units.unit_new, name="unit_new"),
    path("units/<int:pk>/", units.unit_page, name="unit"),
    path("units/<int:pk>/edit/", units.unit_edit, name="unit_edit"),
    path("people/", people.person_list, name="person_list"),
    path("people/new/", people.person_new, name="person_new"),
    path("people/<int:pk>/", people.person_page, name="person"),
    path("people/<int:pk>/reset/", people.person_reset, name="person_reset"),
    path("people/<int:pk>/active/", people.person_active, name="person_active"),
    path("people/<int:pk>/roles/", people.person_roles, name="person_roles"),
    path("people/slips/<slug:batch>/", slips.slips, name="slips"),
    path("people/slips/<slug:batch>/done/", slips.slips_done, name="slips_done"),
    path("journal/", journal.journal_page, name="journal"),
    path("journal.xlsx", journal.download, name="journal_download"),
    path("journal/verify/", journal.verify, name="journal_verify"),
    path("jobs/<int:pk>/", notices.job, name="job"),
    path("notices/", notices.notice_list, name="notices"),
    path("notices/read/", notices.notices_read, name="notices_read"),
    path("notices/<int:pk>/", notices.notice_open, name="notice_open"),
]
