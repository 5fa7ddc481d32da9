CREATE TABLE supervised_events (
  event_id INTEGER NOT NULL,
  branch_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  wanted TEXT NOT NULL,
  manager_id TEXT NOT NULL,
  due_on DATE NOT NULL,
  note TEXT NOT NULL,
  person_id TEXT NOT NULL,
  who TEXT NOT NULL,
  recorded_us BIGINT NOT NULL,
  CONSTRAINT pk_supervised_events PRIMARY KEY (event_id),
  CONSTRAINT ck_supervised_events_kind_choice CHECK (kind = 'set' OR kind = 'changed' OR kind = 'done' OR kind = 'void' OR kind = 'reopened'),
  CONSTRAINT ck_supervised_events_subject_kind_choice CHECK (subject_kind = 'branch' OR subject_kind = 'town' OR subject_kind = 'park' OR subject_kind = 'organisation' OR subject_kind = 'metric'),
  CONSTRAINT ck_supervised_events_named CHECK (item_id <> '' AND wanted <> '' AND manager_id <> '')
);

CREATE INDEX ix_supervised_events_branch_id_item_id ON supervised_events (branch_id, item_id);

CREATE TRIGGER tr_supervised_events_no_update BEFORE UPDATE ON supervised_events
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_supervised_events_no_delete BEFORE DELETE ON supervised_events
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_supervised_events_no_replace BEFORE INSERT ON supervised_events
WHEN EXISTS (SELECT 1 FROM supervised_events WHERE event_id = NEW.event_id)
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;
