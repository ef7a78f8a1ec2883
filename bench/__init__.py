"""The product beside Django's own admin, measured in one run: see README.md here."""
