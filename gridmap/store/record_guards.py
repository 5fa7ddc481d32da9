"""The records of plans, claims and regrids defend themselves: only allowed steps, and what is decided stays as it was decided."""

from gridmap.store.records import CLAIMS, KEPT, LOGS, PLANS

_REFUSED = "history is only added to"
_STEP = "a plan or a claim cannot take this step"
_SETTLED = "the moves of a plan change only while it is a draft"

_ASKED_ALREADY = (  # the other key that a replacing insert would make room for
    " OR NEW.state = 'open' AND EXISTS (SELECT 1 FROM claims WHERE branch_id = NEW.branch_id AND cell = NEW.cell\n"
    "  AND manager_id = NEW.manager_id AND state = 'open')"
)

# From which state a plan may go where; a state may always stay.
STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("draft", ("submitted", "withdrawn")),
    ("submitted", ("draft", "approved", "rejected", "withdrawn")),
    ("approved", ("draft", "published", "rejected", "withdrawn")),
    ("published", ()),
    ("rejected", ()),
    ("withdrawn", ()),
)
# What never changes of a plan and of a claim.
_FIXED = {
    "plans": ("plan_id", "branch_id", "person_id", "who", "created_us"),
    "claims": ("claim_id", "branch_id", "cell", "kind", "manager_id", "person_id", "who", "why", "asked_us"),
}


def record_guard_statements(dialect: str) -> tuple[str, ...]:
    """Return the statements that guard the records of a fresh schema, for `sqlite` or `postgresql`."""
    return _sqlite() if dialect == "sqlite" else _postgresql()


def _bad_step() -> str:
    allowed = [f"(OLD.state = '{state}' AND NEW.state IN ({', '.join(repr(each) for each in (state, *to))}))" for state, to in STEPS]
    return f"NOT ({' OR '.join(allowed)})"


def _changed(table: str, sign: str) -> str:
    return " OR ".join(f"OLD.{name} {sign} NEW.{name}" for name in _FIXED[table])


def _conditions(sign: str) -> tuple[tuple[str, str, str, str], ...]:
    """Table, event, condition under which it is refused, message; `sign` compares so that NULLs count as values."""
    once = f"(OLD.change_id IS NOT NULL AND OLD.change_id {sign} NEW.change_id)"
    undone = f"(OLD.undone_change_id IS NOT NULL AND OLD.undone_change_id {sign} NEW.undone_change_id)"
    settled = f"(OLD.state <> 'draft' AND NEW.state <> 'draft' AND (OLD.options {sign} NEW.options OR OLD.title {sign} NEW.title))"
    over = "OLD.state IN ('published', 'rejected', 'withdrawn')"
    dated = f"({over} AND (OLD.effective_on {sign} NEW.effective_on OR OLD.base_change_id {sign} NEW.base_change_id))"
    decided = f"OLD.state <> 'open' OR {_changed('claims', sign)}"
    return (
        (PLANS.name, "UPDATE", f"{_bad_step()} OR {_changed('plans', sign)} OR {once} OR {undone} OR {settled} OR {dated}", _STEP),
        (PLANS.name, "INSERT", "NEW.state <> 'draft'", _STEP),
        (CLAIMS.name, "UPDATE", decided, _STEP),
        (CLAIMS.name, "INSERT", "NEW.state <> 'open'", _STEP),
    )


def _of_a_draft(row: str) -> str:
    return f"(SELECT state FROM plans WHERE plan_id = {row}.plan_id) IS NOT DISTINCT FROM 'draft'"  # noqa: S608 - constants only


def _sqlite() -> tuple[str, ...]:
    def trigger(name: str, when: str, condition: str, message: str) -> str:
        return f"CREATE TRIGGER {name} {when}\nWHEN {condition}\nBEGIN\n  SELECT RAISE(ABORT, '{message}');\nEND"

    made = [
        trigger(f"tr_{each.name}_no_{what.lower()}", f"BEFORE {what} ON {each.name}", "1", _REFUSED)
        for each in LOGS
        for what in ("UPDATE", "DELETE")
    ]
    made += [trigger(f"tr_{each.name}_no_delete", f"BEFORE DELETE ON {each.name}", "1", _REFUSED) for each in KEPT]
    # An INSERT OR REPLACE deletes without asking the delete trigger, so an insert looks for what it would replace.
    keys = {each.name: [column.name for column in each.primary_key] for each in (*LOGS, *KEPT)}
    for name, key in keys.items():
        same = " AND ".join(f"{column} = NEW.{column}" for column in key)
        there = f"EXISTS (SELECT 1 FROM {name} WHERE {same})"  # noqa: S608 - constants only
        there += _ASKED_ALREADY if name == CLAIMS.name else ""
        made.append(trigger(f"tr_{name}_no_replace", f"BEFORE INSERT ON {name}", there, _REFUSED))
    made += [
        trigger(f"tr_{table}_{event.lower()}_step", f"BEFORE {event} ON {table}", condition, text)
        for table, event, condition, text in _conditions("IS NOT")
    ]
    for event, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
        state = "(SELECT state FROM plans WHERE plan_id = {row}.plan_id) IS NOT 'draft'"
        condition = " OR ".join(state.format(row=row) for row in rows)
        made.append(trigger(f"tr_plan_moves_{event.lower()}_draft", f"BEFORE {event} ON plan_moves", condition, _SETTLED))
    return tuple(made)


def _postgresql() -> tuple[str, ...]:
    made = [
        f"CREATE TRIGGER tr_{each.name}_no_{what.lower()} BEFORE {what} ON {each.name} FOR EACH ROW EXECUTE FUNCTION gridmap_refuse()"
        for each in LOGS
        for what in ("UPDATE", "DELETE")
    ]
    made += [
        f"CREATE TRIGGER tr_{each.name}_no_delete BEFORE DELETE ON {each.name} FOR EACH ROW EXECUTE FUNCTION gridmap_refuse()"
        for each in KEPT
    ]
    made += [
        f"CREATE TRIGGER tr_{each.name}_no_truncate BEFORE TRUNCATE ON {each.name} EXECUTE FUNCTION gridmap_refuse()"
        for each in (*LOGS, *KEPT)
    ]
    for table, event, condition, text in _conditions("IS DISTINCT FROM"):
        name = f"{table}_{event.lower()}_step"
        made.append(_function(f"gridmap_{name}", condition, text, "NEW"))
        made.append(f"CREATE TRIGGER tr_{name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION gridmap_{name}()")
    for event, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
        name = f"plan_moves_{event.lower()}_draft"
        made.append(_function(f"gridmap_{name}", f"NOT ({' AND '.join(_of_a_draft(row) for row in rows)})", _SETTLED, rows[-1]))
        made.append(f"CREATE TRIGGER tr_{name} BEFORE {event} ON plan_moves FOR EACH ROW EXECUTE FUNCTION gridmap_{name}()")
    made.append("CREATE TRIGGER tr_plan_moves_no_truncate BEFORE TRUNCATE ON plan_moves EXECUTE FUNCTION gridmap_refuse()")
    return tuple(made)


def _function(name: str, condition: str, message: str, row: str) -> str:
    return f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF {condition} THEN
    RAISE EXCEPTION '{message}' USING ERRCODE = 'GM001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN {row};
END
$guard$"""
