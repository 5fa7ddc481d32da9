CREATE TABLE looks (
  branch_id TEXT NOT NULL,
  person_id TEXT NOT NULL,
  what TEXT NOT NULL,
  seen TEXT NOT NULL,
  looked_us BIGINT NOT NULL,
  CONSTRAINT pk_looks PRIMARY KEY (branch_id, person_id, what)
);
