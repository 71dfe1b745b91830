"""Every address of the site: each app brings its own list."""

from django.urls import include, path

from units.admin import site as backstage

urlpatterns = [
    path("admin/", backstage.urls),
    path("", include("appraisal_site.home.urls")),
    path("", include("units.urls")),
    path("", include("rubrics.urls")),
    path("", include("evidence.urls")),
    path("", include("scoring.urls")),
]
