"""The ledger and the history defend themselves, whoever writes to them: triggers and exclusion, for both databases.

The only update ever allowed closes `recorded_to` of an open row; nothing is deleted. On PostgreSQL the tables need the
extension btree_gist, which the owner of a database may create.
"""

import sqlalchemy as sa

from gridmap.store.fieldwork_guards import fieldwork_guard_statements
from gridmap.store.record_guards import record_guard_statements
from gridmap.store.tables import CHANGES, DUPLICATES, FACTS, FOREVER_US, IMPORTS, LEDGER, PERSONAL

_HISTORIES = (LEDGER, DUPLICATES, *(made for name, made in FACTS.items() if name not in PERSONAL))
_LOGS = (CHANGES, IMPORTS)
_REFUSED = "history is only added to"
_OVERLAP = "a subject has two owners at one instant"
_UNDATED = "a ledger row is not recorded with its change"


def guard_statements(dialect: str) -> tuple[str, ...]:
    """Return the statements that guard a fresh schema, for `sqlite` or `postgresql`."""
    return (*(_sqlite() if dialect == "sqlite" else _postgresql()), *record_guard_statements(dialect), *fieldwork_guard_statements(dialect))


def _sqlite() -> tuple[str, ...]:
    made = [statement for table in _HISTORIES for statement in (_only_close(table), _no_delete(table))]
    made += [statement for table in _LOGS for statement in (_never(table, "UPDATE"), _no_delete(table))]
    return (*made, *_sqlite_ledger())


def _trigger(name: str, when: str, condition: str, message: str) -> str:
    return f"CREATE TRIGGER {name} {when}\nWHEN {condition}\nBEGIN\n  SELECT RAISE(ABORT, '{message}');\nEND"


def _only_close(table: sa.Table) -> str:
    rest = " OR ".join(f"OLD.{column.name} IS NOT NEW.{column.name}" for column in table.c if column.name != "recorded_to")
    closes = f"OLD.recorded_to = {FOREVER_US} AND NEW.recorded_to < {FOREVER_US} AND OLD.recorded_from < NEW.recorded_to"
    return _trigger(f"tr_{table.name}_only_close", f"BEFORE UPDATE ON {table.name}", f"NOT ({closes}) OR {rest}", _REFUSED)


def _no_delete(table: sa.Table) -> str:
    return _never(table, "DELETE")


def _never(table: sa.Table, what: str) -> str:
    return _trigger(f"tr_{table.name}_no_{what.lower()}", f"BEFORE {what} ON {table.name}", "1", _REFUSED)


def _sqlite_ledger() -> tuple[str, ...]:
    # An INSERT OR REPLACE deletes without asking the delete trigger, so an insert looks for what it would replace.
    replaced = "EXISTS (SELECT 1 FROM {name} WHERE {key} = NEW.{key}{open})"
    pair = f" OR recorded_to = {FOREVER_US} AND branch_id = NEW.branch_id AND org_id_a = NEW.org_id_a AND org_id_b = NEW.org_id_b"
    overlap = (
        "EXISTS (SELECT 1 FROM ledger AS other WHERE other.branch_id = NEW.branch_id AND other.layer = NEW.layer\n"
        "  AND other.subject = NEW.subject AND other.valid_from < NEW.valid_to AND NEW.valid_from < other.valid_to\n"
        "  AND other.recorded_from < NEW.recorded_to AND NEW.recorded_from < other.recorded_to)"
    )
    dated = "(SELECT recorded_us FROM changes WHERE change_id = NEW.change_id AND branch_id = NEW.branch_id)"
    newest = "(SELECT max(recorded_us) FROM changes WHERE branch_id = NEW.branch_id)"
    earlier = f"EXISTS (SELECT 1 FROM changes WHERE branch_id = NEW.branch_id AND recorded_us >= NEW.recorded_us)"  # noqa: F541
    return (
        *(
            _trigger(f"tr_{name}_no_replace", f"BEFORE INSERT ON {name}", replaced.format(name=name, key=key, open=rest), _REFUSED)
            for name, key, rest in (
                ("ledger", "row_id", ""),
                ("changes", "change_id", ""),
                ("imports", "import_id", ""),
                ("duplicates", "row_id", pair),
            )
        ),
        _trigger("tr_changes_in_order", "BEFORE INSERT ON changes", earlier, _REFUSED),
        _trigger("tr_ledger_no_overlap", "BEFORE INSERT ON ledger", overlap, _OVERLAP),
        _trigger(
            "tr_ledger_dated",
            "BEFORE INSERT ON ledger",
            f"NEW.recorded_to <> {FOREVER_US} OR NEW.recorded_from IS NOT {newest} OR NEW.recorded_from IS NOT {dated}",
            _UNDATED,
        ),
        _trigger("tr_ledger_closed_now", "BEFORE UPDATE ON ledger", f"NEW.recorded_to IS NOT {newest}", _UNDATED),
    )


_FUNCTIONS = (
    f"""CREATE FUNCTION gridmap_only_close() RETURNS trigger LANGUAGE plpgsql AS $guard$
DECLARE reopened record;
BEGIN
  reopened := NEW;
  reopened.recorded_to := OLD.recorded_to;
  IF OLD.recorded_to <> {FOREVER_US} OR NEW.recorded_to = {FOREVER_US} OR reopened IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'GM001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END
$guard$""",
    f"""CREATE FUNCTION gridmap_refuse() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'GM001', TABLE = TG_TABLE_NAME;
END
$guard$""",
    f"""CREATE FUNCTION gridmap_in_order() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF EXISTS (SELECT 1 FROM changes WHERE branch_id = NEW.branch_id AND recorded_us >= NEW.recorded_us) THEN
    RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'GM001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END
$guard$""",  # noqa: S608 - constants only
    # Runs once per statement: its rows are of one change or few, and asking for each row takes as long as writing it.
    f"""CREATE FUNCTION gridmap_dated() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF TG_OP = 'INSERT' AND EXISTS (
    SELECT FROM (SELECT DISTINCT branch_id, change_id, recorded_from, recorded_to FROM touched) AS row
    WHERE recorded_to <> {FOREVER_US}
      OR recorded_from IS DISTINCT FROM (SELECT recorded_us FROM changes WHERE change_id = row.change_id AND branch_id = row.branch_id)
      OR recorded_from IS DISTINCT FROM (SELECT max(recorded_us) FROM changes WHERE branch_id = row.branch_id)
  ) OR TG_OP = 'UPDATE' AND EXISTS (
    SELECT FROM (SELECT DISTINCT branch_id, recorded_to FROM touched) AS row
    WHERE recorded_to IS DISTINCT FROM (SELECT max(recorded_us) FROM changes WHERE branch_id = row.branch_id)
  ) THEN
    RAISE EXCEPTION '{_UNDATED}' USING ERRCODE = 'GM001';
  END IF;
  RETURN NULL;
END
$guard$""",  # noqa: S608 - constants only
    # Runs at COMMIT for each row touched: what is open for its subject must reach from its first instant to forever. Where a row added has
    # a next one, and a row closed another in its place, it does; one look into the index is enough. Where not, all are added up.
    f"""CREATE FUNCTION gridmap_no_gap() RETURNS trigger LANGUAGE plpgsql AS $guard$
DECLARE covered numeric; first bigint; last bigint; next bigint := CASE TG_OP WHEN 'INSERT' THEN NEW.valid_to ELSE NEW.valid_from END;
BEGIN
  IF EXISTS (SELECT FROM ledger WHERE branch_id = NEW.branch_id AND layer = NEW.layer AND subject = NEW.subject
      AND recorded_to = {FOREVER_US} AND valid_from = next) THEN
    RETURN NULL;
  END IF;
  SELECT sum(valid_to - valid_from), min(valid_from), max(valid_to) INTO covered, first, last FROM ledger
  WHERE branch_id = NEW.branch_id AND layer = NEW.layer AND subject = NEW.subject AND recorded_to = {FOREVER_US};
  IF last IS DISTINCT FROM {FOREVER_US} OR covered IS DISTINCT FROM last - first THEN
    RAISE EXCEPTION 'a subject is left without an owner or a release' USING ERRCODE = 'GM001';
  END IF;
  RETURN NULL;
END
$guard$""",  # noqa: S608 - constants only
)


# A subject's name in one text, which no other subject has: the length in front says where it ends, and no layer begins another. A hash of
# it comes first, so that the index is a tree of numbers (half as dear to keep as one of texts); the text after it keeps the rule exact.
# Queries name columns and no such expression, so that the planner never reads this index where it should read a narrow one.
_SUBJECT = "(length(subject)::text || ':' || subject || layer || branch_id) COLLATE \"C\""
_EXCLUSION = f"""ALTER TABLE ledger ADD CONSTRAINT ex_ledger_one_owner
EXCLUDE USING gist (hashtextextended({_SUBJECT}, 0) WITH =, ({_SUBJECT}) WITH =,
  int8range(valid_from, valid_to) WITH &&, int8range(recorded_from, recorded_to) WITH &&)"""
_DATED = tuple(
    f"CREATE TRIGGER tr_ledger_{name} AFTER {event} ON ledger\n"
    "REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION gridmap_dated()"
    for name, event in (("dated", "INSERT"), ("closed_now", "UPDATE"))
)
# A row added that lasts for ever leaves no gap by itself: whatever was open before reached to forever, too.
_NO_GAP = tuple(
    f"CREATE CONSTRAINT TRIGGER tr_ledger_{name} AFTER {event} ON ledger\n"
    f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW{when} EXECUTE FUNCTION gridmap_no_gap()"
    for name, event, when in (("no_gap_left", "UPDATE", ""), ("no_gap_added", "INSERT", f" WHEN (NEW.valid_to < {FOREVER_US})"))
)


def _postgresql() -> tuple[str, ...]:
    rows = [(table.name, "UPDATE", "gridmap_only_close", "only_close") for table in _HISTORIES]
    rows += [(table.name, "UPDATE", "gridmap_refuse", "no_update") for table in _LOGS]
    rows += [(table.name, "DELETE", "gridmap_refuse", "no_delete") for table in (*_HISTORIES, *_LOGS)]
    rows += [("changes", "INSERT", "gridmap_in_order", "in_order")]
    return (
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        _EXCLUSION,
        *_FUNCTIONS,
        *(
            f"CREATE TRIGGER tr_{table}_{name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
            for table, event, function, name in rows
        ),
        *(
            f"CREATE TRIGGER tr_{table.name}_no_truncate BEFORE TRUNCATE ON {table.name} EXECUTE FUNCTION gridmap_refuse()"
            for table in (*_HISTORIES, *_LOGS)
        ),
        *_DATED,
        *_NO_GAP,
    )
