"""The records of the field defend themselves: a door opens once, a link ends once, what was captured stays as it was captured."""

from gridmap.store.fieldwork import CAPTURES, DOOR_LOCKS, KEPT, LOGS, PHONE_LINKS, SWEEPS

_REFUSED = "history is only added to"
_STEP = "a sweep, a lock, a link or a capture cannot take this step"

# From which state a sweep may go where; a state may always stay.
STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("draft", ("published", "withdrawn")),
    ("published", ("ended",)),
    ("ended", ()),
    ("withdrawn", ()),
)
_FIXED = {
    "sweeps": ("sweep_id", "branch_id", "person_id", "who", "created_us"),
    "door_locks": ("lock_id", "branch_id", "org_id", "sweep_id", "manager_id", "locked_us"),
    "phone_links": ("link_id", "branch_id", "sweep_id", "manager_id", "person_id", "who", "issued_us", "expires_us"),
    "captures": (
        "branch_id", "capture_id", "sweep_id", "link_id", "manager_id", "kind", "body", "digest", "way", "person_id", "who",
        "captured_us", "received_us",
    ),
}  # fmt: skip


def fieldwork_guard_statements(dialect: str) -> tuple[str, ...]:
    """Return the statements that guard the records of the field in a fresh schema, for `sqlite` or `postgresql`."""
    return _sqlite() if dialect == "sqlite" else _postgresql()


def _changed(table: str, sign: str) -> str:
    return " OR ".join(f"OLD.{name} {sign} NEW.{name}" for name in _FIXED[table])


def _conditions(sign: str) -> tuple[tuple[str, str, str], ...]:
    """Table, event, condition under which it is refused; `sign` compares so that NULLs count as values."""
    allowed = [f"(OLD.state = '{state}' AND NEW.state IN ({', '.join(repr(each) for each in (state, *to))}))" for state, to in STEPS]
    over = f"(OLD.state IN ('ended', 'withdrawn') AND (OLD.request {sign} NEW.request OR OLD.result {sign} NEW.result))"
    moved = f"(OLD.state <> 'draft' AND (OLD.first_on {sign} NEW.first_on OR OLD.last_on {sign} NEW.last_on))"
    return (
        (SWEEPS.name, "UPDATE", f"NOT ({' OR '.join(allowed)}) OR {_changed('sweeps', sign)} OR {over} OR {moved}"),
        (SWEEPS.name, "INSERT", "NEW.state <> 'draft'"),
        (DOOR_LOCKS.name, "UPDATE", f"OLD.released_us IS NOT NULL OR NEW.released_us IS NULL OR {_changed('door_locks', sign)}"),
        (DOOR_LOCKS.name, "INSERT", "NEW.released_us IS NOT NULL"),
        (PHONE_LINKS.name, "UPDATE", f"OLD.revoked_us IS NOT NULL OR NEW.revoked_us IS NULL OR {_changed('phone_links', sign)}"),
        (PHONE_LINKS.name, "INSERT", "NEW.revoked_us IS NOT NULL"),
        (CAPTURES.name, "UPDATE", f"OLD.state <> 'review' OR NEW.state = 'review' OR {_changed('captures', sign)}"),
        (CAPTURES.name, "INSERT", "NEW.decided_us IS NOT NULL"),
    )


def _sqlite() -> tuple[str, ...]:
    def trigger(name: str, when: str, condition: str, message: str) -> str:
        return f"CREATE TRIGGER {name} {when}\nWHEN {condition}\nBEGIN\n  SELECT RAISE(ABORT, '{message}');\nEND"

    made = [trigger(f"tr_{each.name}_no_update", f"BEFORE UPDATE ON {each.name}", "1", _REFUSED) for each in LOGS]
    made += [trigger(f"tr_{each.name}_no_delete", f"BEFORE DELETE ON {each.name}", "1", _REFUSED) for each in (*LOGS, *KEPT)]
    # An INSERT OR REPLACE deletes without asking the delete trigger, so an insert looks for what it would replace.
    for table in (*LOGS, *KEPT):
        same = " AND ".join(f"{column.name} = NEW.{column.name}" for column in table.primary_key)
        there = f"EXISTS (SELECT 1 FROM {table.name} WHERE {same})"  # noqa: S608 - constants only
        if table is DOOR_LOCKS:
            there += (
                "\n  OR EXISTS (SELECT 1 FROM door_locks WHERE branch_id = NEW.branch_id AND org_id = NEW.org_id AND released_us IS NULL)"
            )
        made.append(trigger(f"tr_{table.name}_no_replace", f"BEFORE INSERT ON {table.name}", there, _REFUSED))
    made += [
        trigger(f"tr_{table}_{event.lower()}_step", f"BEFORE {event} ON {table}", condition, _STEP)
        for table, event, condition in _conditions("IS NOT")
    ]
    return tuple(made)


def _postgresql() -> tuple[str, ...]:
    made = [
        f"CREATE TRIGGER tr_{each.name}_no_update BEFORE UPDATE ON {each.name} FOR EACH ROW EXECUTE FUNCTION gridmap_refuse()"
        for each in LOGS
    ]
    for each in (*LOGS, *KEPT):
        made.append(f"CREATE TRIGGER tr_{each.name}_no_delete BEFORE DELETE ON {each.name} FOR EACH ROW EXECUTE FUNCTION gridmap_refuse()")
        made.append(f"CREATE TRIGGER tr_{each.name}_no_truncate BEFORE TRUNCATE ON {each.name} EXECUTE FUNCTION gridmap_refuse()")
    for table, event, condition in _conditions("IS DISTINCT FROM"):
        name = f"{table}_{event.lower()}_step"
        made.append(_function(f"gridmap_{name}", condition))
        made.append(f"CREATE TRIGGER tr_{name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION gridmap_{name}()")
    return tuple(made)


def _function(name: str, condition: str) -> str:
    return f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF {condition} THEN
    RAISE EXCEPTION '{_STEP}' USING ERRCODE = 'GM001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END
$guard$"""
