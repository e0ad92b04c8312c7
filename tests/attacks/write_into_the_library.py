# tries: to change utils, numpy or what Python made of them, for whoever comes next
import glob, os, sys

import numpy, utils

places = [os.path.dirname(utils.__file__), os.path.dirname(numpy.__file__), sys.prefix, sys.base_prefix, "/dev", "/etc", "/usr/lib"]
places += [os.path.dirname(utils.__file__) + "/grading", "/mnt", "/", *glob.glob(os.path.dirname(numpy.__file__) + "/__pycache__")[:1]]
for place in places:
    try:
        open(os.path.join(place, "mine.py"), "w").write("print('mine')")
        print("LEAK: wrote into", place)
    except OSError:
        pass
for path in (utils.__file__, numpy.__file__, *glob.glob(os.path.dirname(numpy.__file__) + "/__pycache__/*")[:3]):
    try:
        open(path, "ab").close()
        print("LEAK: opened", path)
    except OSError:
        pass
