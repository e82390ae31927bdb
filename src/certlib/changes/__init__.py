"""What changed at a site since an earlier run: the run, the comparison, and what came of its forecast."""
