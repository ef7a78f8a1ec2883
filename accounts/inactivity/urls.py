from django.urls import path

from accounts.inactivity import views

urlpatterns = [path("users/dormant/", views.inactive, name="dormant")]
