"""Mutants are the solution with one slip, each by its name."""

from utils.grading.casemaking.mutants import mutants

CODE = '''
def f(image, k=1):
    """What it does."""
    total = image.astype(float).sum(axis=0, keepdims=True)
    if k <= 2 and not image.size:
        total += k
    return clip(total - k, image), -total
'''


def names(code=CODE):
    return {one.name for one in mutants(code)}


def test_each_kind_of_slip_is_made():
    assert names() >= {
        "`1` → `2`",
        "`1` → `0`",
        "`total - k` → `total + k`",
        "`total - k` → `total`",
        "`k <= 2` → `k < 2`",
        "`not image.size` → `image.size`",
        "`total += k` → `total -= k`",
        "`total += k` → `total = k`",
        "`-total` → `total`",
        "`image.astype(float)` → `image`",
        "`clip(total - k, image)` → `clip(image, total - k)`",
        "`return (clip(total - k, image), -total)` → `return (-total, clip(total - k, image))`",
    }
    assert any("keepdims" in name for name in names())


def test_a_mutant_is_the_solution_with_one_change_and_no_docstring_is_one():
    found = mutants(CODE)
    assert len({one.code for one in found}) == len(found) == len({one.name for one in found})
    assert all(compile(one.code, "m", "exec") and "What it does" not in one.code for one in found)


def test_equal_slips_have_names_of_their_own():
    assert names("def f(a, b):\n    return (a + b) * (a + b)") >= {"`a + b` → `a - b`", "`a + b` → `a - b` (2)"}
