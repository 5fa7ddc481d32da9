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
