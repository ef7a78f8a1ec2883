from django.urls import path

from accounts.mail import views

urlpatterns = [
    path("mail/", views.mail, name="mail"),
    path("mail/<uuid:task_id>/retry/", views.retry_mail, name="retry-mail"),
]
