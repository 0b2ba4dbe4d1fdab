"""Every address of the installation, and the pages for what goes wrong."""

from django.urls import include, path

urlpatterns = [
    path("", include("tanso.interfaces.web.urls")),
]

handler400 = "tanso.interfaces.web.views.entrance.bad_request"
handler403 = "tanso.interfaces.web.views.entrance.forbidden"
handler404 = "tanso.interfaces.web.views.entrance.not_found"
handler500 = "tanso.interfaces.web.views.entrance.failed"
# What allauth answers with where an address tries too often.
handler429 = "tanso.interfaces.web.views.entrance.too_many"
