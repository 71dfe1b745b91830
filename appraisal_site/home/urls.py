from django.urls import path

from appraisal_site.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("cycle/", views.choose_cycle, name="choose_cycle"),
    path("demo/switch/", views.demo_switch, name="demo_switch"),
    path("language/", views.set_language, name="set_language"),
]
