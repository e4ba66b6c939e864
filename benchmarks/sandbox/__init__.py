"""How fast hostile programs are judged, against a bare interpreter started for each."""
