"""Indexes that are built, and dropped, while the version before is served; again where that was interrupted."""

from django.db import migrations


def _drop(schema_editor, name):
    """Drop an index that may be there, also one that an interrupted migration left half built."""
    concurrently = "CONCURRENTLY " if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP INDEX {concurrently}IF EXISTS {name}")


def _add(schema_editor, model, index):
    _drop(schema_editor, index.name)
    concurrently = {"concurrently": True} if schema_editor.connection.vendor == "postgresql" else {}
    schema_editor.add_index(model, index, **concurrently)


class AddIndex(migrations.AddIndex):
    """Build an index without locking the table where the database can; again where that was interrupted."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        _add(schema_editor, to_state.apps.get_model(app_label, self.model_name), self.index)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        _drop(schema_editor, self.index.name)


class RemoveIndex(migrations.RemoveIndex):
    """Drop an index in the same way."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        _drop(schema_editor, self.name)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        index = to_state.models[app_label, self.model_name_lower].get_index_by_name(self.name)
        _add(schema_editor, to_state.apps.get_model(app_label, self.model_name), index)
