"""Every address of the site: each app brings its own list."""

from django.urls import include, path

urlpatterns = [
    path("", include("appraisal_site.home.urls")),
    path("", include("units.urls")),
    path("", include("rubrics.urls")),
    path("", include("evidence.urls")),
    path("", include("scoring.urls")),
]
