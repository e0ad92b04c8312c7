"""`Watch` sees which routines are called, in whichever thread."""

import statistics
from threading import Thread

from utils.checks.routines import Watch


def test_a_routine_is_seen():
    watch = Watch(["statistics"])
    with watch():
        statistics.fmean([1, 2])
    assert watch.used == "statistics.fmean"


def test_a_routine_is_seen_in_a_thread_that_begins_meanwhile():
    watch, thread = Watch(["statistics"]), Thread(target=statistics.fmean, args=([1, 2],))
    with watch():
        thread.start()
        thread.join()
    assert watch.used == "statistics.fmean"


def test_what_may_be_used_is_not_noted_nor_what_is_called_afterwards():
    watch, harmless = Watch(["statistics"]), Thread(target=sum, args=([1, 2],))
    later = Thread(target=statistics.fmean, args=([1, 2],))
    with watch():
        harmless.start()
        harmless.join()
    later.start()
    later.join()
    assert watch.used == ""
