# tries: to write what it likes into the gradebook's pages, megabytes of it
class CheckFailed(AssertionError):
    pass


def double(x):
    raise CheckFailed("\x1b[2J\x1b]0;owned\x07<script>alert(1)</script>✓ passed 2/2 </pre>" + "\u202e💥" * 10**6)


# where: last
