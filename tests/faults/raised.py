"""What a target raises is always said, with the batch and the line."""

import signal

from tests.faults.matrix import Place, faults

_ODD = """
class Odd(Exception):
    __str__ = lambda self: 'odd'
    {}
"""
RAISED = {
    "an exception": ("raise ValueError('broken')", "ValueError", "broken"),
    "an exception without a message": ("raise ValueError", "ValueError", ""),
    "a lone surrogate": ("raise ValueError('a\\ud800z')", "ValueError", "a\\ud800z"),
    "a lone surrogate in an import": ("raise ImportError('no', name='\\udcff', path='\\udcff')", "ImportError", "no"),
    "a lone surrogate in a key": ("raise KeyError('\\udcff')", "KeyError", "udcff"),
    "a file name that is no text": ("open(b'no\\xff')", "FileNotFoundError", "No such file"),
    "control characters": ("raise ValueError('a\\0\\x1b[31m\\x7f\\u2028z')", "ValueError", "z"),
    "a class name of 1 MB": ("raise type('X' * 1_000_000, (Exception,), {})('long')", "XXXX", "long"),
    "a class without a name": ("raise type('', (Exception,), {})('nameless')", "", "nameless"),
    "a class name with a surrogate": (
        "e = type('X', (Exception,), {}); e.__qualname__ = 'X\\udcff'; raise e('x')",
        "X\\udcff",
        "x",
    ),
    "a message of 200 MB": ("raise ValueError('x' * 200_000_000)", "ValueError", "xxx"),
    "a message that raises": (
        _ODD.format("def __str__(self): raise RuntimeError") + "raise Odd",
        "Odd",
        "cannot be read",
    ),
    "a message that exits": (_ODD.format("def __str__(self): raise SystemExit(0)") + "raise Odd", "Odd", "SystemExit"),
    "a message that is interrupted": (
        _ODD.format("def __str__(self): raise KeyboardInterrupt") + "raise Odd",
        "Odd",
        "KeyboardInterrupt",
    ),
    "a message that is no text": (_ODD.format("def __str__(self): return 5") + "raise Odd", "Odd", "TypeError"),
    "a message without end": (
        _ODD.format("def __str__(self): return str(self)") + "raise Odd",
        "Odd",
        "RecursionError",
    ),
    "a message that is a subclass": (
        (
            "class Text(str):\n    def __getattribute__(self, n): raise RuntimeError\n    def "
            "__len__(self): raise SystemExit\n"
        )
        + _ODD.format("def __str__(self): return Text('odd')")
        + "raise Odd",
        "Odd",
        "odd",
    ),
    **{
        f"a property {name} that raises": (
            _ODD.format(f"{name} = property(lambda self: 1 / 0)") + "raise Odd('x')",
            "Odd",
            "odd",
        )
        for name in (
            *("filename", "errno", "args", "__cause__", "__context__", "__traceback__", "__notes__", "__class__"),
            *("__dict__", "__suppress_context__", "lineno", "name", "exceptions", "msg", "code", "exit_code", "slug"),
        )
    },
    "an attribute access that exits": (
        _ODD.format("def __getattribute__(self, name): raise SystemExit(0)") + "raise Odd",
        "Odd",
        "odd",
    ),
    "a comparison that raises": (_ODD.format("__eq__ = __hash__ = __bool__ = None") + "raise Odd", "Odd", "odd"),
    "a class that lies": (_ODD.format("__class__ = SystemExit") + "raise Odd", "Odd", "odd"),
    "a class that does not tell its name": (
        "class Meta(type):\n    __name__ = __module__ = __mro__ = __doc__ = property(lambda c: 1 / 0)\n"
        "class Odd(Exception, metaclass=Meta): pass\nraise Odd('odd')",
        "Odd",
        "odd",
    ),
    "a class of an odd module": (_ODD.format("__module__ = 5") + "raise Odd", "Odd", "odd"),
    "a system error": (
        "class Odd(OSError):\n    errno = filename = strerror = property(lambda self: 1 / 0)\nraise Odd(2, 'odd', 'x')",
        "Odd",
        "odd",
    ),
    "an error of syntax": ("compile('a b', 'x.py', 'exec')", "SyntaxError", "invalid syntax"),
    "an error of syntax with odd fields": (
        "e = SyntaxError('odd', (b'x', '5', [], {}))\ne.lineno = 'x'; e.filename = b'x'; e.text = 5; raise e",
        "SyntaxError",
        "odd",
    ),
    "an error of syntax in no file": ("raise SyntaxError('odd', ('a\\0b', -5, -1, 'x'))", "SyntaxError", "odd"),
    "an error of decoding": ("b'\\xff'.decode('utf-8')", "UnicodeDecodeError", "codec"),
    "a key that cannot be printed": (
        "class Key:\n    def __repr__(self): raise RuntimeError\nraise KeyError(Key())",
        "KeyError",
        "cannot be read",
    ),
    "a cause": ("try: 1 / 0\nexcept Exception as e: raise ValueError('then') from e", "ValueError", "then"),
    "itself as its cause": ("e = ValueError('me'); e.__cause__ = e; e.__context__ = e; raise e", "ValueError", "me"),
    "a circle of causes": (
        "a, b = ValueError('a'), ValueError('b'); a.__cause__ = b; b.__cause__ = a; raise a",
        "ValueError",
        "a",
    ),
    "a chain of 10,000": (
        "last = None\nfor n in range(10_000): e = ValueError(n); e.__cause__ = last; last = e\nraise last",
        "ValueError",
        "9999",
    ),
    "a deep recursion": ("def f(): f()\nf()", "RecursionError", "recursion"),
    "a stack of 100,000 calls": (
        "def f(n):\n    if n: return f(n - 1)\n    raise ValueError('deep')\n"
        "sys.setrecursionlimit(200_000); threading.stack_size(1 << 29)\n"
        "def g():\n    try: f(50_000)\n    except ValueError as e: kept.append(e)\n"
        "t = threading.Thread(target=g); t.start(); t.join(); raise kept[-1]",
        "ValueError",
        "deep",
    ),
    "a group": (
        "Group = getattr(__import__('builtins'), 'ExceptionGroup', None)\n"
        "raise (Group('odd', [ValueError('a'), Group('in', [KeyError('b')])]) if Group else ValueError('odd'))",
        "",
        "odd",
    ),
    "a group of groups without end": (
        "Group = getattr(__import__('builtins'), 'ExceptionGroup', None)\n"
        "e = ValueError('odd')\n"
        "for n in range(5000 if Group else 0): e = Group('odd', [e])\n"
        "raise e",
        "",
        "odd",
    ),
    "notes that are none": ("e = ValueError('noted'); e.__notes__ = 5; raise e", "ValueError", "noted"),
    "an exit": ("sys.exit('bye')", "SystemExit", "bye"),
    "an exit with 0": ("sys.exit(0)", "SystemExit", "0"),
    "an interrupt": ("raise KeyboardInterrupt", "KeyboardInterrupt", ""),
    "an exit of generators": ("raise GeneratorExit('odd')", "GeneratorExit", "odd"),
    "an end of iteration": ("next(iter([]))", "RuntimeError", "StopIteration"),
    "no memory": ("raise MemoryError", "MemoryError", ""),
    "too much memory": ("bytearray(1 << 60)", "MemoryError", ""),
    "a warning that is an error": (
        "import warnings; warnings.simplefilter('error'); warnings.warn('odd')",
        "UserWarning",
        "odd",
    ),
    "what is no exception": ("raise 5", "TypeError", "exceptions must derive"),
    "a base exception": ("class Odd(BaseException): pass\nraise Odd('odd')", "Odd", "odd"),
    "a traceback that is cut": ("raise ValueError('cut').with_traceback(None)", "ValueError", "cut"),
    "an error of a refusal": ("e = ValueError('odd'); e.slug = 'x'; e.exit_code = 70; raise e", "ValueError", "odd"),
}


@faults(RAISED)
def raised_in_batch_3(place: Place, case: tuple[str, str, str]) -> None:
    """The type, the message, the batch, the line, and the two batches before are kept."""
    statement, kind, message = case
    lines = statement.strip().replace("\n", "\n    ")
    report = place.audit(place.target(f"if i == 3:\n    {lines}"))

    assert report.failure is not None
    assert (report.failure.reason, report.failure.batch) == ("raised", 3)
    assert kind in (report.failure.type or ""), report.failure.type
    assert message in (report.failure.message or ""), report.failure.message
    assert len(report.failure.type or "") + len(report.failure.message or "") < 10_000
    assert report.failure.location is not None
    assert report.failure.location.path == "data.py"
    assert report.batches.count == 2


_CLASS = """
import os, sys, threading, atexit, signal
class Data:
    n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        return bytearray(100_000)
    {}
"""
_GENERATOR = """
import os, sys, threading, atexit, signal
def Data():
    try:
        while True: yield bytearray(100_000)
    finally:
        {}
"""


@faults(
    {
        "exits by the system": (_GENERATOR.format("os._exit(0)"), "exited", "exit code 0 when it was closed"),
        "exits by the system with 7": (_GENERATOR.format("os._exit(7)"), "exited", "exit code 7 when it was closed"),
        "exits": (_GENERATOR.format("sys.exit(0)"), "raised", "raised SystemExit when it was closed"),
        "raises": (
            _GENERATOR.format("raise ValueError('late')"),
            "raised",
            "raised ValueError when it was closed: late",
        ),
        "goes on": (_GENERATOR.format("yield 5"), "raised", "when it was closed"),
        "is killed": (
            _GENERATOR.format("os.kill(os.getpid(), signal.SIGQUIT)"),
            "crashed",
            "SIGQUIT when it was closed",
        ),
        "is deleted and exits": (
            _CLASS.format("def __del__(self): os._exit(0)"),
            "exited",
            "exit code 0 when it was closed",
        ),
        "exits with an epoch": (
            "import os\nclass Data:\n    def __iter__(self):\n        try:\n"
            "            while True: yield bytearray(100_000)\n"
            "        finally: os._exit(0)\n",
            "exited",
            "exit code 0",
        ),
    }
)
def closed(place: Place, case: tuple[str, str, str]) -> None:
    """What goes wrong when the target is closed is said, and all batches are kept."""
    text, reason, words = case
    place.write("data.py", text)

    report = place.audit("data.py:Data")

    assert report.failure is not None
    assert report.failure.reason == reason
    assert words in report.summary.headline, report.summary.headline
    assert report.exit_code == 3
    assert report.batches.count == 4


@faults(
    {
        "raises when it is deleted": _CLASS.format("def __del__(self): raise ValueError('late')"),
        "raises at exit": _CLASS.format("atexit.register(lambda: 1 / 0)"),
        "raises in a thread": _CLASS.format("threading.Thread(target=lambda: 1 / 0).start()"),
    }
)
def raised_where_nobody_hears(place: Place, text: str) -> None:
    """Python itself goes on there, and so the target is measured."""
    place.write("data.py", text)

    report = place.audit("data.py:Data")

    assert report.failure is None
    assert report.batches.count == 4


_SIGNALS = """
SIGQUIT SIGABRT SIGSEGV SIGILL SIGTRAP SIGBUS SIGSYS SIGHUP SIGUSR1 SIGALRM SIGPIPE SIGVTALRM SIGKILL SIGTERM
""".split()  # noqa: SIM905


@faults(_SIGNALS)
def ended_by_a_signal(place: Place, name: str) -> None:
    """It is named, and the batches before are kept."""
    heard = "signal.signal(signal.SIGPIPE, signal.SIG_DFL)"
    target = place.target(f"{heard}\nif i == 3: os.kill(os.getpid(), signal.{name}); time.sleep(2)")

    report = place.audit(target)

    assert report.failure is not None
    assert (report.failure.signal, report.failure.batch) == (name, 3)
    assert report.batches.count == 2


@faults({"in a batch": "if i == 3: os._exit(0)", "in a batch, with 9": "if i == 3: os._exit(9)"})
def ended_by_itself(place: Place, body: str) -> None:
    """It is said, and the batches before are kept."""
    report = place.audit(place.target(body))

    assert report.failure is not None
    assert (report.failure.reason, report.failure.batch) == ("exited", 3)
    assert report.batches.count == 2


@faults({"SIGQUIT": ("SIGQUIT", "crashed"), "SIGINT": ("SIGINT", "raised")})
def heard_in_the_background(place: Place, case: tuple[str, str]) -> None:
    """A shell has its background jobs ignore some signals; what the target sends itself is for the target."""
    name, reason = case
    number = signal.Signals[name]
    before = signal.signal(number, signal.SIG_IGN)
    try:
        report = place.audit(place.target(f"if i == 3: os.kill(os.getpid(), signal.{name}); time.sleep(2)"))
    finally:
        signal.signal(number, before)

    assert report.failure is not None
    assert (report.failure.reason, report.failure.batch) == (reason, 3)
