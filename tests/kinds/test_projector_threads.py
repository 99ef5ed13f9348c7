"""Products of matrices are kept to one thread, for a while."""

import threading

from threadpoolctl import threadpool_info

from nbboard.kinds.projector.threads import one_thread


def threads() -> list[int]:
    """Return how many threads each BLAS of this process has."""
    return [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"]


def test_a_short_product_has_one_thread_a_long_one_all():
    """And afterwards as many as before."""
    before = threads()
    with one_thread(1e6):
        within = threads()
    with one_thread(1e15):
        long = threads()

    assert set(within) <= {1}
    assert long == threads() == before


def test_callers_in_several_threads_restore_what_was():
    """One after the other, since the number is the process's."""
    before = threads()

    def work() -> None:
        for _ in range(20):
            with one_thread(1):
                assert set(threads()) <= {1}

    several = [threading.Thread(target=work) for _ in range(4)]
    for one in several:
        one.start()
    for one in several:
        one.join()

    assert threads() == before
