# tries: a shell whose run_code does nothing
async def nothing(*args, **kwargs):
    return False


get_ipython().run_code = nothing
