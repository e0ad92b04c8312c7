# tries: a process that outlives the grading
import subprocess, sys

subprocess.Popen([sys.executable, "-c", "import time; time.sleep(271.828)"], start_new_session=True)
