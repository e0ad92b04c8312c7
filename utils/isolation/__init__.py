"""The student's end of the sandbox: what runs in the process of a submission, or makes that process."""
