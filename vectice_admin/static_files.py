"""
Stylesheets and scripts under names that change with their contents, so that browsers may keep them
for ever.
"""

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(StaticFilesConfig):
    """Django's staticfiles app, without the parts of htmx that no page uses."""

    ignore_patterns = (*StaticFilesConfig.ignore_patterns, "ext", "htmx-4*", "htmax*", "htmx-2.js")


class HashedFiles(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = (
        True  # else modules import each other under their old names
    )
