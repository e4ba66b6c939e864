"""Whether the judge says what plain Python says: mutants of references judged here, and by ``exec`` of the original tests."""
