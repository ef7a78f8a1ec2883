"""From where somebody signed in within the last weeks."""

from django.db import models


class KnownNetwork(models.Model):
    """
    Written by `accounts/known_networks.py` only; `network` is as `accounts/networks.py` writes it.
    """

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="known_networks")
    network = models.CharField(max_length=50)
    last_sign_in_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "network"), name="network_is_known_once"),
        )

    def __str__(self) -> str:
        return self.network
