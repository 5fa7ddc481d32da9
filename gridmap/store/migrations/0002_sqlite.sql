CREATE TABLE plans (
  plan_id INTEGER NOT NULL,
  branch_id TEXT NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL,
  effective_on DATE NOT NULL,
  base_change_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  options TEXT NOT NULL,
  person_id TEXT NOT NULL,
  who TEXT NOT NULL,
  created_us BIGINT NOT NULL,
  updated_us BIGINT NOT NULL,
  change_id BIGINT,
  undone_change_id BIGINT,
  CONSTRAINT pk_plans PRIMARY KEY (plan_id),
  CONSTRAINT ck_plans_state_choice CHECK (state = 'draft' OR state = 'submitted' OR state = 'approved' OR state = 'published' OR state = 'rejected' OR state = 'withdrawn'),
  CONSTRAINT ck_plans_published_with_change CHECK ((state = 'published') = (change_id IS NOT NULL)),
  CONSTRAINT ck_plans_undone_after_published CHECK (undone_change_id IS NULL OR change_id IS NOT NULL),
  CONSTRAINT fk_plans_change_id FOREIGN KEY(change_id) REFERENCES changes (change_id),
  CONSTRAINT fk_plans_undone_change_id FOREIGN KEY(undone_change_id) REFERENCES changes (change_id)
);

CREATE INDEX ix_plans_branch_id_state ON plans (branch_id, state);

CREATE TABLE plan_moves (
  plan_id BIGINT NOT NULL,
  layer TEXT NOT NULL,
  subject TEXT NOT NULL,
  giver TEXT NOT NULL,
  taker TEXT NOT NULL,
  reason TEXT NOT NULL,
  CONSTRAINT pk_plan_moves PRIMARY KEY (plan_id, layer, subject),
  CONSTRAINT ck_plan_moves_layer_choice CHECK (layer = 'cell' OR layer = 'holder' OR layer = 'sponsor'),
  CONSTRAINT ck_plan_moves_moves CHECK (giver <> taker AND subject <> ''),
  CONSTRAINT fk_plan_moves_plan_id FOREIGN KEY(plan_id) REFERENCES plans (plan_id)
);

CREATE TABLE plan_events (
  event_id INTEGER NOT NULL,
  plan_id BIGINT NOT NULL,
  branch_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  person_id TEXT NOT NULL,
  who TEXT NOT NULL,
  note TEXT NOT NULL,
  plan_version BIGINT NOT NULL,
  recorded_us BIGINT NOT NULL,
  CONSTRAINT pk_plan_events PRIMARY KEY (event_id),
  CONSTRAINT ck_plan_events_kind_choice CHECK (kind = 'created' OR kind = 'submitted' OR kind = 'reopened' OR kind = 'approved' OR kind = 'rejected' OR kind = 'withdrawn' OR kind = 'rebased' OR kind = 'published' OR kind = 'undone' OR kind = 'comment'),
  CONSTRAINT fk_plan_events_plan_id FOREIGN KEY(plan_id) REFERENCES plans (plan_id)
);

CREATE INDEX ix_plan_events_branch_id_recorded_us ON plan_events (branch_id, recorded_us);

CREATE INDEX ix_plan_events_plan_id ON plan_events (plan_id);

CREATE TABLE claims (
  claim_id INTEGER NOT NULL,
  branch_id TEXT NOT NULL,
  cell TEXT NOT NULL,
  kind TEXT NOT NULL,
  manager_id TEXT NOT NULL,
  person_id TEXT NOT NULL,
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  asked_us BIGINT NOT NULL,
  state TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  decided_who TEXT NOT NULL,
  answer TEXT NOT NULL,
  decided_us BIGINT,
  change_id BIGINT,
  CONSTRAINT pk_claims PRIMARY KEY (claim_id),
  CONSTRAINT ck_claims_kind_choice CHECK (kind = 'claim' OR kind = 'return'),
  CONSTRAINT ck_claims_state_choice CHECK (state = 'open' OR state = 'accepted' OR state = 'declined' OR state = 'withdrawn'),
  CONSTRAINT ck_claims_decided CHECK ((state = 'open') = (decided_us IS NULL)),
  CONSTRAINT ck_claims_changed_when_accepted CHECK (change_id IS NULL OR state = 'accepted'),
  CONSTRAINT fk_claims_change_id FOREIGN KEY(change_id) REFERENCES changes (change_id)
);

CREATE UNIQUE INDEX ux_claims_open ON claims (branch_id, cell, manager_id) WHERE state = 'open';

CREATE TABLE regrids (
  regrid_id INTEGER NOT NULL,
  branch_id TEXT NOT NULL,
  old_kind TEXT NOT NULL,
  new_kind TEXT NOT NULL,
  old_resolution BIGINT NOT NULL,
  new_resolution BIGINT NOT NULL,
  effective_us BIGINT NOT NULL,
  recorded_us BIGINT NOT NULL,
  import_id BIGINT NOT NULL,
  change_id BIGINT NOT NULL,
  CONSTRAINT pk_regrids PRIMARY KEY (regrid_id),
  CONSTRAINT fk_regrids_import_id FOREIGN KEY(import_id) REFERENCES imports (import_id)
);

CREATE INDEX ix_regrids_branch_id_effective_us ON regrids (branch_id, effective_us);

CREATE TABLE lineage (
  regrid_id BIGINT NOT NULL,
  old_cell TEXT NOT NULL,
  new_cell TEXT NOT NULL,
  share DOUBLE NOT NULL,
  organisations BIGINT NOT NULL,
  CONSTRAINT pk_lineage PRIMARY KEY (regrid_id, old_cell, new_cell),
  CONSTRAINT ck_lineage_share_range CHECK (share >= 0 AND share <= 1.000001),
  CONSTRAINT fk_lineage_regrid_id FOREIGN KEY(regrid_id) REFERENCES regrids (regrid_id)
);

CREATE TABLE audit (
  branch_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  kind TEXT NOT NULL,
  record_id BIGINT NOT NULL,
  digest TEXT NOT NULL,
  mac TEXT NOT NULL,
  CONSTRAINT pk_audit PRIMARY KEY (branch_id, seq)
);

CREATE TRIGGER tr_plan_events_no_update BEFORE UPDATE ON plan_events
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_plan_events_no_delete BEFORE DELETE ON plan_events
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_regrids_no_update BEFORE UPDATE ON regrids
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_regrids_no_delete BEFORE DELETE ON regrids
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_lineage_no_update BEFORE UPDATE ON lineage
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_lineage_no_delete BEFORE DELETE ON lineage
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_audit_no_update BEFORE UPDATE ON audit
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_audit_no_delete BEFORE DELETE ON audit
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_plans_no_delete BEFORE DELETE ON plans
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_claims_no_delete BEFORE DELETE ON claims
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_plan_events_no_replace BEFORE INSERT ON plan_events
WHEN EXISTS (SELECT 1 FROM plan_events WHERE event_id = NEW.event_id)
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_regrids_no_replace BEFORE INSERT ON regrids
WHEN EXISTS (SELECT 1 FROM regrids WHERE regrid_id = NEW.regrid_id)
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_lineage_no_replace BEFORE INSERT ON lineage
WHEN EXISTS (SELECT 1 FROM lineage WHERE regrid_id = NEW.regrid_id AND old_cell = NEW.old_cell AND new_cell = NEW.new_cell)
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_audit_no_replace BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE branch_id = NEW.branch_id AND seq = NEW.seq)
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_plans_no_replace BEFORE INSERT ON plans
WHEN EXISTS (SELECT 1 FROM plans WHERE plan_id = NEW.plan_id)
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_claims_no_replace BEFORE INSERT ON claims
WHEN EXISTS (SELECT 1 FROM claims WHERE claim_id = NEW.claim_id)
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_plans_update_step BEFORE UPDATE ON plans
WHEN NOT ((OLD.state = 'draft' AND NEW.state IN ('draft', 'submitted', 'withdrawn')) OR (OLD.state = 'submitted' AND NEW.state IN ('submitted', 'draft', 'approved', 'rejected', 'withdrawn')) OR (OLD.state = 'approved' AND NEW.state IN ('approved', 'draft', 'published', 'rejected', 'withdrawn')) OR (OLD.state = 'published' AND NEW.state IN ('published')) OR (OLD.state = 'rejected' AND NEW.state IN ('rejected')) OR (OLD.state = 'withdrawn' AND NEW.state IN ('withdrawn'))) OR OLD.plan_id IS NOT NEW.plan_id OR OLD.branch_id IS NOT NEW.branch_id OR OLD.person_id IS NOT NEW.person_id OR OLD.who IS NOT NEW.who OR OLD.created_us IS NOT NEW.created_us OR (OLD.change_id IS NOT NULL AND OLD.change_id IS NOT NEW.change_id) OR (OLD.undone_change_id IS NOT NULL AND OLD.undone_change_id IS NOT NEW.undone_change_id) OR (OLD.state <> 'draft' AND NEW.state <> 'draft' AND (OLD.options IS NOT NEW.options OR OLD.title IS NOT NEW.title))
BEGIN
  SELECT RAISE(ABORT, 'a plan or a claim cannot take this step');
END;

CREATE TRIGGER tr_plans_insert_step BEFORE INSERT ON plans
WHEN NEW.state <> 'draft'
BEGIN
  SELECT RAISE(ABORT, 'a plan or a claim cannot take this step');
END;

CREATE TRIGGER tr_claims_update_step BEFORE UPDATE ON claims
WHEN OLD.state <> 'open' OR OLD.claim_id IS NOT NEW.claim_id OR OLD.branch_id IS NOT NEW.branch_id OR OLD.cell IS NOT NEW.cell OR OLD.kind IS NOT NEW.kind OR OLD.manager_id IS NOT NEW.manager_id OR OLD.person_id IS NOT NEW.person_id OR OLD.who IS NOT NEW.who OR OLD.why IS NOT NEW.why OR OLD.asked_us IS NOT NEW.asked_us
BEGIN
  SELECT RAISE(ABORT, 'a plan or a claim cannot take this step');
END;

CREATE TRIGGER tr_claims_insert_step BEFORE INSERT ON claims
WHEN NEW.state <> 'open'
BEGIN
  SELECT RAISE(ABORT, 'a plan or a claim cannot take this step');
END;

CREATE TRIGGER tr_plan_moves_insert_draft BEFORE INSERT ON plan_moves
WHEN (SELECT state FROM plans WHERE plan_id = NEW.plan_id) IS NOT 'draft'
BEGIN
  SELECT RAISE(ABORT, 'the moves of a plan change only while it is a draft');
END;

CREATE TRIGGER tr_plan_moves_update_draft BEFORE UPDATE ON plan_moves
WHEN (SELECT state FROM plans WHERE plan_id = OLD.plan_id) IS NOT 'draft' OR (SELECT state FROM plans WHERE plan_id = NEW.plan_id) IS NOT 'draft'
BEGIN
  SELECT RAISE(ABORT, 'the moves of a plan change only while it is a draft');
END;

CREATE TRIGGER tr_plan_moves_delete_draft BEFORE DELETE ON plan_moves
WHEN (SELECT state FROM plans WHERE plan_id = OLD.plan_id) IS NOT 'draft'
BEGIN
  SELECT RAISE(ABORT, 'the moves of a plan change only while it is a draft');
END;

