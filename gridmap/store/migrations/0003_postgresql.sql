ALTER TABLE ledger DROP CONSTRAINT ex_ledger_one_owner;

ALTER TABLE ledger ADD CONSTRAINT ex_ledger_one_owner
EXCLUDE USING gist (hashtextextended((length(subject)::text || ':' || subject || layer || branch_id) COLLATE "C", 0) WITH =, ((length(subject)::text || ':' || subject || layer || branch_id) COLLATE "C") WITH =,
  int8range(valid_from, valid_to) WITH &&, int8range(recorded_from, recorded_to) WITH &&);

DROP TRIGGER tr_ledger_dated ON ledger;

DROP FUNCTION gridmap_dated();

CREATE FUNCTION gridmap_dated() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF TG_OP = 'INSERT' AND EXISTS (
    SELECT FROM (SELECT DISTINCT branch_id, change_id, recorded_from, recorded_to FROM touched) AS row
    WHERE recorded_to <> 9223372036854775807
      OR recorded_from IS DISTINCT FROM (SELECT recorded_us FROM changes WHERE change_id = row.change_id AND branch_id = row.branch_id)
      OR recorded_from IS DISTINCT FROM (SELECT max(recorded_us) FROM changes WHERE branch_id = row.branch_id)
  ) OR TG_OP = 'UPDATE' AND EXISTS (
    SELECT FROM (SELECT DISTINCT branch_id, recorded_to FROM touched) AS row
    WHERE recorded_to IS DISTINCT FROM (SELECT max(recorded_us) FROM changes WHERE branch_id = row.branch_id)
  ) THEN
    RAISE EXCEPTION 'a ledger row is not recorded with its change' USING ERRCODE = 'GM001';
  END IF;
  RETURN NULL;
END
$guard$;

CREATE TRIGGER tr_ledger_dated AFTER INSERT ON ledger
REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION gridmap_dated();

CREATE TRIGGER tr_ledger_closed_now AFTER UPDATE ON ledger
REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION gridmap_dated();

CREATE OR REPLACE FUNCTION gridmap_plans_update_step() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NOT ((OLD.state = 'draft' AND NEW.state IN ('draft', 'submitted', 'withdrawn')) OR (OLD.state = 'submitted' AND NEW.state IN ('submitted', 'draft', 'approved', 'rejected', 'withdrawn')) OR (OLD.state = 'approved' AND NEW.state IN ('approved', 'draft', 'published', 'rejected', 'withdrawn')) OR (OLD.state = 'published' AND NEW.state IN ('published')) OR (OLD.state = 'rejected' AND NEW.state IN ('rejected')) OR (OLD.state = 'withdrawn' AND NEW.state IN ('withdrawn'))) OR OLD.plan_id IS DISTINCT FROM NEW.plan_id OR OLD.branch_id IS DISTINCT FROM NEW.branch_id OR OLD.person_id IS DISTINCT FROM NEW.person_id OR OLD.who IS DISTINCT FROM NEW.who OR OLD.created_us IS DISTINCT FROM NEW.created_us OR (OLD.change_id IS NOT NULL AND OLD.change_id IS DISTINCT FROM NEW.change_id) OR (OLD.undone_change_id IS NOT NULL AND OLD.undone_change_id IS DISTINCT FROM NEW.undone_change_id) OR (OLD.state <> 'draft' AND NEW.state <> 'draft' AND (OLD.options IS DISTINCT FROM NEW.options OR OLD.title IS DISTINCT FROM NEW.title)) OR (OLD.state IN ('published', 'rejected', 'withdrawn') AND (OLD.effective_on IS DISTINCT FROM NEW.effective_on OR OLD.base_change_id IS DISTINCT FROM NEW.base_change_id)) THEN
    RAISE EXCEPTION 'a plan or a claim cannot take this step' USING ERRCODE = 'GM001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END
$guard$;

CREATE OR REPLACE FUNCTION gridmap_no_gap() RETURNS trigger LANGUAGE plpgsql AS $guard$
DECLARE covered numeric; first bigint; last bigint; next bigint := CASE TG_OP WHEN 'INSERT' THEN NEW.valid_to ELSE NEW.valid_from END;
BEGIN
  IF EXISTS (SELECT FROM ledger WHERE branch_id = NEW.branch_id AND layer = NEW.layer AND subject = NEW.subject
      AND recorded_to = 9223372036854775807 AND valid_from = next) THEN
    RETURN NULL;
  END IF;
  SELECT sum(valid_to - valid_from), min(valid_from), max(valid_to) INTO covered, first, last FROM ledger
  WHERE branch_id = NEW.branch_id AND layer = NEW.layer AND subject = NEW.subject AND recorded_to = 9223372036854775807;
  IF last IS DISTINCT FROM 9223372036854775807 OR covered IS DISTINCT FROM last - first THEN
    RAISE EXCEPTION 'a subject is left without an owner or a release' USING ERRCODE = 'GM001';
  END IF;
  RETURN NULL;
END
$guard$;
