"""Workers of a simulation, many in one process: `python sleepers.py SCHEDULER HOW_MANY`."""

import asyncio
import random
import sys
import time
from pathlib import Path

import dask
from distributed import Worker

STILL = {  # what each worker does beside its tasks: of a thousand on one machine, it would be all that they do
    "distributed.admin.tick.interval": "10s",
    "distributed.admin.system-monitor.interval": "60s",
    "distributed.worker.profile.enabled": False,
}


def sleep_for(seconds: list[float], answer: Path, text: str, problem: str) -> str:
    """A task: take as long as one of `seconds`, then give what stands in `answer`, whatever was handed in."""
    time.sleep(random.choice(seconds))
    return answer.read_text()


async def work(address: str, count: int) -> None:
    """Take on work until the scheduler is gone."""
    with dask.config.set(STILL):
        workers = [Worker(address, nthreads=1, dashboard=False, memory_limit=0) for _ in range(count)]
        await asyncio.gather(*workers)
    await asyncio.gather(*(worker.finished() for worker in workers))


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], int(sys.argv[2])))
