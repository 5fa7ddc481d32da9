-- SQLite only: replacing deletes a row without asking the trigger that forbids deleting.
INSERT OR REPLACE INTO ledger SELECT row_id, branch_id, layer, subject, 'thief', valid_from, valid_to, recorded_from, recorded_to, change_id
  FROM ledger WHERE recorded_to = 9223372036854775807;
-- an id that is taken, put into the place of a row of long ago
INSERT OR REPLACE INTO ledger SELECT (SELECT min(row_id) FROM ledger), branch_id, layer, 'c9', 'thief', 0, 9223372036854775807,
  recorded_us, 9223372036854775807, change_id FROM ledger JOIN changes USING (change_id, branch_id) ORDER BY change_id DESC LIMIT 1;
UPDATE OR REPLACE ledger SET row_id = row_id + 1;
INSERT OR REPLACE INTO changes SELECT min(change_id), 'b1', 'move', 'p', 'thief', '', max(recorded_us) + 9, NULL FROM changes;
