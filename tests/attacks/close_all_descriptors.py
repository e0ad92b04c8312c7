# tries: to close every file descriptor
import os

os.closerange(0, 400)
