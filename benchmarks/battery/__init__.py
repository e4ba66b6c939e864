"""What hostile programs earn from graders as they are usually written, and what they earn here."""
