CREATE TABLE campaigns (
  row_id INTEGER NOT NULL,
  campaign_id TEXT NOT NULL,
  org_id TEXT,
  park_id TEXT,
  branch_id TEXT NOT NULL,
  manager_id TEXT NOT NULL,
  held_on DATE NOT NULL,
  state TEXT,
  aim TEXT,
  "before" TEXT,
  "after" TEXT,
  cards BIGINT,
  terminals BIGINT,
  services_sold BIGINT,
  conversions BIGINT,
  difficulties TEXT,
  note TEXT,
  row_hash BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  recorded_from BIGINT NOT NULL,
  recorded_to BIGINT NOT NULL,
  import_id BIGINT NOT NULL,
  CONSTRAINT pk_campaigns PRIMARY KEY (row_id),
  CONSTRAINT ck_campaigns_campaign_id_length CHECK (length(campaign_id) <= 200),
  CONSTRAINT ck_campaigns_org_id_length CHECK (length(org_id) <= 200),
  CONSTRAINT ck_campaigns_park_id_length CHECK (length(park_id) <= 200),
  CONSTRAINT ck_campaigns_branch_id_length CHECK (length(branch_id) <= 200),
  CONSTRAINT ck_campaigns_manager_id_length CHECK (length(manager_id) <= 200),
  CONSTRAINT ck_campaigns_state_choice CHECK (state = 'planned' OR state = 'held' OR state = 'cancelled'),
  CONSTRAINT ck_campaigns_aim_length CHECK (length(aim) <= 400),
  CONSTRAINT ck_campaigns_before_length CHECK (length(before) <= 200),
  CONSTRAINT ck_campaigns_after_length CHECK (length(after) <= 200),
  CONSTRAINT ck_campaigns_cards_range CHECK (cards >= 0),
  CONSTRAINT ck_campaigns_terminals_range CHECK (terminals >= 0),
  CONSTRAINT ck_campaigns_services_sold_range CHECK (services_sold >= 0),
  CONSTRAINT ck_campaigns_conversions_range CHECK (conversions >= 0),
  CONSTRAINT ck_campaigns_difficulties_length CHECK (length(difficulties) <= 2000),
  CONSTRAINT ck_campaigns_note_length CHECK (length(note) <= 2000),
  CONSTRAINT ck_campaigns_valid CHECK (0 <= valid_from AND valid_from < valid_to),
  CONSTRAINT ck_campaigns_recorded CHECK (recorded_from < recorded_to)
);

CREATE UNIQUE INDEX ux_campaigns_current ON campaigns (branch_id, campaign_id) WHERE recorded_to = 9223372036854775807 AND valid_to = 9223372036854775807;

CREATE UNIQUE INDEX ux_campaigns_earlier ON campaigns (branch_id, campaign_id, valid_from) WHERE recorded_to = 9223372036854775807 AND valid_to < 9223372036854775807;

CREATE TABLE sweeps (
  sweep_id INTEGER NOT NULL,
  branch_id TEXT NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL,
  managers TEXT NOT NULL,
  first_on DATE NOT NULL,
  last_on DATE NOT NULL,
  version BIGINT NOT NULL,
  request TEXT NOT NULL,
  result TEXT NOT NULL,
  person_id TEXT NOT NULL,
  who TEXT NOT NULL,
  created_us BIGINT NOT NULL,
  updated_us BIGINT NOT NULL,
  CONSTRAINT pk_sweeps PRIMARY KEY (sweep_id),
  CONSTRAINT ck_sweeps_state_choice CHECK (state = 'draft' OR state = 'published' OR state = 'ended' OR state = 'withdrawn'),
  CONSTRAINT ck_sweeps_days CHECK (first_on <= last_on AND managers <> '')
);

CREATE INDEX ix_sweeps_branch_id_state ON sweeps (branch_id, state);

CREATE TABLE sweep_events (
  event_id INTEGER NOT NULL,
  sweep_id BIGINT NOT NULL,
  branch_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  person_id TEXT NOT NULL,
  who TEXT NOT NULL,
  note TEXT NOT NULL,
  sweep_version BIGINT NOT NULL,
  recorded_us BIGINT NOT NULL,
  CONSTRAINT pk_sweep_events PRIMARY KEY (event_id),
  CONSTRAINT ck_sweep_events_kind_choice CHECK (kind = 'created' OR kind = 'saved' OR kind = 'published' OR kind = 'repaired' OR kind = 'ended' OR kind = 'withdrawn' OR kind = 'revealed'),
  CONSTRAINT fk_sweep_events_sweep_id FOREIGN KEY(sweep_id) REFERENCES sweeps (sweep_id)
);

CREATE INDEX ix_sweep_events_sweep_id ON sweep_events (sweep_id);

CREATE TABLE door_locks (
  lock_id INTEGER NOT NULL,
  branch_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  sweep_id BIGINT NOT NULL,
  manager_id TEXT NOT NULL,
  locked_us BIGINT NOT NULL,
  released_us BIGINT,
  CONSTRAINT pk_door_locks PRIMARY KEY (lock_id),
  CONSTRAINT ck_door_locks_named CHECK (org_id <> '' AND manager_id <> ''),
  CONSTRAINT ck_door_locks_released CHECK (released_us IS NULL OR released_us > locked_us),
  CONSTRAINT fk_door_locks_sweep_id FOREIGN KEY(sweep_id) REFERENCES sweeps (sweep_id)
);

CREATE INDEX ix_door_locks_sweep_id ON door_locks (sweep_id);

CREATE UNIQUE INDEX ux_door_locks_open ON door_locks (branch_id, org_id) WHERE released_us IS NULL;

CREATE TABLE phone_links (
  link_id TEXT NOT NULL,
  branch_id TEXT NOT NULL,
  sweep_id BIGINT NOT NULL,
  manager_id TEXT NOT NULL,
  person_id TEXT NOT NULL,
  who TEXT NOT NULL,
  issued_us BIGINT NOT NULL,
  expires_us BIGINT NOT NULL,
  revoked_us BIGINT,
  CONSTRAINT pk_phone_links PRIMARY KEY (link_id),
  CONSTRAINT ck_phone_links_lasts CHECK (issued_us < expires_us),
  CONSTRAINT fk_phone_links_sweep_id FOREIGN KEY(sweep_id) REFERENCES sweeps (sweep_id)
);

CREATE INDEX ix_phone_links_sweep_id ON phone_links (sweep_id);

CREATE TABLE captures (
  branch_id TEXT NOT NULL,
  capture_id TEXT NOT NULL,
  sweep_id BIGINT,
  link_id TEXT,
  manager_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  org_id TEXT NOT NULL,
  body TEXT NOT NULL,
  digest TEXT NOT NULL,
  way TEXT NOT NULL,
  person_id TEXT NOT NULL,
  who TEXT NOT NULL,
  captured_us BIGINT NOT NULL,
  received_us BIGINT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  decided_who TEXT NOT NULL,
  decided_us BIGINT,
  CONSTRAINT pk_captures PRIMARY KEY (branch_id, capture_id),
  CONSTRAINT ck_captures_kind_choice CHECK (kind = 'visit' OR kind = 'prospect' OR kind = 'survey'),
  CONSTRAINT ck_captures_state_choice CHECK (state = 'counted' OR state = 'review' OR state = 'dismissed'),
  CONSTRAINT ck_captures_way_choice CHECK (way = 'phone' OR way = 'pack' OR way = 'page' OR way = 'command'),
  CONSTRAINT ck_captures_named CHECK (length(digest) = 64 AND capture_id <> '' AND manager_id <> ''),
  CONSTRAINT ck_captures_decided CHECK (state <> 'dismissed' OR decided_us IS NOT NULL),
  CONSTRAINT fk_captures_sweep_id FOREIGN KEY(sweep_id) REFERENCES sweeps (sweep_id),
  CONSTRAINT fk_captures_link_id FOREIGN KEY(link_id) REFERENCES phone_links (link_id)
);

CREATE INDEX ix_captures_branch_id_manager_id_captured_us ON captures (branch_id, manager_id, captured_us);

CREATE INDEX ix_captures_branch_id_state ON captures (branch_id, state);

CREATE TABLE check_ins (
  branch_id TEXT NOT NULL,
  capture_id TEXT NOT NULL,
  manager_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  lat DOUBLE NOT NULL,
  lon DOUBLE NOT NULL,
  accuracy_m DOUBLE,
  CONSTRAINT pk_check_ins PRIMARY KEY (branch_id, capture_id),
  CONSTRAINT ck_check_ins_on_earth CHECK (lat >= -90 AND lat <= 90 AND lon >= -180 AND lon <= 180)
);

CREATE INDEX ix_check_ins_branch_id_at_us ON check_ins (branch_id, at_us);

CREATE TABLE photos (
  branch_id TEXT NOT NULL,
  photo_id TEXT NOT NULL,
  capture_id TEXT NOT NULL,
  manager_id TEXT NOT NULL,
  media_type TEXT NOT NULL,
  taken_us BIGINT NOT NULL,
  received_us BIGINT NOT NULL,
  image BLOB NOT NULL,
  CONSTRAINT pk_photos PRIMARY KEY (branch_id, photo_id)
);

CREATE INDEX ix_photos_branch_id_capture_id ON photos (branch_id, capture_id);

CREATE TRIGGER tr_campaigns_only_close BEFORE UPDATE ON campaigns
WHEN NOT (OLD.recorded_to = 9223372036854775807 AND NEW.recorded_to < 9223372036854775807 AND OLD.recorded_from < NEW.recorded_to) OR OLD.row_id IS NOT NEW.row_id OR OLD.campaign_id IS NOT NEW.campaign_id OR OLD.org_id IS NOT NEW.org_id OR OLD.park_id IS NOT NEW.park_id OR OLD.branch_id IS NOT NEW.branch_id OR OLD.manager_id IS NOT NEW.manager_id OR OLD.held_on IS NOT NEW.held_on OR OLD.state IS NOT NEW.state OR OLD.aim IS NOT NEW.aim OR OLD.before IS NOT NEW.before OR OLD.after IS NOT NEW.after OR OLD.cards IS NOT NEW.cards OR OLD.terminals IS NOT NEW.terminals OR OLD.services_sold IS NOT NEW.services_sold OR OLD.conversions IS NOT NEW.conversions OR OLD.difficulties IS NOT NEW.difficulties OR OLD.note IS NOT NEW.note OR OLD.row_hash IS NOT NEW.row_hash OR OLD.valid_from IS NOT NEW.valid_from OR OLD.valid_to IS NOT NEW.valid_to OR OLD.recorded_from IS NOT NEW.recorded_from OR OLD.import_id IS NOT NEW.import_id
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_campaigns_no_delete BEFORE DELETE ON campaigns
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_sweep_events_no_update BEFORE UPDATE ON sweep_events
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_sweep_events_no_delete BEFORE DELETE ON sweep_events
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_sweeps_no_delete BEFORE DELETE ON sweeps
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_door_locks_no_delete BEFORE DELETE ON door_locks
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_phone_links_no_delete BEFORE DELETE ON phone_links
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_captures_no_delete BEFORE DELETE ON captures
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_sweep_events_no_replace BEFORE INSERT ON sweep_events
WHEN EXISTS (SELECT 1 FROM sweep_events WHERE event_id = NEW.event_id)
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_sweeps_no_replace BEFORE INSERT ON sweeps
WHEN EXISTS (SELECT 1 FROM sweeps WHERE sweep_id = NEW.sweep_id)
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_door_locks_no_replace BEFORE INSERT ON door_locks
WHEN EXISTS (SELECT 1 FROM door_locks WHERE lock_id = NEW.lock_id)
  OR EXISTS (SELECT 1 FROM door_locks WHERE branch_id = NEW.branch_id AND org_id = NEW.org_id AND released_us IS NULL)
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_phone_links_no_replace BEFORE INSERT ON phone_links
WHEN EXISTS (SELECT 1 FROM phone_links WHERE link_id = NEW.link_id)
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_captures_no_replace BEFORE INSERT ON captures
WHEN EXISTS (SELECT 1 FROM captures WHERE branch_id = NEW.branch_id AND capture_id = NEW.capture_id)
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_sweeps_update_step BEFORE UPDATE ON sweeps
WHEN NOT ((OLD.state = 'draft' AND NEW.state IN ('draft', 'published', 'withdrawn')) OR (OLD.state = 'published' AND NEW.state IN ('published', 'ended')) OR (OLD.state = 'ended' AND NEW.state IN ('ended')) OR (OLD.state = 'withdrawn' AND NEW.state IN ('withdrawn'))) OR OLD.sweep_id IS NOT NEW.sweep_id OR OLD.branch_id IS NOT NEW.branch_id OR OLD.person_id IS NOT NEW.person_id OR OLD.who IS NOT NEW.who OR OLD.created_us IS NOT NEW.created_us OR (OLD.state IN ('ended', 'withdrawn') AND (OLD.request IS NOT NEW.request OR OLD.result IS NOT NEW.result)) OR (OLD.state <> 'draft' AND (OLD.first_on IS NOT NEW.first_on OR OLD.last_on IS NOT NEW.last_on))
BEGIN
  SELECT RAISE(ABORT, 'a sweep, a lock, a link or a capture cannot take this step');
END;

CREATE TRIGGER tr_sweeps_insert_step BEFORE INSERT ON sweeps
WHEN NEW.state <> 'draft'
BEGIN
  SELECT RAISE(ABORT, 'a sweep, a lock, a link or a capture cannot take this step');
END;

CREATE TRIGGER tr_door_locks_update_step BEFORE UPDATE ON door_locks
WHEN OLD.released_us IS NOT NULL OR NEW.released_us IS NULL OR OLD.lock_id IS NOT NEW.lock_id OR OLD.branch_id IS NOT NEW.branch_id OR OLD.org_id IS NOT NEW.org_id OR OLD.sweep_id IS NOT NEW.sweep_id OR OLD.manager_id IS NOT NEW.manager_id OR OLD.locked_us IS NOT NEW.locked_us
BEGIN
  SELECT RAISE(ABORT, 'a sweep, a lock, a link or a capture cannot take this step');
END;

CREATE TRIGGER tr_door_locks_insert_step BEFORE INSERT ON door_locks
WHEN NEW.released_us IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'a sweep, a lock, a link or a capture cannot take this step');
END;

CREATE TRIGGER tr_phone_links_update_step BEFORE UPDATE ON phone_links
WHEN OLD.revoked_us IS NOT NULL OR NEW.revoked_us IS NULL OR OLD.link_id IS NOT NEW.link_id OR OLD.branch_id IS NOT NEW.branch_id OR OLD.sweep_id IS NOT NEW.sweep_id OR OLD.manager_id IS NOT NEW.manager_id OR OLD.person_id IS NOT NEW.person_id OR OLD.who IS NOT NEW.who OR OLD.issued_us IS NOT NEW.issued_us OR OLD.expires_us IS NOT NEW.expires_us
BEGIN
  SELECT RAISE(ABORT, 'a sweep, a lock, a link or a capture cannot take this step');
END;

CREATE TRIGGER tr_phone_links_insert_step BEFORE INSERT ON phone_links
WHEN NEW.revoked_us IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'a sweep, a lock, a link or a capture cannot take this step');
END;

CREATE TRIGGER tr_captures_update_step BEFORE UPDATE ON captures
WHEN OLD.state <> 'review' OR NEW.state = 'review' OR OLD.branch_id IS NOT NEW.branch_id OR OLD.capture_id IS NOT NEW.capture_id OR OLD.sweep_id IS NOT NEW.sweep_id OR OLD.link_id IS NOT NEW.link_id OR OLD.manager_id IS NOT NEW.manager_id OR OLD.kind IS NOT NEW.kind OR OLD.body IS NOT NEW.body OR OLD.digest IS NOT NEW.digest OR OLD.way IS NOT NEW.way OR OLD.person_id IS NOT NEW.person_id OR OLD.who IS NOT NEW.who OR OLD.captured_us IS NOT NEW.captured_us OR OLD.received_us IS NOT NEW.received_us
BEGIN
  SELECT RAISE(ABORT, 'a sweep, a lock, a link or a capture cannot take this step');
END;

CREATE TRIGGER tr_captures_insert_step BEFORE INSERT ON captures
WHEN NEW.decided_us IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'a sweep, a lock, a link or a capture cannot take this step');
END;
