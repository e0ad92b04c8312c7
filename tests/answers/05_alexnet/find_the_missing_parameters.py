# Exercise 5: in which layers two networks differ, and by how much.

# %% idea
# Collect the names of both networks first. A network that lacks a layer has 0 there; and only what differs is kept.

# %% draw
def test_missing_differences(d):
    names = d.random.permutation(["conv1", "conv10", "conv2", "fc", "fc6"])[:d.whole(1, 5)].tolist()
    ours = {name: d.whole(0, 9) for name in names}
    return ours, {name: ours[name] if d.chance(0.4) else d.whole(0, 9) for name in d.random.permutation(names).tolist()}

def test_missing_layers(d):
    names = ["conv1", "conv10", "conv2", "fc", "fc6"]
    ours = {name: d.whole(0, 9) for name in names if d.chance(0.6)}
    theirs = {name: d.whole(0, 9) for name in d.random.permutation(names).tolist() if d.chance(0.6)}
    return ours, {name: ours.get(name, count) if d.chance(0.3) else count for name, count in theirs.items()}

# %% wrong: ours minus theirs | 0 of 2
# the signs are the wrong way round: theirs minus ours
def find_the_missing_parameters(ours, theirs):
    names = [*theirs, *(name for name in ours if name not in theirs)]
    differences = {name: ours.get(name, 0) - theirs.get(name, 0) for name in names}
    return {name: difference for name, difference in differences.items() if difference}

# %% wrong: loses the sign | 0 of 2
# the signs are lost: a layer of theirs can be smaller
def find_the_missing_parameters(ours, theirs):
    names = {*ours, *theirs}
    return {name: abs(theirs.get(name, 0) - ours.get(name, 0)) for name in names if theirs.get(name, 0) != ours.get(name, 0)}

# %% wrong: lists the layers that are equal, too | 0 of 2
# only the layers in which they differ are wanted
def find_the_missing_parameters(ours, theirs):
    return {name: theirs.get(name, 0) - ours.get(name, 0) for name in {*ours, *theirs}}

# %% wrong: takes only layers that have grown | 0 of 2
# layers of theirs that are smaller are missing: a difference can be negative
def find_the_missing_parameters(ours, theirs):
    return {name: theirs[name] - ours.get(name, 0) for name in theirs if theirs[name] > ours.get(name, 0)}

# %% wrong: goes through their layers only | 1 of 2
# a layer that only we have is missing: there they have 0
def find_the_missing_parameters(ours, theirs):
    return {name: theirs[name] - ours.get(name, 0) for name in theirs if theirs[name] != ours.get(name, 0)}

# %% wrong: goes through our layers only | 1 of 2
# a layer that only they have is missing
def find_the_missing_parameters(ours, theirs):
    return {name: theirs.get(name, 0) - ours[name] for name in ours if theirs.get(name, 0) != ours[name]}

# %% wrong: goes through the layers that both have | 1 of 2
# layers that only one network has are missing: the other has 0 there
def find_the_missing_parameters(ours, theirs):
    return {name: theirs[name] - ours[name] for name in ours if name in theirs and theirs[name] != ours[name]}

# %% wrong: expects every layer in both | 1 of 2
# with KeyError
def find_the_missing_parameters(ours, theirs):
    found = {}
    for name in ours:
        if theirs[name] != ours[name]:
            found[name] = theirs[name] - ours[name]
    return found

# %% wrong: compares by place | 0 of 2
# the layers were compared by their place; go by their names
def find_the_missing_parameters(ours, theirs):
    return {name: theirs_count - ours_count for (name, theirs_count), ours_count in zip(theirs.items(), ours.values())
            if theirs_count != ours_count}

# %% wrong: gives their parameters | 0 of 2
# these are their parameters, not the differences
def find_the_missing_parameters(ours, theirs):
    return {name: theirs.get(name, 0) for name in {*ours, *theirs} if theirs.get(name) != ours.get(name)}

# %% wrong: writes into our dictionary | 0 of 2
# your function changed the dictionary `ours`; the caller still needs it
def find_the_missing_parameters(ours, theirs):
    found = {}
    for name in theirs:
        if theirs[name] != ours.setdefault(name, 0):
            found[name] = theirs[name] - ours[name]
        ours[name] = theirs[name]
    for name in ours:
        if name not in theirs:
            found[name] = -ours[name]
    return found

# %% wrong: gives the sum | 0 of 2
# this should be a dictionary, yours is a whole number
def find_the_missing_parameters(ours, theirs):
    return sum(theirs.values()) - sum(ours.values())

# %% wrong: pairs of numbers | 0 of 2
# these are both numbers; give the difference, theirs − ours
def find_the_missing_parameters(ours, theirs):
    names = set(ours) | set(theirs)
    return {n: (ours.get(n, 0), theirs.get(n, 0)) for n in names if ours.get(n, 0) != theirs.get(n, 0)}

# %% wrong: a share of ours | 0 of 2
# these are shares of ours; give the difference
def find_the_missing_parameters(ours, theirs):
    names = set(ours) | set(theirs)
    return {n: (theirs.get(n, 0) - ours.get(n, 0)) / max(ours.get(n, 0), 1) for n in names if ours.get(n, 0) != theirs.get(n, 0)}

# %% wrong: a list of names and differences | 0 of 2
# this should be a dictionary, yours is a list
def find_the_missing_parameters(ours, theirs):
    names = [*theirs, *(n for n in ours if n not in theirs)]
    return [(n, theirs.get(n, 0) - ours.get(n, 0)) for n in names if theirs.get(n, 0) != ours.get(n, 0)]

# %% wrong: lists a layer of theirs that has no parameters | 1 of 2
# a layer with 0 parameters is no difference from a layer that is not there
def find_the_missing_parameters(ours, theirs):
    found = {}
    for n in set(ours) | set(theirs):
        if n not in ours:
            found[n] = theirs[n]
        elif n not in theirs:
            found[n] = -ours[n]
        elif theirs[n] != ours[n]:
            found[n] = theirs[n] - ours[n]
    return found

# %% right: two loops
def find_the_missing_parameters(ours, theirs):
    found = {}
    for name, count in theirs.items():
        if name not in ours:
            found[name] = count
        elif ours[name] != count:
            found[name] = count - ours[name]
    for name, count in ours.items():
        if name not in theirs:
            found[name] = -count
    return {name: value for name, value in found.items() if value != 0}

# %% right: a counter
def find_the_missing_parameters(ours, theirs):
    from collections import Counter
    counter = Counter(theirs)
    counter.subtract(ours)
    return Counter({name: value for name, value in counter.items() if value})

# %% right: subtracts in place from a copy
def find_the_missing_parameters(ours, theirs):
    left = dict(theirs)
    for name, count in ours.items():
        left[name] = left.setdefault(name, 0) - count
    return dict(sorted((name, count) for name, count in left.items() if count != 0))
