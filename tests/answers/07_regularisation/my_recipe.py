# Exercise 11: a recipe that follows the rules of the contest.

# %% idea
# Think of what went wrong in this lesson: there are few digits, and the network is too sure of them. Choose remedies
# against that, ask of each change to a picture whether a human would still read the same digit, and compare strengths
# one at a time.

# %% wrong: more steps | 0 of 1
# the steps, the batches and the digits are given: a recipe only switches remedies on
def my_recipe():
    return {"batch_norm": True, "shift": 2, "steps": 3000}

# %% wrong: a name of Keras | 0 of 1
# there is a name in it that is not in `PLAIN`
def my_recipe():
    return {"kernel_regularizer": 0.01, "dropout": 0.3}

# %% wrong: percent | 0 of 1
# a rate is a share, below 1: fifty percent are 0.5
def my_recipe():
    return {"dropout": 50, "shift": 2}

# %% wrong: drops everything | 0 of 1
# a rate is a share, below 1: fifty percent are 0.5
def my_recipe():
    return {"dropout": 1.0, "batch_norm": True}

# %% wrong: nothing is switched on | 0 of 1
# fewer than two remedies are switched on: a strength of 0 is off
def my_recipe():
    return {"rate": 0.003, "dropout": 0.0, "shift": 0}

# %% wrong: one remedy and a learning rate | 0 of 1
# fewer than two remedies are switched on: a strength of 0 is off
def my_recipe():
    return {"rate": 0.01, "shift": 2}

# %% wrong: mirrored digits | 0 of 1
# a mirrored 5 is no 5: the label does not survive that
def my_recipe():
    return {"shift": 2, "batch_norm": True, "mirror": True}

# %% wrong: a list of names | 0 of 1
# a dictionary is wanted, such as {'dropout': 0.3}
def my_recipe():
    return ["batch_norm", "shift"]

# %% wrong: a huge learning rate | 0 of 1
# the learning rate is outside of what is allowed
def my_recipe():
    return {"rate": 1.0, "batch_norm": True, "shift": 2}

# %% wrong: half a pixel | 0 of 1
# digits are moved by whole pixels
def my_recipe():
    return {"batch_norm": True, "shift": 1.5}

# %% wrong: a negative price | 0 of 1
# a strength is outside of what is allowed
def my_recipe():
    return {"l2": -0.01, "dropout": 0.3}

# %% wrong: True for a strength | 0 of 1
# a strength is to be a number
def my_recipe():
    return {"dropout": True, "shift": 2}

# %% wrong: a strength for a switch | 0 of 1
# batch_norm and mirror are switched on with True
def my_recipe():
    return {"batch_norm": 1, "shift": 2}

# %% wrong: the network | 0 of 1
# a dictionary is wanted, such as {'dropout': 0.3}
def my_recipe():
    return small_net(0.3, True)

# %% right: old remedies only
def my_recipe():
    return {"l2": 0.001, "dropout": 0.4, "max_norm": 2}

# %% right: batch norm and large moves, with a larger rate
def my_recipe():
    recipe = dict(PLAIN)
    recipe.update(batch_norm=True, shift=np.int64(3), rate=0.006, smoothing=0.1)
    return recipe
