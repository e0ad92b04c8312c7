# tries: json, pickle and numpy.save that turn every value into another
import json, pickle, numpy as np

json.dumps = lambda *a, **k: "true"
pickle.dumps = lambda *a, **k: b""
np.save = lambda *a, **k: None
