"""Judging of hostile programs: protocol, guest worker, launchers and pool."""
