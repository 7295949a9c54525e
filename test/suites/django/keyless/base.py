"""Django's MySQL backend without foreign keys and UNIQUE, which its models would ask for everywhere."""

from django.db.backends.mysql import base, features, schema


class DatabaseFeatures(features.DatabaseFeatures):
    supports_foreign_keys = False


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    def _iter_column_sql(self, *args, **kwargs):
        return (part for part in super()._iter_column_sql(*args, **kwargs) if part != "UNIQUE")

    def _create_unique_sql(self, *args, **kwargs):
        return None

    def _unique_sql(self, *args, **kwargs):
        return None

    def execute(self, sql, params=()):
        if sql is not None:
            super().execute(sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
    SchemaEditorClass = DatabaseSchemaEditor
