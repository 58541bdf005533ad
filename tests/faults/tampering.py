"""A target that changes what the interpreter works with is measured all the same, or its own error is told."""

from tests.faults.matrix import Place, faults

_RAISES = "def hook(*a, **k): raise RuntimeError('mine')\n"
MEASURED = {
    "a trace function": "sys.settrace(lambda *a: None)",
    "a profile function": "sys.setprofile(lambda *a: None)",
    "trace functions of threads that raise": _RAISES + "threading.settrace(hook); threading.setprofile(hook)",
    "an audit hook that raises on open": (
        "def hook(event, args):\n    if event == 'open': raise RuntimeError('mine')\nif i == 3: sys.addaudithook(hook)"
    ),
    "an audit hook that raises on everything": _RAISES + "if i == 3: sys.addaudithook(hook)",
    "an audit hook that exits": (
        "def hook(event, args):\n    if event in ('open', 'import'): raise SystemExit(0)\nif i == "
        "3: sys.addaudithook(hook)"
    ),
    "builtins deleted": (
        "import builtins\nfor n in ('len', 'str', 'int', 'isinstance', 'Exception', 'min', 'max', "
        "'open', 'list'):\n    vars(builtins).pop(n, None)"
    ),
    "builtins replaced": (
        "import builtins\nfor n in ('len', 'str', 'int', 'isinstance', 'Exception', 'sum', "
        "'sorted', 'open'): setattr(builtins, n, None)"
    ),
    "imports that raise": _RAISES + "if i == 2:\n    import builtins\n    builtins.__import__ = hook",
    "modules emptied": "if i == 3: sys.modules.clear()",
    "modules replaced": "sys.modules = {}",
    "modules that are no modules": (
        "for n in ('json', 'traceback', 'linecache', 'inspect', 'os', 'typing'): sys.modules[n] = None"
    ),
    "finders emptied": "sys.meta_path.clear(); sys.path_hooks.clear(); sys.path_importer_cache.clear()",
    "finders replaced": "sys.meta_path = sys.path_hooks = sys.path_importer_cache = sys.path = None",
    "finders deleted": "if i == 3: del sys.meta_path, sys.path_hooks, sys.path_importer_cache, sys.path",
    "a finder that raises": (
        "class Finder:\n    def find_spec(self, *a): raise RuntimeError('mine')\nsys.meta_path.insert(0, Finder())"
    ),
    "functions of os replaced": "for n in dir(os):\n    if callable(getattr(os, n)): setattr(os, n, None)",
    "functions of sys replaced": (
        "sys.exc_info = sys.excepthook = sys.unraisablehook = sys.displayhook = sys.settrace = "
        "sys.getrecursionlimit = None"
    ),
    "functions of sys deleted": "if i == 3: del sys.exc_info, sys.excepthook, sys.gettrace, sys.setprofile, sys.intern",
    "the collector's functions replaced": "import gc\ngc.collect = gc.isenabled = gc.get_objects = None",
    "callbacks of the collector that raise": _RAISES + "import gc\ngc.callbacks.append(hook)",
    "garbage that is kept": "import gc\ngc.freeze(); gc.set_debug(gc.DEBUG_SAVEALL)",
    "few calls": "sys.setrecursionlimit(len(__import__('inspect').stack(0)) + 12)",
    "short numbers": "getattr(sys, 'set_int_max_str_digits', int)(640)",
    "short turns of threads": "sys.setswitchinterval(1e-6)",
    "output without flush": "sys.stdout = sys.stderr = object()",
    "output whose flush raises": (
        "class Out:\n    def flush(self): raise SystemExit('mine')\n    write = flush\nsys.stdout = sys.stderr = Out()"
    ),
    "no output": "if i == 3: del sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__",
    "another locale": "import locale\nlocale.setlocale(locale.LC_ALL, 'C')",
    "no large files": "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))",
    "few files": "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))",
    "little address space": "import resource\nresource.setrlimit(resource.RLIMIT_AS, (2 ** 31, 2 ** 31))",
    "no core": "import resource\nresource.setrlimit(resource.RLIMIT_CORE, (0, 0))",
    "a mask for files": "os.umask(0o777)",
    "another root": "if i == 2 and not os.geteuid():\n    os.mkdir('root'); os.chroot('root')",
    "another user": "if i == 2 and not os.geteuid(): os.setgid(65534); os.setuid(65534)",
    "no environment": "os.environ.clear()",
    "functions of json and traceback replaced": (
        "import json, linecache, traceback\n"
        "json.dumps = json.loads = linecache.getline = traceback.extract_tb = traceback.format_exception = None"
    ),
    "an iterator whose type lies": "kept.append(type('int', (dict,), {'__class__': property(lambda s: int)})())",
}


@faults(MEASURED)
def changed_in_a_batch(place: Place, body: str) -> None:
    """All batches are measured, and the target is clean."""
    report = place.audit(place.target(body))

    assert report.failure is None, report.failure
    assert report.batches.count == 4


_BEFORE_AN_ERROR = (
    "builtins deleted",
    "imports that raise",
    "modules replaced",
    "modules that are no modules",
    "finders replaced",
    "functions of os replaced",
    "functions of sys replaced",
    "output whose flush raises",
    "no large files",
    "few files",
    "functions of json and traceback replaced",
)


@faults({name: MEASURED[name] for name in _BEFORE_AN_ERROR})
def raised_after_a_change(place: Place, body: str) -> None:
    """The error, its batch and its line are told by what is left."""
    report = place.audit(place.target("if i == 3: raise ValueError('at the end')\n" + body))

    assert report.failure is not None
    assert (report.failure.reason, report.failure.batch, report.failure.type) == ("raised", 3, "ValueError")
    assert report.failure.message == "at the end"
    assert report.failure.location is not None
    assert report.failure.location.line == 5
    assert report.batches.count == 2


@faults(
    {
        "a trace function that raises": _RAISES + "if i == 3: sys.settrace(hook)",
        "a profile function that raises": _RAISES + "if i == 3: sys.setprofile(hook)",
        "a trace function of our frames that raises": _RAISES
        + (
            "if i == 3:\n    f = sys._getframe(1)\n    while f: f.f_trace = hook; f = f.f_back\n    "
            "sys.settrace(lambda *a: None)"
        ),
        "a profile function that exits": "def hook(*a): sys.exit(0)\nif i == 3: sys.setprofile(hook)",
        "a monitor that raises": (
            _RAISES + "m = getattr(sys, 'monitoring', None)\n"
            "if i == 3 and m:\n"
            "    m.use_tool_id(3, 'mine')\n"
            "    for e in (m.events.PY_START, m.events.CALL, m.events.LINE): m.register_callback(3, e, hook)\n"
            "    m.set_events(3, m.events.PY_START | m.events.CALL | m.events.LINE)"
        ),
        "a monitor of calls that raises": (
            _RAISES + "m = getattr(sys, 'monitoring', None)\n"
            "if i == 3 and m:\n"
            "    m.use_tool_id(3, 'mine')\n"
            "    m.register_callback(3, m.events.PY_START, hook)\n"
            "    m.set_events(3, m.events.PY_START)"
        ),
        "an exit status": "if i == 3: os._exit(0)",
        "all frames cleared": (
            "if i == 3:\n    f = sys._getframe(1)\n    while f:\n        f.f_locals.clear(); f = f.f_back"
        ),
    }
)
def a_hook_of_its_own(place: Place, body: str) -> None:
    """The target is measured, or its own error told; what came before is kept."""
    report = place.audit(place.target(body))

    if report.failure is None:
        assert report.batches.count == 4
    else:
        assert report.failure.reason in {"raised", "exited"}
        assert report.failure.batch in {3, 4}
        assert report.batches.count >= 2


IMPORTED = {
    "an audit hook that raises on open": (
        "def hook(event, args):\n    if event == 'open': raise RuntimeError('mine')\nsys.addaudithook(hook)"
    ),
    "an audit hook that raises on import": (
        "def hook(event, args):\n    if event == 'import': raise RuntimeError('mine')\nsys.addaudithook(hook)"
    ),
    "an audit hook that raises on everything": _RAISES + "sys.addaudithook(hook)",
    "a trace function that raises": _RAISES + "sys.settrace(hook)",
    "builtins deleted": "import builtins\nfor n in ('len', 'isinstance', 'getattr', 'set'): delattr(builtins, n)",
    "builtins emptied": "import builtins\nvars(builtins).clear()",
    "builtins replaced": "import builtins\nbuiltins.len = builtins.isinstance = builtins.open = None",
    "imports that raise": _RAISES + "import builtins\nbuiltins.__import__ = hook",
    "modules emptied": "sys.modules.clear()",
    "modules replaced": "sys.modules = {}",
    "modules that are objects": (
        "for n in ('json', 'traceback', 'inspect', 'importlib', 'types'): sys.modules[n] = object()"
    ),
    "modules that are empty": (
        "import types\nfor n in ('json', 'traceback', 'inspect', 'dis', 'ast'): sys.modules[n] = types.ModuleType(n)"
    ),
    "finders emptied": (
        "sys.meta_path.clear(); sys.path_hooks.clear(); sys.path_importer_cache.clear(); sys.path.clear()"
    ),
    "finders replaced": "sys.meta_path = sys.path_hooks = sys.path_importer_cache = sys.path = None",
    "functions of os replaced": (
        "for n in ('stat', 'fspath', 'listdir', 'getcwd', 'open', 'lstat'): setattr(os, n, None)"
    ),
    "few calls": "sys.setrecursionlimit(40)",
    "few files": "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))",
}


@faults(IMPORTED)
def changed_by_its_import(place: Place, body: str) -> None:
    """It is measured, or what it has changed is told as its own."""
    place.write("data.py", f"import os, sys\ndef batches():\n    for i in range(100): yield b'x' * 100_000\n{body}\n")

    report = place.audit("data.py:batches")

    if report.failure is None:
        assert report.batches.count == 4
    else:
        assert report.failure.reason == "raised", report.failure
        assert report.failure.message is not None
        assert any(word in report.failure.message for word in ("mine", "changed", "open files", "NoneType")), report


_MARKS = """
if i == 3:
    for n in os.listdir('/proc/self/fd'):
        try: path = os.readlink('/proc/self/fd/' + n)
        except OSError: continue
        if 'marks' in path: found = path; number = int(n)
"""


@faults(
    {
        "cut off": "open(found, 'w').close()",
        "deleted": "os.remove(found)",
        "replaced by a folder": "os.remove(found); os.mkdir(found)",
        "closed and deleted": "os.close(number); os.open('/dev/null', os.O_RDWR)",
        "filled with nesting": "os.write(number, b'[' * 100_000 + b'\\n')",
        "filled with objects": "os.write(number, b'{\"a\":' * 100_000 + b'\\n')",
        "filled with one line": "for _ in range(300): os.write(number, b'x' * 1_000_000)\n    os.write(number, b'\\n')",
        "filled with lines": "for _ in range(10): os.write(number, b'\\n' * 1_000_000)",
        "filled with what is no text": "os.write(number, bytes(range(256)) * 1000 + b'\\n')",
        "a mark of other types": 'os.write(number, b\'{"mark":"batch","at_s":[],"last":"x"}\\n\')',
        "a mark that is none": 'os.write(number, b\'{"mark":"none","at_s":1}\\n\' * 10)',
        "a number out of range": (
            'os.write(number, b\'{"mark":"ask","at_s":1e999,"batch":\' + b\'9\' * 5000 + b\'}\\n\')'
        ),
        "set not to block": "os.set_blocking(number, False)",
    }
)
def marks(place: Place, body: str) -> None:
    """What was written before is there, and so is what comes after."""
    report = place.audit(place.target(_MARKS + f"    {body}"))

    assert report.failure is None, report.failure
    assert report.batches.count == 4
