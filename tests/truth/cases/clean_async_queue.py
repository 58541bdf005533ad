"""An event loop in a thread fills a queue of four batches; loop and thread are closed with the generator."""

import asyncio
import threading

import numpy as np

EXPECT = {}


def data(n):
    return {"addresses": [f"store://bucket/{k:08d}" for k in range(n)]}


async def fetch(address):
    await asyncio.sleep(0)
    return np.full((80, 80, 3), int(address[-8:]) % 256, np.uint8)


async def produce(addresses, batch_size, queue):
    for start in range(0, len(addresses), batch_size):
        images = await asyncio.gather(*(fetch(address) for address in addresses[start : start + batch_size]))
        await queue.put(np.stack(images))
    await queue.put(None)


def generate(addresses, batch_size=16):
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    queue = asyncio.Queue(maxsize=4)
    job = asyncio.run_coroutine_threadsafe(produce(addresses, batch_size, queue), loop)
    try:
        while (batch := asyncio.run_coroutine_threadsafe(queue.get(), loop).result()) is not None:
            yield batch
    finally:
        job.cancel()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
