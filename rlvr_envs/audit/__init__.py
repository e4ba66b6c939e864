"""What a set of tasks is worth before a model trains on it: ``rlvr audit`` (docs/audit.md)."""
