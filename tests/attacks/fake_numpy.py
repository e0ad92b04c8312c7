# tries: a numpy.py beside the notebook
open("numpy.py", "w").write("import sys; array = lambda *a: 0")
import sys

sys.path.insert(0, "")
sys.modules.pop("numpy", None)
