"""From a submission's bytes to a record of what it got: no database, no student's name."""
