-- What somebody with a database client may try on sweeps, locked doors, links and captures; every statement must be refused, on both databases.
-- a sweep that skips a step, goes back, was never drafted, or is another's
UPDATE sweeps SET state = 'draft' WHERE state = 'published';
UPDATE sweeps SET state = 'ended' WHERE state = 'draft';
UPDATE sweeps SET state = 'withdrawn' WHERE state = 'published';
UPDATE sweeps SET state = 'published' WHERE state = 'ended';
UPDATE sweeps SET state = 'draft' WHERE state = 'withdrawn';
INSERT INTO sweeps (branch_id, title, state, managers, first_on, last_on, version, request, result, person_id, who, created_us, updated_us)
  VALUES ('b1', 'x', 'published', 'm1', '2026-07-01', '2026-07-02', 1, '', '', 'p', 'thief', 1, 1);
UPDATE sweeps SET who = 'thief';
UPDATE sweeps SET created_us = 0;
UPDATE sweeps SET sweep_id = sweep_id + 1000;
UPDATE sweeps SET branch_id = 'b2' WHERE state = 'draft';
UPDATE sweeps SET last_on = '2099-01-01' WHERE state = 'published';
UPDATE sweeps SET first_on = '2020-01-01' WHERE state = 'ended';
UPDATE sweeps SET result = 'other' WHERE state = 'ended';
UPDATE sweeps SET request = 'other' WHERE state = 'withdrawn';
DELETE FROM sweeps WHERE state = 'draft' AND title = 'bare';
INSERT INTO sweeps SELECT * FROM sweeps WHERE state = 'published' ON CONFLICT (sweep_id) DO UPDATE SET who = 'thief';
-- what happened to it, and to whom a number was revealed
UPDATE sweep_events SET note = 'other';
UPDATE sweep_events SET who = 'thief' WHERE kind = 'published';
DELETE FROM sweep_events;
INSERT INTO sweep_events SELECT * FROM sweep_events WHERE 1 = 1 ON CONFLICT (event_id) DO UPDATE SET who = 'thief';
UPDATE supervised_events SET kind = 'void';
UPDATE supervised_events SET due_on = '2030-01-01';
DELETE FROM supervised_events;
INSERT INTO supervised_events SELECT * FROM supervised_events WHERE 1 = 1 ON CONFLICT (event_id) DO UPDATE SET who = 'thief';
-- a door that opens twice, opens again, or goes to somebody else
INSERT INTO door_locks (branch_id, org_id, sweep_id, manager_id, locked_us) SELECT branch_id, org_id, sweep_id, 'thief', locked_us + 1
  FROM door_locks WHERE released_us IS NULL;
INSERT INTO door_locks (branch_id, org_id, sweep_id, manager_id, locked_us, released_us) SELECT branch_id, 'o9', sweep_id, 'thief', 1, 2
  FROM door_locks WHERE released_us IS NULL;
UPDATE door_locks SET released_us = NULL WHERE released_us IS NOT NULL;
UPDATE door_locks SET released_us = released_us + 1 WHERE released_us IS NOT NULL;
UPDATE door_locks SET manager_id = 'thief', released_us = locked_us + 1 WHERE released_us IS NULL;
UPDATE door_locks SET manager_id = 'thief' WHERE released_us IS NULL;
UPDATE door_locks SET org_id = 'o9', released_us = locked_us + 1 WHERE released_us IS NULL;
UPDATE door_locks SET locked_us = 0, released_us = 1 WHERE released_us IS NULL;
DELETE FROM door_locks WHERE released_us IS NOT NULL;
INSERT INTO door_locks SELECT * FROM door_locks WHERE released_us IS NOT NULL ON CONFLICT (lock_id) DO UPDATE SET manager_id = 'thief';
-- a link that lasts longer, lives again, or is another's
UPDATE phone_links SET expires_us = expires_us + 1 WHERE revoked_us IS NULL;
UPDATE phone_links SET revoked_us = NULL WHERE revoked_us IS NOT NULL;
UPDATE phone_links SET revoked_us = revoked_us + 1 WHERE revoked_us IS NOT NULL;
UPDATE phone_links SET manager_id = 'm2', revoked_us = expires_us WHERE revoked_us IS NULL;
UPDATE phone_links SET manager_id = 'm2' WHERE revoked_us IS NULL;
UPDATE phone_links SET issued_us = 0, revoked_us = expires_us WHERE revoked_us IS NULL;
INSERT INTO phone_links SELECT 'forged', branch_id, sweep_id, manager_id, person_id, who, issued_us, expires_us, expires_us FROM phone_links
  WHERE revoked_us IS NULL;
DELETE FROM phone_links WHERE revoked_us IS NOT NULL;
INSERT INTO phone_links SELECT * FROM phone_links WHERE revoked_us IS NULL ON CONFLICT (link_id) DO UPDATE SET revoked_us = excluded.expires_us,
  manager_id = 'thief';
-- what was captured, by whom and when, and what was decided
UPDATE captures SET body = '{}' WHERE state = 'review';
UPDATE captures SET body = '{}', state = 'counted' WHERE state = 'review';
UPDATE captures SET captured_us = 0, state = 'counted' WHERE state = 'review';
UPDATE captures SET manager_id = 'thief', state = 'counted' WHERE state = 'review';
UPDATE captures SET digest = body WHERE state = 'counted';
UPDATE captures SET state = 'review' WHERE state = 'counted';
UPDATE captures SET state = 'dismissed', decided_us = 1 WHERE state = 'counted';
UPDATE captures SET state = 'counted' WHERE state = 'dismissed';
UPDATE captures SET reason = 'other' WHERE state = 'dismissed';
UPDATE captures SET reason = 'other' WHERE state = 'review';
UPDATE captures SET org_id = 'o9' WHERE state = 'counted';
INSERT INTO captures SELECT branch_id, 'forged', sweep_id, link_id, manager_id, kind, org_id, body, digest, way, person_id, who, captured_us,
  received_us, state, reason, 'p', 'thief', 1 FROM captures WHERE state = 'counted';
DELETE FROM captures WHERE state = 'review';
INSERT INTO captures SELECT * FROM captures WHERE state = 'counted' ON CONFLICT (branch_id, capture_id) DO UPDATE SET body = '{}';
