-- SQLite only: replacing deletes a row without asking the trigger that forbids deleting.
REPLACE INTO plans SELECT plan_id, branch_id, title, 'draft', effective_on, base_change_id, version, options, person_id, 'thief',
  created_us, updated_us, NULL, NULL FROM plans WHERE state = 'published';
UPDATE OR REPLACE plans SET plan_id = (SELECT max(plan_id) FROM plans WHERE state = 'published') WHERE title = 'bare';
REPLACE INTO plan_moves SELECT plan_id, layer, subject, giver, 'thief', '' FROM plan_moves JOIN plans USING (plan_id) WHERE state = 'approved';
REPLACE INTO plan_events SELECT event_id, plan_id, branch_id, 'comment', person_id, 'thief', '', plan_version, recorded_us FROM plan_events;
REPLACE INTO claims SELECT claim_id, branch_id, cell, kind, manager_id, person_id, who, why, asked_us, 'open', '', '', '', NULL, NULL FROM claims
  WHERE state = 'declined';
-- another number, but the same open claim: it would make room for itself
REPLACE INTO claims SELECT claim_id + 1000, branch_id, cell, kind, manager_id, person_id, 'thief', why, asked_us, 'open', '', '', '', NULL, NULL
  FROM claims WHERE state = 'open';
REPLACE INTO regrids SELECT regrid_id, branch_id, old_kind, new_kind, 1, 2, effective_us, recorded_us, import_id, change_id FROM regrids;
REPLACE INTO lineage SELECT regrid_id, old_cell, new_cell, 0.5, 0 FROM lineage;
REPLACE INTO audit SELECT branch_id, seq, kind, record_id, digest, 'forged' FROM audit;
INSERT OR REPLACE INTO audit SELECT branch_id, seq, kind, record_id, digest, 'forged' FROM audit WHERE seq = 1;
REPLACE INTO duplicates SELECT row_id, branch_id, org_id_a, org_id_b, 'apart', NULL, person_id, 'thief', why, recorded_from, recorded_to, import_id
  FROM duplicates;
REPLACE INTO duplicates SELECT row_id + 1000, branch_id, org_id_a, org_id_b, 'apart', NULL, person_id, 'thief', why, recorded_from, recorded_to,
  import_id FROM duplicates;
