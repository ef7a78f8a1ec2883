from django.apps import AppConfig


class MailQueue(AppConfig):
    name = "accounts.mail_queue"
    label = "mail_queue"
