"""Drive one truth case without genaudit and print what the kernel says: ``bare.py CASE ITEMS BATCHES [SETTLE...]``.

Standard library only, and little of it, so that its figures are those of the case. Prints one JSON object. With
batch numbers to settle at, the batch is dropped there, the garbage collected unless the case has switched its
collector off, the heap trimmed, and the memory held is noted; 0 is the moment before the target is called.
``bare.py CASE ITEMS calls N`` calls the target N times instead, and prints what is held after each.
"""

import gc
import importlib.util
import inspect
import itertools
import os
import sys
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SYNTH_BATCH = 32


def load(path):
    """The case's module; the helpers of the cases are found from the root of the repository."""
    if ROOT not in sys.path:
        sys.path.insert(0, ROOT)
    name = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def arguments(module, items):
    """Keyword arguments for a data set of that size."""
    if hasattr(module, "data"):
        return module.data(items)
    if not hasattr(module, "SYNTH"):
        return {}
    from tests.truth.cases.helpers import files

    labels = [index % 10 for index in range(items)]
    return {
        "image_paths": files.jpegs(items),
        "labels": labels,
        "batch_size": SYNTH_BATCH,
        "image_size": (128, 128),
    }


def target(module):
    """What the case calls its target; a chain of calls with literals."""
    return eval(getattr(module, "TARGET", "generate"), vars(module))


def batch_size(module):
    """Items of one batch, from the default of the target's own parameter."""
    if hasattr(module, "SYNTH"):
        return SYNTH_BATCH
    call = target(module)
    parameters = inspect.signature(call).parameters if callable(call) else {}
    default = parameters["batch_size"].default if "batch_size" in parameters else None
    return default if isinstance(default, int) else None


def epochs(module, keywords):
    """One iterator of batches after another, for ever; an endless one is the only one."""
    call = target(module)
    made = call(**keywords) if callable(call) else call
    while True:
        if hasattr(made, "__next__"):
            yield made
            made = call(**keywords) if inspect.isroutine(call) else made
        elif hasattr(made, "__iter__"):
            yield iter(made)
        else:
            yield (made[index] for index in range(len(made)))
            if hasattr(made, "on_epoch_end"):
                made.on_epoch_end()


def status(pid="self"):
    """Sizes in bytes from the process status file."""
    with open(f"/proc/{pid}/status") as file:
        rows = [line.split() for line in file if line.endswith(" kB\n")]
    return {row[0].rstrip(":"): int(row[1]) * 1024 for row in rows}


def children():
    """Process numbers of all children, from each thread of this process."""
    found = []
    for thread in os.listdir("/proc/self/task"):
        with open(f"/proc/self/task/{thread}/children") as file:
            found += [int(pid) for pid in file.read().split()]
    return found


def pss(pid):
    """Proportional share of anonymous and shared memory of one process, in bytes."""
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            rows = [line.split() for line in file]
    except OSError:
        return 0
    return sum(int(row[1]) * 1024 for row in rows if row[0] in ("Pss_Anon:", "Pss_Shmem:"))


def held():
    """Memory that this process and its children hold, mapped files left out."""
    crew = children()
    if crew:
        return pss(os.getpid()) + sum(pss(pid) for pid in crew)
    sizes = status()
    return sizes["RssAnon"] + sizes["RssShmem"]


def settle(trim):
    """One reading with nothing in it that the next collection would free."""
    if gc.isenabled():
        gc.collect()
    trim(0)
    return {
        "held": held(),
        "files": len(os.listdir("/proc/self/fd")),
        "threads": threading.active_count(),
        "children": len(children()),
        "in_children": sum(map(pss, children())),
    }


def nbytes(batch):
    """Size of a batch of arrays, pictures, strings, numbers or containers of these."""
    if hasattr(batch, "nbytes"):
        return int(batch.nbytes)
    if isinstance(batch, dict):
        return sum(map(nbytes, batch.values()))
    if isinstance(batch, (list, tuple)):
        return sum(map(nbytes, batch))
    if hasattr(batch, "getbands"):
        return batch.width * batch.height * len(batch.getbands())
    if hasattr(batch, "memory_usage"):
        return int(batch.memory_usage().sum())
    return sys.getsizeof(batch)


def reset_high_water():
    """Let the kernel's high-water mark begin anew."""
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")


def drive(module, keywords, wanted, marks):
    """Pull batches; settle where asked; note the highest rise of RSS inside the first batch and inside a later one.

    Without marks nothing is reset, so that the high-water mark at the end is that of the whole run.
    """
    trim = getattr(__import__("ctypes").CDLL(None), "malloc_trim", lambda _: 0) if marks else None
    settled = {0: settle(trim)} if 0 in marks else {}
    begun = time.perf_counter()
    count, ends, rises, size, batch = 0, [], [], 0, None
    for epoch in itertools.islice(epochs(module, keywords), 10_000):
        started_at = count
        while count < wanted:
            before = rise_from(marks)
            batch = next(epoch, None)
            if batch is None:
                break
            count += 1
            if marks:
                rises.append(status()["VmHWM"] - before)
                size = max(size, nbytes(batch))
            if count in marks:
                batch = None
                settled[count] = settle(trim)
        ends.append(count)
        if count >= wanted or count == started_at:
            break
    seconds = time.perf_counter() - begun
    figures = {"batches": count, "ends": ends, "seconds": seconds, "settled": settled, "batch_bytes": size}
    return figures | {"first_rise": rises[0] if rises else 0, "later_rise": max(rises[1:], default=0)}


def call_again(module, keywords, calls):
    """Call the target again and again, with a few batches of each, as training by folds does; held after each call."""
    trim = getattr(__import__("ctypes").CDLL(None), "malloc_trim", lambda _: 0)
    after = []
    for _ in range(calls):
        batches = next(epochs(module, keywords))
        for _batch in itertools.islice(batches, 3):
            pass
        del batches, _batch
        after.append(settle(trim)["held"])
    return after


def rise_from(marks):
    """RSS at the start of a batch, with the high-water mark begun anew; nothing where nobody asks."""
    if not marks:
        return 0
    reset_high_water()
    return status()["VmRSS"]


def main(path, items, batches, *marks):
    """Run one case and print its figures."""
    start = status()["VmHWM"]
    module = load(path)
    if batches == "calls":
        print(call_again(module, arguments(module, int(items)), int(marks[0])))
        return
    imported = settle(lambda _: 0) if marks else {}
    keywords = arguments(module, int(items))
    called = status()
    begun = time.perf_counter()
    result = drive(module, keywords, int(batches), frozenset(map(int, marks)))
    result |= {"imported": imported, "items": int(items), "batch_size": batch_size(module), "start": start}
    result |= {"wall": time.perf_counter() - begun, "high_water": status()["VmHWM"]}
    result |= {"mapped": called["RssFile"], "called": called["VmRSS"]}
    import json

    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
