from django.apps import AppConfig


class HomeConfig(AppConfig):
    """The home page and the shell around every page. It has no models."""

    name = "appraisal_site.home"
    label = "home"
