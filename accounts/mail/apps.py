from django.apps import AppConfig


class MailQueue(AppConfig):
    name = "accounts.mail"
    label = "mail_queue"
