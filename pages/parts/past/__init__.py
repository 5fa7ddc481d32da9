"""Parts of the History page: changes, one subject over time, the map of any day, two days compared, the audit chain."""
