from django.urls import path

from scoring.views import burden, export, results, score, trial, tryout, why

app_name = "scoring"
urlpatterns = [
    path("cycles/<int:cycle_pk>/results/", results.show, name="results"),
    path("cycles/<int:cycle_pk>/results/store/", results.store, name="store"),
    path("cycles/<int:cycle_pk>/results.xlsx", export.workbook, name="workbook"),
    path("cycles/<int:cycle_pk>/burden/", burden.show, name="burden"),
    path("cycles/<int:cycle_pk>/burden.xlsx", burden.workbook, name="burden_workbook"),
    path("results/<int:enrolment_pk>/", why.show, name="why"),
    path("sheets/<int:enrolment_pk>/score/", score.head, name="score"),
    path("rubrics/<int:pk>/workbench/clause/<int:key>/trial/", trial.show, name="trial"),
    path("rubrics/<int:pk>/try/", tryout.show, name="try_out"),
    path("rubrics/<int:pk>/try.xlsx", tryout.workbook, name="try_out_workbook"),
]
