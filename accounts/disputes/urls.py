from django.urls import path

from accounts.disputes import views

urlpatterns = [path("unexpected/<str:token>/", views.unexpected, name="unexpected")]
