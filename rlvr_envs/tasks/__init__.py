"""Tasks: their format, readers of data sets, generators."""
