DROP TRIGGER tr_plans_update_step;

CREATE TRIGGER tr_plans_update_step BEFORE UPDATE ON plans
WHEN NOT ((OLD.state = 'draft' AND NEW.state IN ('draft', 'submitted', 'withdrawn')) OR (OLD.state = 'submitted' AND NEW.state IN ('submitted', 'draft', 'approved', 'rejected', 'withdrawn')) OR (OLD.state = 'approved' AND NEW.state IN ('approved', 'draft', 'published', 'rejected', 'withdrawn')) OR (OLD.state = 'published' AND NEW.state IN ('published')) OR (OLD.state = 'rejected' AND NEW.state IN ('rejected')) OR (OLD.state = 'withdrawn' AND NEW.state IN ('withdrawn'))) OR OLD.plan_id IS NOT NEW.plan_id OR OLD.branch_id IS NOT NEW.branch_id OR OLD.person_id IS NOT NEW.person_id OR OLD.who IS NOT NEW.who OR OLD.created_us IS NOT NEW.created_us OR (OLD.change_id IS NOT NULL AND OLD.change_id IS NOT NEW.change_id) OR (OLD.undone_change_id IS NOT NULL AND OLD.undone_change_id IS NOT NEW.undone_change_id) OR (OLD.state <> 'draft' AND NEW.state <> 'draft' AND (OLD.options IS NOT NEW.options OR OLD.title IS NOT NEW.title)) OR (OLD.state IN ('published', 'rejected', 'withdrawn') AND (OLD.effective_on IS NOT NEW.effective_on OR OLD.base_change_id IS NOT NEW.base_change_id))
BEGIN
  SELECT RAISE(ABORT, 'a plan or a claim cannot take this step');
END;

DROP TRIGGER tr_claims_no_replace;

CREATE TRIGGER tr_claims_no_replace BEFORE INSERT ON claims
WHEN EXISTS (SELECT 1 FROM claims WHERE claim_id = NEW.claim_id) OR NEW.state = 'open' AND EXISTS (SELECT 1 FROM claims WHERE branch_id = NEW.branch_id AND cell = NEW.cell
  AND manager_id = NEW.manager_id AND state = 'open')
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

DROP TRIGGER tr_duplicates_no_replace;

CREATE TRIGGER tr_duplicates_no_replace BEFORE INSERT ON duplicates
WHEN EXISTS (SELECT 1 FROM duplicates WHERE row_id = NEW.row_id OR recorded_to = 9223372036854775807 AND branch_id = NEW.branch_id AND org_id_a = NEW.org_id_a AND org_id_b = NEW.org_id_b)
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;
