"""The store: SQL tables, the ledger, imports, people and snapshots; the only place with SQL."""
