from django.urls import path

from accounts.mail import views

urlpatterns = [
    path("mail/", views.mail, name="mail"),
    path("mail/preview/", views.mail_preview, name="mail-preview"),
    path("mail/preview/<slug:name>/", views.mail_preview_message, name="mail-preview-message"),
    path("mail/<uuid:task_id>/retry/", views.retry_mail, name="retry-mail"),
]
