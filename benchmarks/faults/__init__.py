"""Whether every program is answered once and truly while workers and programs are killed at random."""
