"""History: who changed what, when and why; and who owned which cell on any day."""
