from django.urls import path

from accounts.organization import views

urlpatterns = [path("organization/", views.organization, name="organization")]
