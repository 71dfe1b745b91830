from django.urls import path

from appraisal_site.home import keeping, views

urlpatterns = [
    path("", views.home, name="home"),
    path("cycle/", views.choose_cycle, name="choose_cycle"),
    path("demo/switch/", views.demo_switch, name="demo_switch"),
    path("who/", keeping.who, name="who"),
    path("worker.js", keeping.worker, name="worker"),
    path("offline/", keeping.offline, name="offline"),
    path("language/", views.set_language, name="set_language"),
]
