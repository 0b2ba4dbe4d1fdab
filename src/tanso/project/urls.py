"""Every address of the installation."""

from django.urls import include, path

urlpatterns = [
    path("", include("tanso.interfaces.web.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
