-- What somebody with a database client may try on plans, claims, regrids and the audit chain; every statement must be refused, on both databases.
-- a plan that skips a step, goes back, or was never drafted
UPDATE plans SET state = 'published', change_id = (SELECT max(change_id) FROM changes) WHERE state = 'submitted';
UPDATE plans SET state = 'approved' WHERE state = 'rejected';
UPDATE plans SET state = 'draft', change_id = NULL, undone_change_id = NULL WHERE state = 'published';
INSERT INTO plans (branch_id, title, state, effective_on, base_change_id, version, options, person_id, who, created_us, updated_us)
  VALUES ('b1', 'x', 'approved', '2026-08-01', 1, 1, '{}', 'p', 'thief', 1, 1);
-- what it became, from when, what it says, and whose it is
UPDATE plans SET change_id = (SELECT min(change_id) FROM changes) WHERE state = 'published';
UPDATE plans SET undone_change_id = NULL WHERE undone_change_id IS NOT NULL;
UPDATE plans SET effective_on = '2020-01-01' WHERE state = 'published';
UPDATE plans SET base_change_id = 0 WHERE state = 'published';
UPDATE plans SET title = 'other' WHERE state = 'submitted';
UPDATE plans SET options = '{"visits": "stay"}' WHERE state = 'approved';
UPDATE plans SET who = 'thief';
DELETE FROM plans WHERE title = 'bare';
INSERT INTO plans SELECT * FROM plans WHERE title = 'bare' ON CONFLICT (plan_id) DO UPDATE SET who = 'thief';
-- the moves of a plan that is no draft any more
INSERT INTO plan_moves SELECT plan_id, 'cell', 'c99', '', 'thief', '' FROM plans WHERE state = 'published';
UPDATE plan_moves SET taker = 'thief' WHERE plan_id IN (SELECT plan_id FROM plans WHERE state = 'approved');
UPDATE plan_moves SET plan_id = (SELECT max(plan_id) FROM plans WHERE state = 'draft')
  WHERE plan_id IN (SELECT plan_id FROM plans WHERE state = 'submitted');
UPDATE plan_moves SET plan_id = (SELECT max(plan_id) FROM plans WHERE state = 'published'), subject = 'c98'
  WHERE plan_id IN (SELECT plan_id FROM plans WHERE state = 'draft');
DELETE FROM plan_moves WHERE plan_id IN (SELECT plan_id FROM plans WHERE state = 'published');
INSERT INTO plan_moves SELECT plan_id, layer, subject, giver, 'thief', '' FROM plan_moves JOIN plans USING (plan_id) WHERE state <> 'draft'
  ON CONFLICT (plan_id, layer, subject) DO UPDATE SET taker = 'thief';
-- what happened to it
UPDATE plan_events SET note = 'other';
UPDATE plan_events SET who = 'thief' WHERE kind = 'approved';
DELETE FROM plan_events;
INSERT INTO plan_events SELECT * FROM plan_events WHERE 1 = 1 ON CONFLICT (event_id) DO UPDATE SET who = 'thief';
-- a claim decided anew, asked in another name, or made up as accepted
UPDATE claims SET state = 'open', decided_us = NULL, change_id = NULL WHERE state = 'accepted';
UPDATE claims SET state = 'accepted' WHERE state = 'declined';
UPDATE claims SET answer = 'other' WHERE state = 'declined';
UPDATE claims SET manager_id = 'thief' WHERE state = 'open';
UPDATE claims SET cell = 'c9' WHERE state = 'open';
INSERT INTO claims (branch_id, cell, kind, manager_id, person_id, who, why, asked_us, state, decided_by, decided_who, answer, decided_us)
  VALUES ('b1', 'c9', 'claim', 'thief', 'p', 'thief', '', 1, 'accepted', 'p', 'thief', '', 2);
DELETE FROM claims;
INSERT INTO claims SELECT * FROM claims WHERE state = 'open' ON CONFLICT (claim_id) DO UPDATE SET manager_id = 'thief';
-- which cell became which
UPDATE regrids SET effective_us = 0;
UPDATE regrids SET change_id = 1;
DELETE FROM regrids WHERE regrid_id NOT IN (SELECT regrid_id FROM lineage);
UPDATE lineage SET share = 0.5;
UPDATE lineage SET organisations = 0;
DELETE FROM lineage;
INSERT INTO lineage SELECT * FROM lineage WHERE 1 = 1 ON CONFLICT (regrid_id, old_cell, new_cell) DO UPDATE SET organisations = 0;
-- the chain that would tell
UPDATE audit SET mac = 'forged';
UPDATE audit SET seq = seq + 1000;
DELETE FROM audit;
DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit);
INSERT INTO audit SELECT * FROM audit WHERE 1 = 1 ON CONFLICT (branch_id, seq) DO UPDATE SET mac = 'forged';
-- the ledger through an upsert
INSERT INTO ledger SELECT * FROM ledger WHERE 1 = 1 ON CONFLICT (row_id) DO UPDATE SET owner = 'thief';
INSERT INTO changes SELECT * FROM changes WHERE 1 = 1 ON CONFLICT (change_id) DO UPDATE SET who = 'thief';
