"""Constraints that Django lacks, enforced by the database on SQLite and PostgreSQL alike.

PostgreSQL excludes overlapping ranges by itself; SQLite gets triggers that do the same. Both carry a
sentence for people (`violation_error_message`) and, as `violation_error_code`, the name of the field
beside which a form shows it (see `portal.ground.forms`).
"""

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.backends.ddl_references import Statement, Table
from django.utils.translation import gettext_lazy as _


class TriggerConstraint(models.BaseConstraint):
    """A constraint made of triggers, which live and die with their table."""

    def triggers(self, model, schema_editor):
        """Return {trigger name: SQL with %(table)s and %(name)s} for the editor's engine."""
        raise NotImplementedError

    def preamble(self, model, schema_editor):
        """Return SQL that must run before the triggers are made, or an empty text."""
        return ""

    def _statements(self, model, schema_editor):
        table = Table(model._meta.db_table, schema_editor.quote_name)
        preamble = self.preamble(model, schema_editor)
        if preamble:
            yield Statement(preamble.replace("%", "%%"), table=table)
        for name, template in self.triggers(model, schema_editor).items():
            yield Statement(template, table=table, name=schema_editor.quote_name(name))

    def constraint_sql(self, model, schema_editor):
        schema_editor.deferred_sql.extend(self._statements(model, schema_editor))

    def create_sql(self, model, schema_editor):
        for statement in self._statements(model, schema_editor):
            schema_editor.execute(statement, params=None)
        return ""

    def remove_sql(self, model, schema_editor):
        for name in self.triggers(model, schema_editor):
            table = schema_editor.quote_name(model._meta.db_table)
            on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
            schema_editor.execute(f"DROP TRIGGER {schema_editor.quote_name(name)}{on}", params=None)
        return ""

    def __eq__(self, other):
        return isinstance(other, self.__class__) and self.deconstruct() == other.deconstruct()

    def __hash__(self):
        return hash(self.name)


class NoOverlap(TriggerConstraint):
    """No two rows that agree on `within` have inclusive date ranges that share a day.

    Both ends of the range must be set in every row; reversed dates are another rule's business.
    """

    def __init__(self, *, within, starts="starts_on", ends="ends_on", **kwargs):
        self.within, self.starts, self.ends = within, starts, ends
        super().__init__(**kwargs)

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "within": self.within, "starts": self.starts, "ends": self.ends}

    def _exclusion(self):
        from django.contrib.postgres.constraints import ExclusionConstraint
        from django.contrib.postgres.fields import DateRangeField, RangeBoundary

        days = models.Func(
            models.F(self.starts),
            models.F(self.ends),
            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
            function="DATERANGE",
            output_field=DateRangeField(),
        )
        return ExclusionConstraint(name=self.name, expressions=[(models.F(self.within), "="), (days, "&&")])

    def constraint_sql(self, model, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            return self._exclusion().constraint_sql(model, schema_editor)
        return super().constraint_sql(model, schema_editor)

    def create_sql(self, model, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            return self._exclusion().create_sql(model, schema_editor)
        return super().create_sql(model, schema_editor)

    def remove_sql(self, model, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            return self._exclusion().remove_sql(model, schema_editor)
        return super().remove_sql(model, schema_editor)

    def triggers(self, model, schema_editor):
        columns = {
            key: schema_editor.quote_name(model._meta.get_field(name).column)
            for key, name in {"within": self.within, "starts": self.starts, "ends": self.ends}.items()
        }
        shares_a_day = "{within} = NEW.{within} AND id <> NEW.id AND {starts} <= NEW.{ends} AND {ends} >= NEW.{starts}"
        condition = "SELECT 1 FROM %(table)s WHERE " + shares_a_day.format(**columns)  # noqa: S608 - its own quoted columns
        return {
            f"{self.name}_{event.lower()}": (
                f"CREATE TRIGGER %(name)s AFTER {event} ON %(table)s WHEN EXISTS ({condition}) "
                f"BEGIN SELECT RAISE(ABORT, 'constraint failed: {self.name}'); END"
            )
            for event in ("INSERT", "UPDATE")
        }

    def validate(self, model, instance, exclude=None, using=DEFAULT_DB_ALIAS):
        if exclude and {self.within, self.starts, self.ends} & set(exclude):
            return
        field = model._meta.get_field(self.within)
        within, starts, ends = (
            getattr(instance, field.attname),
            getattr(instance, self.starts),
            getattr(instance, self.ends),
        )
        if within is None or not starts or not ends or starts > ends:
            return
        overlapping = model._default_manager.using(using).filter(
            **{field.attname: within, f"{self.starts}__lte": ends, f"{self.ends}__gte": starts}
        )
        if overlapping.exclude(pk=instance.pk).exists():
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)


class AppendOnly(TriggerConstraint):
    """A row, once written, is neither changed nor deleted: not even by the owner of the tables."""

    default_violation_error_message = _("This record cannot be changed or deleted.")

    def preamble(self, model, schema_editor):
        if schema_editor.connection.vendor != "postgresql":
            return ""
        return (
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION 'constraint failed: {self.name}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )

    def triggers(self, model, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            refuse = f"EXECUTE FUNCTION {self.name}()"
            return {
                f"{self.name}_row": "CREATE TRIGGER %(name)s BEFORE UPDATE OR DELETE ON %(table)s "
                f"FOR EACH ROW {refuse}",
                f"{self.name}_all": f"CREATE TRIGGER %(name)s BEFORE TRUNCATE ON %(table)s FOR EACH STATEMENT {refuse}",
            }
        return {
            f"{self.name}_{event.lower()}": (
                f"CREATE TRIGGER %(name)s BEFORE {event} ON %(table)s "
                f"BEGIN SELECT RAISE(ABORT, 'constraint failed: {self.name}'); END"
            )
            for event in ("UPDATE", "DELETE")
        }

    def validate(self, model, instance, exclude=None, using=DEFAULT_DB_ALIAS):
        if not instance._state.adding:
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)


class EmptiedOnly(AppendOnly):
    """A row is never deleted and never rewritten; once, it may be emptied of what it says of somebody.

    The trail must not be changed, and somebody may ask that nothing of them is kept (article 17 of the General Data
    Protection Regulation). The database therefore lets one change through, and no other: `mark` says when, the columns
    `emptied` become empty, and every other column stays as it was. So who did what kind of thing to which record
    number, and when, stays true, and nobody can put other words in the place of those that are gone.
    """

    def __init__(self, *, mark, emptied, **kwargs):
        self.mark, self.emptied = mark, emptied
        super().__init__(**kwargs)

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "mark": self.mark, "emptied": self.emptied}

    def _empties(self, model, schema_editor):
        postgresql = schema_editor.connection.vendor == "postgresql"
        same, quote = "IS NOT DISTINCT FROM" if postgresql else "IS", schema_editor.quote_name
        tests = []
        for field in model._meta.concrete_fields:
            column = quote(field.column)
            if field.name == self.mark:
                tests.append(f"OLD.{column} IS NULL AND NEW.{column} IS NOT NULL")
            elif field.name in self.emptied:
                empty = "'{}'" if isinstance(field, models.JSONField) else "''"
                tests.append(f"NEW.{column} = {empty}")
            else:
                tests.append(f"NEW.{column} {same} OLD.{column}")
        return " AND ".join(tests)

    def triggers(self, model, schema_editor):
        unless = f"WHEN (NOT ({self._empties(model, schema_editor)}))"
        if schema_editor.connection.vendor == "postgresql":
            refuse = f"EXECUTE FUNCTION {self.name}()"
            return {
                f"{self.name}_row": "CREATE TRIGGER %(name)s BEFORE UPDATE ON %(table)s "
                f"FOR EACH ROW {unless} {refuse}",
                f"{self.name}_delete": f"CREATE TRIGGER %(name)s BEFORE DELETE ON %(table)s FOR EACH ROW {refuse}",
                f"{self.name}_all": f"CREATE TRIGGER %(name)s BEFORE TRUNCATE ON %(table)s FOR EACH STATEMENT {refuse}",
            }
        refuse = f"BEGIN SELECT RAISE(ABORT, 'constraint failed: {self.name}'); END"
        return {
            f"{self.name}_update": f"CREATE TRIGGER %(name)s BEFORE UPDATE ON %(table)s {unless} {refuse}",
            f"{self.name}_delete": f"CREATE TRIGGER %(name)s BEFORE DELETE ON %(table)s {refuse}",
        }


class Frozen(TriggerConstraint):
    """While a row's `column` holds `value`, its `fields` are not changed and it is not deleted."""

    default_violation_error_message = _("This record cannot be changed or deleted.")

    def __init__(self, *, column, value, fields, **kwargs):
        self.column, self.value, self.fields = column, value, fields
        super().__init__(**kwargs)

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "column": self.column, "value": self.value, "fields": self.fields}

    def preamble(self, model, schema_editor):
        return AppendOnly.preamble(self, model, schema_editor)  # type: ignore[arg-type]

    def triggers(self, model, schema_editor):
        postgresql = schema_editor.connection.vendor == "postgresql"
        differs = "IS DISTINCT FROM" if postgresql else "IS NOT"

        def column(name):
            return schema_editor.quote_name(model._meta.get_field(name).column)

        held = f"OLD.{column(self.column)} = '{self.value}'"
        changed = " OR ".join(f"OLD.{column(name)} {differs} NEW.{column(name)}" for name in self.fields)
        action = (
            f"EXECUTE FUNCTION {self.name}()"
            if postgresql
            else f"BEGIN SELECT RAISE(ABORT, 'constraint failed: {self.name}'); END"
        )
        return {
            f"{self.name}_{event.lower()}": (
                f"CREATE TRIGGER %(name)s BEFORE {event} ON %(table)s FOR EACH ROW WHEN ({condition}) {action}"
            )
            for event, condition in {"UPDATE": f"{held} AND ({changed})", "DELETE": held}.items()
        }

    def validate(self, model, instance, exclude=None, using=DEFAULT_DB_ALIAS):
        if instance._state.adding:
            return
        stored = model._default_manager.using(using).filter(pk=instance.pk, **{self.column: self.value}).first()
        if stored is None:
            return
        names = [model._meta.get_field(name).attname for name in self.fields]
        if any(getattr(stored, name) != getattr(instance, name) for name in names):
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)


class NoCycle(TriggerConstraint):
    """No row is part of itself, nor of one of its own parts, through any number of steps of `parent`.

    On PostgreSQL the writers of a tree wait for each other, so that two of them cannot close a circle that
    neither sees; SQLite has one writer at a time.
    """

    default_violation_error_message = _("A record is no part of itself, nor of one of its own parts.")

    def __init__(self, *, parent, **kwargs):
        self.parent = parent
        super().__init__(**kwargs)

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "parent": self.parent}

    def _reaches_itself(self, model, schema_editor, table):
        parent = schema_editor.quote_name(model._meta.get_field(self.parent).column)
        return (  # UNION drops what was seen, so that a circle that is there already ends the search
            f"WITH RECURSIVE above(id) AS (SELECT NEW.{parent} UNION "  # noqa: S608 - its own quoted names
            f"SELECT tree.{parent} FROM {table} AS tree JOIN above ON tree.id = above.id) "
            "SELECT 1 FROM above WHERE above.id = NEW.id"
        )

    def preamble(self, model, schema_editor):
        if schema_editor.connection.vendor != "postgresql":
            return ""
        table = schema_editor.quote_name(model._meta.db_table)
        return (
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"PERFORM pg_advisory_xact_lock(hashtext('{self.name}')); "
            f"IF EXISTS ({self._reaches_itself(model, schema_editor, table)}) THEN "
            f"RAISE EXCEPTION 'constraint failed: {self.name}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
        )

    def triggers(self, model, schema_editor):
        parent = schema_editor.quote_name(model._meta.get_field(self.parent).column)
        if schema_editor.connection.vendor == "postgresql":
            # Only a row that is written with a parent can close a circle.
            return {
                f"{self.name}_row": f"CREATE TRIGGER %(name)s AFTER INSERT OR UPDATE OF {parent} ON %(table)s "
                f"FOR EACH ROW WHEN (NEW.{parent} IS NOT NULL) EXECUTE FUNCTION {self.name}()"
            }
        return {
            f"{self.name}_{event.split()[0].lower()}": (
                f"CREATE TRIGGER %(name)s AFTER {event} ON %(table)s WHEN NEW.{parent} IS NOT NULL "
                f"BEGIN SELECT RAISE(ABORT, 'constraint failed: {self.name}') "
                f"WHERE EXISTS ({self._reaches_itself(model, schema_editor, '%(table)s')}); END"
            )
            for event in ("INSERT", f"UPDATE OF {parent}")
        }

    def validate(self, model, instance, exclude=None, using=DEFAULT_DB_ALIAS):
        field = model._meta.get_field(self.parent)
        pk, seen = getattr(instance, field.attname), set()
        if instance.pk is None or (exclude and self.parent in exclude):
            return
        while pk is not None and pk not in seen:
            if pk == instance.pk:
                raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)
            seen.add(pk)
            rows = model._default_manager.using(using).filter(pk=pk)
            pk = rows.values_list(field.attname, flat=True).first()


class SameParent(models.BaseConstraint):
    """The row that `link` leads to has the same `parent` as this row: one foreign key over both columns.

    The model that is linked declares its `id` and `parent` unique together, so that they can be referred to. Neither
    side can then move to another parent alone; no trigger could hold that on SQLite, where a table that another
    table's trigger reads cannot be remade.
    """

    def __init__(self, *, link, parent, **kwargs):
        self.link, self.parent = link, parent
        super().__init__(**kwargs)

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "link": self.link, "parent": self.parent}

    def constraint_sql(self, model, schema_editor):
        quote, field = schema_editor.quote_name, model._meta.get_field(self.link)
        other = field.related_model._meta
        own = ", ".join(quote(column) for column in (field.column, model._meta.get_field(self.parent).column))
        theirs = ", ".join(quote(column) for column in (other.pk.column, other.get_field(self.parent).column))
        return (
            f"CONSTRAINT {quote(self.name)} FOREIGN KEY ({own}) REFERENCES {quote(other.db_table)} ({theirs}) "
            "DEFERRABLE INITIALLY DEFERRED"
        )

    def create_sql(self, model, schema_editor):
        table = schema_editor.quote_name(model._meta.db_table)
        return f"ALTER TABLE {table} ADD {self.constraint_sql(model, schema_editor)}"

    def remove_sql(self, model, schema_editor):
        table, name = (schema_editor.quote_name(text) for text in (model._meta.db_table, self.name))
        return f"ALTER TABLE {table} DROP CONSTRAINT {name}"

    def validate(self, model, instance, exclude=None, using=DEFAULT_DB_ALIAS):
        fields = [model._meta.get_field(name) for name in (self.link, self.parent)]
        if (exclude and self.link in exclude) or any(getattr(instance, field.attname) is None for field in fields):
            return
        other = getattr(instance, self.link)
        if getattr(other, fields[1].attname) != getattr(instance, fields[1].attname):
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)

    def __eq__(self, other):
        return isinstance(other, SameParent) and self.deconstruct() == other.deconstruct()

    def __hash__(self):
        return hash(self.name)


class YearOf(models.Func):
    """The year of a day, for a condition that the database keeps.

    Django's own extraction is a function of Python on SQLite: no other program could write into the table, nor could
    the database write a copy of itself.
    """

    output_field = models.CharField()
    template = "EXTRACT(YEAR FROM %(expressions)s)::text"
    arity = 1

    def as_sqlite(self, compiler, connection, **extra_context):
        return self.as_sql(compiler, connection, template="SUBSTR(%(expressions)s, 1, 4)", **extra_context)
