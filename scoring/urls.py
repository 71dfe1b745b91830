from django.urls import path

from scoring.views import export, results, score, why

app_name = "scoring"
urlpatterns = [
    path("cycles/<int:cycle_pk>/results/", results.show, name="results"),
    path("cycles/<int:cycle_pk>/results/store/", results.store, name="store"),
    path("cycles/<int:cycle_pk>/results.xlsx", export.workbook, name="workbook"),
    path("results/<int:enrolment_pk>/", why.show, name="why"),
    path("sheets/<int:enrolment_pk>/score/", score.head, name="score"),
]
