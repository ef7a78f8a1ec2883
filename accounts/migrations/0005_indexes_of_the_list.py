"""
The indexes that the list walks, one for every order and filter.

On PostgreSQL they are built while the version before is served; the old ones go when the new ones are there.
"""

import django.db.models.functions.comparison
from django.db import migrations, models

from accounts.migrations._concurrently import AddIndex, RemoveIndex
from accounts.models.user_indexes import MailDomain, Never


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0004_a_million_people")]
    operations = [
        AddIndex(
            model_name='user',
            index=models.Index(condition=models.Q(('deleted_at', None)), fields=['name_key', 'id'], name='people_by_name'),
        ),
        AddIndex(
            model_name='user',
            index=models.Index(condition=models.Q(('deleted_at', None)), fields=['email'], name='people_by_email'),
        ),
        AddIndex(
            model_name='user',
            index=models.Index(condition=models.Q(('deleted_at', None)), fields=['role', 'name_key', 'id'], name='people_by_role'),
        ),
        AddIndex(
            model_name='user',
            index=models.Index(django.db.models.functions.comparison.Coalesce('last_sign_in_at', Never()), models.F('id'), condition=models.Q(('deleted_at', None)), name='people_by_last_sign_in'),
        ),
        AddIndex(
            model_name='user',
            index=models.Index(condition=models.Q(('deleted_at', None)), fields=['created_at', 'id'], name='people_by_created'),
        ),
        AddIndex(
            model_name='user',
            index=models.Index(django.db.models.functions.comparison.Coalesce('last_sign_in_at', Never()), models.F('created_at'), models.F('id'), condition=models.Q(('deleted_at', None), ('is_active', True)), name='people_by_disuse'),
        ),
        AddIndex(
            model_name='user',
            index=models.Index(condition=models.Q(('deleted_at', None)), fields=['is_active', 'name_key', 'id'], name='people_by_status'),
        ),
        AddIndex(
            model_name='user',
            index=models.Index(MailDomain('email'), models.F('name_key'), models.F('id'), condition=models.Q(('deleted_at', None)), name='people_by_domain'),
        ),
        AddIndex(
            model_name='user',
            index=models.Index(condition=models.Q(('deleted_at', None), ('invited_by__isnull', False)), fields=['name_key', 'id'], name='people_by_invitation'),
        ),
        AddIndex(
            model_name='user',
            index=models.Index(condition=models.Q(('search_key', '')), fields=['id'], name='people_without_search_key'),
        ),
        RemoveIndex(
            model_name='user',
            name='user_by_name',
        ),
        RemoveIndex(
            model_name='user',
            name='user_by_role',
        ),
        RemoveIndex(
            model_name='user',
            name='user_by_last_sign_in',
        ),
        RemoveIndex(
            model_name='user',
            name='user_by_is_active',
        ),
    ]
