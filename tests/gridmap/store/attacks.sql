-- What somebody with a database client may try on the ledger; every statement must be refused, on both databases.
UPDATE ledger SET owner = 'thief';
UPDATE ledger SET owner = NULL WHERE owner IS NOT NULL;
-- a guard that compares with <> instead of IS NOT lets this one through
UPDATE ledger SET owner = 'thief' WHERE owner IS NULL;
UPDATE ledger SET valid_to = valid_to - 1;
UPDATE ledger SET recorded_from = 0;
UPDATE ledger SET recorded_to = 9223372036854775807 WHERE recorded_to < 9223372036854775807;
UPDATE ledger SET recorded_to = recorded_from + 1 WHERE recorded_to = 9223372036854775807;
-- another owner for what was, under the cloak of a closing
UPDATE ledger SET owner = 'thief', recorded_to = (SELECT max(recorded_us) FROM changes)
  WHERE recorded_to = 9223372036854775807 AND recorded_from < (SELECT max(recorded_us) FROM changes);
DELETE FROM ledger;
DELETE FROM changes;
UPDATE changes SET why = 'other';
UPDATE changes SET recorded_us = recorded_us + 1000;
-- a second owner now, and one in the far future
INSERT INTO ledger (branch_id, layer, subject, owner, valid_from, valid_to, recorded_from, recorded_to, change_id)
  SELECT branch_id, layer, subject, 'thief', valid_from, valid_to, recorded_from, recorded_to, change_id FROM ledger;
INSERT INTO ledger (branch_id, layer, subject, owner, valid_from, valid_to, recorded_from, recorded_to, change_id)
  SELECT branch_id, layer, subject, 'thief', valid_to - 1, valid_to, recorded_from, recorded_to, change_id FROM ledger
  WHERE change_id = (SELECT max(change_id) FROM changes) AND recorded_to = 9223372036854775807;
-- a row that pretends it was known long ago, or that it was known and closed
INSERT INTO ledger (branch_id, layer, subject, owner, valid_from, valid_to, recorded_from, recorded_to, change_id)
  SELECT 'b1', 'cell', 'c9', 'thief', 0, 9223372036854775807, 1, 9223372036854775807, max(change_id) FROM changes;
INSERT INTO ledger (branch_id, layer, subject, owner, valid_from, valid_to, recorded_from, recorded_to, change_id)
  SELECT 'b1', 'cell', 'c9', 'thief', 0, 9223372036854775807, 1, 2, max(change_id) FROM changes;
-- a change that pretends to be older than the last
INSERT INTO changes (branch_id, kind, person_id, who, why, recorded_us) VALUES ('b1', 'move', 'p', 'thief', '', 5);
