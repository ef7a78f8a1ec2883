from django.apps import AppConfig
from django.conf import settings
from django.core.mail import DNS_NAME
from django.utils.translation import gettext_lazy as _


class Accounts(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Django would greet mail servers with the name of this machine, which a container makes up.
        DNS_NAME.get_fqdn = lambda: settings.MAIL_HOST
