"""The store: facts of the world with their history in two times, the ledger of ownership, people, versions. SQL lives only here."""

from gridmap.store.audit import AuditReport, audited_branches, keep_audit_head, verify_audit
from gridmap.store.branches import branches, ensure_branch
from gridmap.store.calls import CALL_OUTCOMES, record_call
from gridmap.store.captures import Receipt, captures, decide_capture, receive_captures
from gridmap.store.changes import record_change
from gridmap.store.check_ins import Forgotten, check_ins, forget_field_data
from gridmap.store.claims import OVERTAKEN, Claim, ask_claim, claims, decide_claim, withdraw_claim
from gridmap.store.door_locks import door_locks
from gridmap.store.duplicates import aliases, decisions, keep_apart, merge, reopen
from gridmap.store.engine import Store, open_store, wal_is_safe
from gridmap.store.eras import grid_eras
from gridmap.store.export_mappings import export_mapping, keep_export_mapping
from gridmap.store.imports import imports, remembered_mapping
from gridmap.store.ledger import ledger_rows, plan_as_of
from gridmap.store.looks import keep_look, last_look
from gridmap.store.numbers import masked_contacts, reveal_number
from gridmap.store.on_site import change_on_site_day, plan_on_site_day
from gridmap.store.people import people, scope_of
from gridmap.store.phone_links import LinkSeen, LinkState, PhoneLink, issue_phone_link, link_of_token, phone_links, revoke_phone_link
from gridmap.store.photos import photo, photos, put_photo
from gridmap.store.plan_rows import PlanOptions, PlanRecord
from gridmap.store.plans import (
    comment_on_plan,
    create_plan,
    open_plan,
    plan_events,
    plan_record,
    plans,
    save_plan,
)
from gridmap.store.publishing import publish_plan, rebase_plan, stale_moves, undo_plan
from gridmap.store.record_of_changes import (
    Wanted,
    change_choices,
    change_moves,
    count_changes,
    list_changes,
    ownership_instants,
)
from gridmap.store.regrids import RegridBase, lineage, regrid, regrid_base, regrids
from gridmap.store.rows import read_table
from gridmap.store.sight import cells_in_sight, owned_cells
from gridmap.store.snapshots import current_version, open_market, prune_snapshots
from gridmap.store.supervised import set_item, settle_item, supervised_items
from gridmap.store.sweep_rows import SweepRecord
from gridmap.store.sweeps import (
    create_sweep,
    end_sweep,
    publish_sweep,
    repair_sweep,
    save_sweep,
    sweep_events,
    sweep_record,
    sweeps,
    withdraw_sweep,
)
from gridmap.store.tables import BEGINNING_US, FOREVER_US
from gridmap.store.targets import set_targets
from gridmap.store.tasks import TASK_KINDS, add_task, assign_tasks, reopen_tasks, settle_tasks
from gridmap.store.workflow import Step, steps_open, take_step
from gridmap.store.writing import Comparison, ImportResult, compare_rows, write_rows

__all__ = [
    "BEGINNING_US",
    "CALL_OUTCOMES",
    "FOREVER_US",
    "OVERTAKEN",
    "TASK_KINDS",
    "AuditReport",
    "Claim",
    "Comparison",
    "Forgotten",
    "ImportResult",
    "LinkSeen",
    "LinkState",
    "PhoneLink",
    "PlanOptions",
    "PlanRecord",
    "Receipt",
    "RegridBase",
    "Step",
    "Store",
    "SweepRecord",
    "Wanted",
    "add_task",
    "aliases",
    "ask_claim",
    "assign_tasks",
    "audited_branches",
    "branches",
    "captures",
    "cells_in_sight",
    "change_choices",
    "change_moves",
    "change_on_site_day",
    "check_ins",
    "claims",
    "comment_on_plan",
    "compare_rows",
    "count_changes",
    "create_plan",
    "create_sweep",
    "current_version",
    "decide_capture",
    "decide_claim",
    "decisions",
    "door_locks",
    "end_sweep",
    "ensure_branch",
    "export_mapping",
    "forget_field_data",
    "grid_eras",
    "imports",
    "issue_phone_link",
    "keep_apart",
    "keep_audit_head",
    "keep_export_mapping",
    "keep_look",
    "last_look",
    "ledger_rows",
    "lineage",
    "link_of_token",
    "list_changes",
    "masked_contacts",
    "merge",
    "open_market",
    "open_plan",
    "open_store",
    "owned_cells",
    "ownership_instants",
    "people",
    "phone_links",
    "photo",
    "photos",
    "plan_as_of",
    "plan_events",
    "plan_on_site_day",
    "plan_record",
    "plans",
    "prune_snapshots",
    "publish_plan",
    "publish_sweep",
    "put_photo",
    "read_table",
    "rebase_plan",
    "receive_captures",
    "record_call",
    "record_change",
    "regrid",
    "regrid_base",
    "regrids",
    "remembered_mapping",
    "reopen",
    "reopen_tasks",
    "repair_sweep",
    "reveal_number",
    "revoke_phone_link",
    "save_plan",
    "save_sweep",
    "scope_of",
    "set_item",
    "set_targets",
    "settle_item",
    "settle_tasks",
    "stale_moves",
    "steps_open",
    "supervised_items",
    "sweep_events",
    "sweep_record",
    "sweeps",
    "take_step",
    "undo_plan",
    "verify_audit",
    "wal_is_safe",
    "withdraw_claim",
    "withdraw_sweep",
    "write_rows",
]
