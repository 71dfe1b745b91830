"""Addresses of rubrics and of cycles as a whole."""

from django.urls import path

from rubrics.views import assignments, cycles, files, leaders, phases, publishing, rubrics, starting, units

app_name = "rubrics"

urlpatterns = [
    path("rubrics/", rubrics.rubric_list, name="rubrics"),
    path("rubrics/load/", files.load, name="load"),
    path("rubrics/load/take/", files.take, name="take"),
    path("rubrics/<int:pk>/", rubrics.rubric_page, name="rubric"),
    path("rubrics/<int:pk>/rubric.yaml", files.download, name="download"),
    path("rubrics/<int:pk>/publish/", publishing.publish, name="publish"),
    path("rubrics/<int:pk>/copy/", publishing.clone, name="clone"),
    path("rubrics/<int:pk>/retire/", publishing.retire, name="retire"),
    path("rubrics/<int:pk>/delete/", publishing.delete, name="delete"),
    path("cycles/", cycles.cycle_list, name="cycles"),
    path("cycles/new/", starting.new, name="new_cycle"),
    path("cycles/new/<int:pk>/", starting.start, name="start"),
    path("cycles/new/<int:pk>/units.xlsx", starting.template, name="unit_template"),
    path("cycles/<int:pk>/", cycles.board, name="board"),
    path("cycles/<int:pk>/phases/", phases.phase_list, name="phases"),
    path("cycles/<int:pk>/phases/<slug:code>/", phases.change, name="phase_change"),
    path("cycles/<int:pk>/phases/<slug:code>/close/", phases.close, name="phase_close"),
    path("cycles/<int:pk>/phases/<slug:code>/reopen/", phases.reopen, name="phase_reopen"),
    path("cycles/<int:pk>/extensions/", phases.extend, name="extend"),
    path("cycles/<int:pk>/assignments/", assignments.assignment_list, name="assignments"),
    path("cycles/<int:pk>/assignments/<int:assignment>/take/", assignments.take, name="assignment_take"),
    path("cycles/<int:pk>/leaders/", leaders.name, name="leader_name"),
    path("cycles/<int:pk>/leaders/<int:user>/withdraw/", leaders.withdraw, name="leader_withdraw"),
    path("cycles/<int:pk>/units/", units.unit_list, name="units"),
    path("cycles/<int:pk>/units/add/", units.add, name="units_add"),
    path("cycles/<int:pk>/units/list.xlsx", units.template, name="units_template"),
    path("cycles/<int:pk>/units/<int:enrolment>/", units.change, name="unit_change"),
    path("cycles/<int:pk>/providers/", assignments.tie, name="provider_tie"),
    path("cycles/<int:pk>/providers/<int:row>/take/", assignments.untie, name="provider_untie"),
]
