from importlib import import_module
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.core.mail import DNS_NAME
from django.utils.translation import gettext_lazy as _


class Accounts(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # What happens in a subject, what it mails, what its frame is, and what becomes of what it
        # stores is known once these modules are read; nobody keeps a list of them.
        for path in sorted(Path(__file__).parent.glob("*/*.py")):
            if path.stem in ("events", "mails", "subject", "lifecycle"):
                import_module(f"{__package__}.{path.parent.name}.{path.stem}")
        # Django would greet mail servers with the name of this machine, which a container makes up.
        DNS_NAME.get_fqdn = lambda: settings.MAIL_HOST
