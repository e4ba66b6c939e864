"""How fast hostile programs are judged, beside a warm interpreter that forks for each without any isolation."""
