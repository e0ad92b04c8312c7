"""Where scores and files are kept: nbgrader's gradebook, the ledger beside it, the course's folder."""
