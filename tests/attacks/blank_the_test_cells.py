# tries: an input transformer that makes every cell empty
get_ipython().input_transformers_cleanup.append(lambda lines: ["pass\n"])
