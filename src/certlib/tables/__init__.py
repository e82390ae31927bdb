"""The tables of an assessment, each made once: what frames, terminal, sheets and chapters show."""
