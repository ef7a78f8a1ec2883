from importlib import import_module
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.core.mail import DNS_NAME
from django.utils.translation import gettext_lazy as _

MAINTAINED = (
    "audit_trail.refusals",
    "bulk.actions",
    "imports.actions",
    "inactivity.actions",
    "kernel.sent_forms",
    "kernel.sessions",
    "maintenance.tasks",
    "sign_in.known_networks",
    "statistics.actions",
)
HERE = Path(__file__).parent


class Accounts(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # The kernel knows what events, mails and subjects there are once they are read; nobody keeps a list of them.
        for path in sorted(Path(__file__).parent.glob("*/*.py")):
            if path.stem in ("events", "mails", "subject"):
                import_module(f"{__package__}.{path.parent.name}.{path.stem}")
        # So that every process knows what comes again and again.
        for module in MAINTAINED:
            import_module(f"accounts.{module}")
        # Django would greet mail servers with the name of this machine, which a container makes up.
        DNS_NAME.get_fqdn = lambda: settings.MAIL_HOST
