"""The line of a path: where its name is bound or added to, in the scope that the path says."""

import textwrap

import pytest

from genaudit.evidence.project import Project
from genaudit.evidence.retention.lines import lines_of_names, places_of
from genaudit.evidence.retention.tree import Tree
from tests import build
from tests.evidence.retention.made import Step, generator, images, walk

PATH = "/project/data.py"
HERE = "# here"


def lines(source: str, root: Step, *, grows: bool = False, **others: str) -> tuple[list[int], list[int]]:
    """The lines that are named for the largest path, and those that are marked as right.

    Args:
        others: Texts of other files, by their names.
    """
    text = textwrap.dedent(source)
    texts = {PATH: text, **{f"/project/{name}.py": textwrap.dedent(other) for name, other in others.items()}}
    recording = build.recording(build.trial(16, lambda batch, epoch: 0.0))
    holding = Tree(walk(root)).holdings()[0]
    found = places_of(holding, Project(recording), texts, grows=grows)
    marked = [number for each in texts.values() for number, line in enumerate(each.split("\n"), 1) if HERE in line]
    return [place.line for place in found], marked


def held(*, name: str = "images", line: int = 4, function: str = "generate", kind: str = "variable") -> Step:
    """A generator whose variable has a list of arrays."""
    return generator(images(9000, 10, name=name, kind=kind), n_bytes=9100, line=line, name=function)


LOCALS = {
    "a comprehension": """
        def generate(paths):
            images = [load(path) for path in paths]  # here
            yield images
        """,
    "an annotated assignment": """
        def generate(paths):
            images: list = [load(path) for path in paths]  # here
            yield images
        """,
    "a walrus": """
        def generate(paths):
            if (images := read(paths)):  # here
                yield images
        """,
    "append in a loop": """
        def generate(paths):
            images = []
            for path in paths:
                images.append(load(path))  # here
            yield images
        """,
    "an entry under a name of its own": """
        def generate(paths):
            images = collections.defaultdict(list)
            for path in paths:
                known = images[path[0]]
                known.append(load(path))  # here
            yield images
        """,
    "an entry that may be missing": """
        def generate(paths):
            images = {}
            for path in paths:
                known = images.get(path[0])
                known += [load(path)]  # here
            yield images
        """,
    "a subscript of what was made empty": """
        def generate(paths):
            images = np.empty((len(paths), 64))
            for k, path in enumerate(paths):
                images[k] = load(path)  # here
            yield images
        """,
    "extend": """
        def generate(paths):
            images = deque(maxlen=10**6)
            images.extend(load(path) for path in paths)  # here
            yield images
        """,
    "an augmented assignment": """
        def generate(paths):
            images = []
            for path in paths:
                images += [load(path)]  # here
            yield images
        """,
    "concatenation in a loop": """
        def generate(paths):
            images = np.empty((0, 64))
            for path in paths:
                images = np.append(images, load(path), axis=0)  # here
            yield images
        """,
    "of several targets": """
        def generate(paths):
            images, labels = zip(*read(paths))  # here
            yield images
        """,
    "the name of another": """
        def generate(paths):
            everything = []
            for path in paths:
                everything.append(load(path))  # here
            images = everything
            yield images
        """,
    "with": """
        def generate(paths):
            with reading(paths) as images:  # here
                yield images
        """,
    "setdefault": """
        def generate(paths):
            images = {}
            for path in paths:
                images.setdefault(path[0], []).append(load(path))  # here
            yield images
        """,
    "what is shuffled later was loaded before": """
        def generate(paths):
            images = np.stack([load(path) for path in paths])  # here
            images = images[np.random.permutation(len(images))]
            yield images
        """,
    "a table that is made of names may get its data as a column": """
        def generate(paths):
            images = DataFrame({"path": paths})  # here
            images["image"] = images["path"].apply(load)  # here
            images = images.sample(frac=1)
            yield images
        """,
    "another function has the same name": """
        def other(images):
            images.append(1)
            yield
        def generate(paths):
            images = read(paths)  # here
            yield images
        """,
    "an inner function has a variable of the same name": """
        def generate(paths):
            def inner(images):
                images.append(1)
            images = read(paths)  # here
            yield inner(images)
        """,
    "handed to a thread that fills it": """
        def produce(paths, out):
            for path in paths:
                out.put(load(path))  # here
            out.put(None)
        def generate(paths):
            images = queue.Queue()
            Thread(target=produce, args=(paths, images)).start()
            yield images.get()
        """,
    "handed to a helper that fills it": """
        def fill(table, paths):
            table.update((path, load(path)) for path in paths)  # here
        def generate(paths):
            images = {}
            fill(images, paths)
            yield images
        """,
    "a plain call of a helper": """
        def load_all(paths):
            return [load(path) for path in paths]
        def generate(paths):
            images = load_all(paths)  # here
            yield images
        """,
}


@pytest.mark.parametrize("source", LOCALS.values(), ids=LOCALS)
def test_a_local_variable(source: str) -> None:
    """It is filled in its own function, wherever else the name is used."""
    last = len(textwrap.dedent(source).split("\n")) - 2
    found, marked = lines(source, held(line=last))

    assert found == marked


def test_what_the_users_own_function_makes_comes_first() -> None:
    """Where nothing was traced, a column of decoded pictures is more likely the data than the table of their names."""
    source = """
        def decode(path):
            return read(path)
        def generate(paths):
            images = DataFrame({"path": paths})
            images["label"] = images["path"].str[0]
            images["image"] = images["path"].map(decode)
            yield images
        """

    found, _ = lines(source, held(line=8))

    assert found == [7, 5, 6]


def test_what_the_scope_does_not_bind_is_looked_for_around_it() -> None:
    """A variable of the function around the generator."""
    source = """
        def make(paths):
            images = [load(path) for path in paths]  # here
            def generate():
                yield images
            return generate()
        """
    found, marked = lines(source, held(line=5))

    assert found == marked


ADDED = {
    "append, and not where the list is made": """
        def generate(paths):
            images = [load(paths[0])]
            while True:
                images.append(load(paths))  # here
                yield images
        """,
    "a subscript": """
        def generate(paths):
            images = {}
            for path in paths:
                images[path] = load(path)  # here
                yield images
        """,
    "a call that may keep what it is given": """
        def generate(paths):
            images = tracker()
            while True:
                images.observe(load(paths))  # here
                yield images
        """,
    "what reads keeps nothing": """
        def generate(paths):
            images = tracker()
            while True:
                images.observe(load(paths))  # here
                images.get(paths)
                yield images
        """,
}


@pytest.mark.parametrize("source", ADDED.values(), ids=ADDED)
def test_what_grows_is_blamed_where_it_is_added_to(source: str) -> None:
    """A line that runs once gains nothing."""
    found, marked = lines(source, held(line=6), grows=True)

    assert found == marked


def attribute(name: str, *, of: str, kind: str = "source", **fields: str) -> Step:
    """An object whose attribute has a list of arrays."""
    return Step(kind, "Loader", of, 9100, images(9000, 10, name=name, kind="attribute"), **fields)


ATTRIBUTES = {
    "in the constructor": """
        class Loader:
            def __init__(self, paths):
                self.images = [load(path) for path in paths]  # here
        """,
    "in another method": """
        class Loader:
            def __init__(self, paths):
                self.images = None
            def warm(self):
                self.images = read(self.paths)  # here
        """,
    "by append": """
        class Loader:
            def __init__(self, paths):
                self.images = []
                for path in paths:
                    self.images.append(load(path))  # here
        """,
    "by a local variable": """
        class Loader:
            def __init__(self, paths):
                images = []
                for path in paths:
                    images.append(load(path))  # here
                self.images = images
        """,
    "in a class that it is derived from": """
        class Base:
            def __init__(self, paths):
                self.images = read(paths)  # here
        class Loader(Base):
            pass
        """,
    "of the class itself": """
        class Loader:
            images = [load(path) for path in PATHS]  # here
        """,
    "a property that is computed once": """
        class Loader:
            @cached_property
            def images(self):
                return [load(path) for path in self.paths]  # here
        """,
    "not that of another class": """
        class Other:
            def __init__(self):
                self.images = read()
        class Loader:
            def __init__(self, paths):
                self.images = read(paths)  # here
        """,
    "set from outside": """
        class Loader:
            pass
        def make(paths):
            loader = Loader()
            loader.images = read(paths)  # here
            return loader
        """,
}


@pytest.mark.parametrize("source", ATTRIBUTES.values(), ids=ATTRIBUTES)
def test_an_attribute(source: str) -> None:
    """It is filled in its class, those it is derived from, and those derived from it."""
    found, marked = lines(source, attribute("images", of="data.Loader"))

    assert found == marked


def test_an_attribute_of_a_library_s_class() -> None:
    """By the name that the object has: others may have an attribute that is called the same."""
    source = """
        def generate(paths):
            other = Namespace()
            other.images = 1
            box = Namespace()
            box.images = read(paths)  # here
            yield box
        """
    box = Step("variable", "box", "SimpleNamespace", 9050, images(9000, 10, kind="attribute"))
    found, marked = lines(source, generator(box, n_bytes=9100, line=7))

    assert found == marked


def module(*below: Step, path: str = PATH) -> Step:
    """A module of the user's."""
    return Step("module", "data", "module", 9100, *below, path=path, line=1, function="<module>")


GLOBALS = {
    "where it is made": """
        IMAGES = [load(path) for path in PATHS]  # here
        def generate():
            yield IMAGES
        """,
    "where a function fills it": """
        IMAGES = []
        def generate(paths):
            IMAGES.extend(load(path) for path in paths)  # here
            yield IMAGES
        def other(IMAGES):
            IMAGES.append(1)
        """,
    "where a function binds it": """
        IMAGES = None
        def generate(paths):
            global IMAGES
            IMAGES = read(paths)  # here
            yield IMAGES
        """,
}


@pytest.mark.parametrize("source", GLOBALS.values(), ids=GLOBALS)
def test_a_global(source: str) -> None:
    """In the functions of its module that have no variable of that name."""
    found, marked = lines(source, module(images(9000, 10, name="IMAGES")))

    assert found == marked


def test_a_global_that_another_module_fills() -> None:
    """By its name there."""
    found, marked = lines(
        "import store\ndef generate(paths):\n    store.IMAGES.append(load(paths))  # here\n    yield\n",
        module(images(9000, 10, name="IMAGES"), path="/project/store.py"),
        grows=True,
        store="IMAGES = []\n",
    )

    assert found == marked


CACHES = {
    "a decorator": """
        @functools.lru_cache(maxsize=None)  # here
        def read(path):
            return load(path)
        """,
    "a call": """
        def slow(path):
            return load(path)
        read = functools.cache(slow)  # here
        """,
}


@pytest.mark.parametrize("source", CACHES.values(), ids=CACHES)
@pytest.mark.parametrize("grows", [True, False])
def test_a_cache(source: str, grows: bool) -> None:
    """The line that makes it one."""
    found, marked = lines(source, module(images(9000, 10, name="read", of="_lru_cache_wrapper")), grows=grows)

    assert found == marked


def function(kind: str, name: str, line: int, *, called: str = "generate") -> Step:
    """A function that keeps a list in a default or in a variable around it."""
    kept = images(9000, 10, name=name, kind=kind)
    return module(Step("variable", called, "function", 9050, kept, path=PATH, line=line, function=called))


def test_a_default_argument() -> None:
    """Where it is added to, or where it stands."""
    added, marked = lines(
        "\ndef generate(paths, seen=[]):\n    seen.append(paths)  # here\n    yield\n",
        function("default", "seen", 2),
        grows=True,
    )
    stands, at = lines("\ndef generate(paths, seen=read()):  # here\n    yield seen\n", function("default", "seen", 2))

    assert (added, stands) == (marked, at)


def test_a_variable_of_a_closure() -> None:
    """In the function around it, or in itself."""
    source = """
        def make(paths):
            kept = []
            def read(path):
                kept.append(load(path))  # here
                return kept[-1]
            return read
        """
    found, marked = lines(source, function("cell", "kept", 4, called="read"), grows=True)

    assert found == marked


def nameless(kind: str, *, line: int) -> Step:
    """What a generator has without a name."""
    return generator(images(9000, 10, name="", kind="referent", of=kind), n_bytes=9100, line=line)


def test_what_a_loop_runs_over() -> None:
    """The loop that the generator stands in, and none that counts."""
    source = """
        def generate(paths):
            for path in ordered(paths):
                note(path)
            for image in sorted(decoded(paths)):  # here
                for k in range(3):
                    yield image
        """
    found, marked = lines(source, nameless("list_iterator", line=7))

    assert found == marked


def test_what_is_made_in_place() -> None:
    """By the call of its class."""
    source = """
        def generate(paths):
            for image in other(paths):
                pass
            for image in itertools.cycle(decoded(paths)):  # here
                yield image
        """
    found, marked = lines(source, nameless("itertools.cycle", line=6))

    assert found == marked


def test_attributes_of_libraries_lead_to_the_name_that_the_user_gave() -> None:
    """The queue of a ``Queue`` is none of the user's names."""
    source = """
        def generate(paths):
            waiting = queue.Queue()
            for path in paths:
                waiting.put(load(path))  # here
            yield waiting.get()
        """
    inner = images(9000, 10, name="queue", kind="attribute", of="deque")
    found, marked = lines(source, generator(Step("variable", "waiting", "Queue", 9050, inner), n_bytes=9100, line=6))

    assert found == marked


def test_what_a_decorator_makes_is_blamed_on_the_decorator() -> None:
    """A function of TensorFlow's that is traced anew for every number, and keeps each of its graphs."""
    graphs = images(9000, 10, kind="attribute", name="_function_cache")
    held_by = Step("variable", "augment", "Function", 9050, graphs)
    module = Step("module", "data", "module", 9100, held_by, path=PATH, line=1)

    found, marked = lines(
        """
        import tensorflow as tf

        @tf.function(jit_compile=False)  # here
        def augment(images, step):
            return images / (step + 1)

        def generate(paths):
            for step, path in enumerate(paths):
                yield augment(load(path), step)
        """,
        module,
        grows=True,
    )

    assert found == marked


def test_several_lines_that_add_are_all_named() -> None:
    """Those that add a constant are not: that is not what takes memory."""
    source = """
        def generate(paths):
            images = []
            images.append(None)
            for path in paths:
                images.append(load(path))  # here
                images.append(flipped(path))  # here
            yield images
        """
    found, marked = lines(source, held(line=8))

    assert found == marked


def test_entries_that_gain_something_are_blamed_where_they_do() -> None:
    """A list that the constructor fills has as many entries as before; each of them keeps more than it did."""
    source = """
        class Volume:
            def __init__(self, path):
                self.pixels = None
            def get(self):
                values = load(self.path)
                self.pixels = values  # here
                return values
        class Patients:
            def __init__(self, paths):
                self.volumes = [Volume(path) for path in paths]
        """
    pixels = Step("attribute", "pixels", "ndarray", 9000, count=64)
    volumes = Step("entry", "", "data.Volume", 9050, pixels, count=72)
    held = Step("attribute", "volumes", "list", 9100, volumes, entries=72)
    found, marked = lines(source, Step("source", "Patients", "data.Patients", 9200, held), grows=True)

    assert found == marked


def test_a_registry_of_a_library_is_blamed_where_something_is_put_there() -> None:
    """The class of the library by its name, as the path has it."""
    source = """
        def build(path):
            buffer = load(path)
            weakref.finalize(ANCHOR, release, buffer)  # here
        """
    registry = images(9000, 16, name="_registry", kind="attribute", of="dict")
    held = Step("module", "weakref", "module", 9100, Step("class", "finalize", "type", 9050, registry))
    found, marked = lines(source, held, grows=True)

    assert found == marked


GIVEN = {
    "a list that the caller fills": """
        class Loader:
            def __init__(self, images):
                self.images = images
        def make(paths):
            samples = []
            for path in paths:
                samples.append(load(path))  # here
            return Loader(samples)
        """,
    "what the caller has no name for": """
        class Loader:
            def __init__(self, size, images):
                self.images = images
        def make(paths):
            return Loader(8, images=[load(path) for path in paths])  # here
        """,
    "what a class method collects": """
        class Loader:
            def __init__(self, images):
                self.images = images
            @classmethod
            def read(cls, paths):
                columns = {"pixels": [], "label": []}
                for path in paths:
                    columns["pixels"].append(load(path))  # here
                return cls(columns)
        """,
    "what a derived class gives to its base": """
        class Base:
            def __init__(self, images):
                self.images = images
        class Loader(Base):
            def __init__(self, paths):
                super().__init__([load(path) for path in paths])  # here
        """,
    "through two constructors": """
        class Store:
            def __init__(self, images):
                self.images = images
        class Loader(Store):
            def __init__(self, pictures):
                super().__init__(pictures)
        def make(paths):
            pictures = [load(path) for path in paths]  # here
            return Loader(pictures)
        """,
    "a field of a data class": """
        @dataclass
        class Loader:
            size: int
            images: list
        def make(paths):
            everything = read(paths)  # here
            return Loader(8, everything)
        """,
    "a field that begins empty": """
        @dataclass
        class Loader:
            images: list = field(default_factory=list)
            def fill(self, paths):
                self.images.extend(map(load, paths))  # here
        """,
    "a partial object": """
        class Loader:
            def __init__(self, images, size):
                self.images = images
        def make(paths):
            images = read(paths)  # here
            return functools.partial(Loader, images)
        """,
    "an attribute of another object": """
        class Loader:
            def __init__(self, images):
                self.images = images
        class Module:
            def setup(self, paths):
                self.pool = [load(path) for path in paths]  # here
            def make(self):
                return Loader(self.pool)
        """,
    "of several callers nobody knows which": """
        class Loader:
            def __init__(self, images):
                self.images = images  # here
        def train(paths):
            return Loader(read(paths))
        def test(paths):
            return Loader(read(paths))
        """,
    "a script that uses the module": """
        class Loader:
            def __init__(self, images):
                self.images = images  # here
        if __name__ == "__main__":
            Loader(read(sys.argv))
        """,
    "unpacked arguments": """
        class Loader:
            def __init__(self, images):
                self.images = images  # here
        def make(paths):
            return Loader(*read(paths))
        """,
    "nothing yet": """
        class Loader:
            def __init__(self, images):
                self.images = images  # here
        def make(paths):
            return Loader([])
        """,
}


@pytest.mark.parametrize("source", GIVEN.values(), ids=GIVEN)
def test_what_a_constructor_is_given_is_filled_by_who_calls_it(source: str) -> None:
    """An object that a function of the user's has made: the function chose what is loaded."""
    root = Step("source", "make", "data.Loader", 9100, images(9000, 10, kind="attribute"))
    found, marked = lines(source, root)

    assert found == marked


def test_what_genaudit_gives_comes_from_no_call() -> None:
    """The class itself is driven: who else calls it has nothing to do with it."""
    source = """
        class Loader:
            def __init__(self, images):
                self.images = images  # here
        def data(n):
            return Loader(read(n))
        """
    found, marked = lines(source, attribute("images", of="data.Loader"))

    assert found == marked


def test_what_a_generator_is_given() -> None:
    """Its parameter is a variable that it does not bind itself."""
    source = """
        def batches(images, size):
            for start in range(0, len(images), size):
                yield images[start : start + size]
        def make(paths):
            images = [load(path) for path in paths]  # here
            return batches(images, 8)
        """
    made = Step("variable", "stream", "generator", 9050, images(9000, 10), path=PATH, line=3, function="batches")
    found, marked = lines(source, Step("source", "make", "data.Stream", 9100, made))
    driven, _ = lines(source, held(line=3, function="batches"))

    assert found == marked
    assert driven == []


def test_what_is_no_file_of_the_user_s_has_no_line() -> None:
    """A generator of a library, and a function that is not there any more."""
    library = generator(images(9000, 10), n_bytes=9100, path="/usr/lib/python3/queue.py")

    assert lines("def generate():\n    images = read()\n", library) == ([], [])
    assert lines("def other():\n    images = read()\n", held()) == ([], [])
    assert lines("def generate(:\n", held()) == ([], [])


def test_lines_of_names_are_all_that_may_be_asked_for_later() -> None:
    """So that a recording keeps them, whatever their scope."""
    text = "images = []\nimages.append(1)\nother = 2\n\n@cache\ndef read(): pass\nself.images[3] = 4\n"

    assert lines_of_names(text, {"images", "read"}) == {1, 2, 6, 7}
    assert lines_of_names(text, set()) == set()
    assert lines_of_names("(", {"images"}) == set()


def test_an_object_s_own_attribute_is_none_of_another_class() -> None:
    """Where nothing is seen to fill it, the line that makes it is all there is."""
    source = """
        class Other:
            def __init__(self):
                self.images = []
                self.images.append(1)
        class Loader:
            def __init__(self, paths):
                self.images = []  # here
        """
    found, marked = lines(source, attribute("images", of="data.Loader"))

    assert found == marked


def test_what_no_name_leads_to_is_blamed_where_it_is_made() -> None:
    """Cycles that wait for the collector: names of their parts hold nothing; of a library's class nobody knows."""
    source = """
        class Sample:
            def __init__(self, pixels):
                self.pixels = pixels
                self.owner = self
        def generate(keys):
            yield Sample(load(keys))  # here
        """
    pixels = Step("attribute", "pixels", "ndarray", 9000, count=9)
    found, marked = lines(source, Step("referent", "", "data.Sample", 9100, pixels, count=9), grows=True)
    library, _ = lines(source, Step("referent", "", "Event", 9100, pixels, count=9), grows=True)

    assert found == marked
    assert library == []


def test_the_object_that_is_driven_is_blamed_where_it_is_made() -> None:
    """No name of the user's leads to what ``cycle`` keeps; of two such lines nobody knows which ran."""
    source = """
        def build(paths):
            loader = DataLoader(Images(paths))
            return itertools.cycle(loader)  # here
        """
    entries = Step("referent", "", "list", 9000, Step("entry", "", "Tensor", 8900, count=9), entries=9)
    root = Step("source", "build", "cycle", 9100, entries)
    found, marked = lines(source, root)
    twice, _ = lines(source + "        other = cycle([1, 2])\n", root)

    assert found == marked
    assert twice == []


@pytest.mark.parametrize(
    "handing",
    ["Dataset.from_generator(images, SPEC)", "register(callback=images)", "register(lambda: images(table))"],
)
def test_a_function_that_a_library_keeps_is_blamed_where_it_was_handed_on(handing: str) -> None:
    """With all that it uses: the names in it lead nowhere else. What the user's own function is given, that has."""
    source = f"""
        def show(function):
            return function()
        def build(paths):
            table = load()
            def images():
                yield table
            show(images)
            return {handing}  # here
        """
    is_lambda = "lambda" in handing
    table = Step("cell", "table", "ndarray", 9000, count=3)
    name, line = ("<lambda>", 9) if is_lambda else ("images", 6)
    root = Step("function", name, "function", 9100, table, count=3, path=PATH, line=line, function=name)
    found, marked = lines(source, root, grows=True)

    assert found == marked


def test_of_a_pipeline_the_call_of_that_very_name_is_meant() -> None:
    """``cache``, and not the decorator ``lru_cache`` above it; without one, what has it in its name."""
    source = """
        @lru_cache(maxsize=8)
        def decode(path): ...
        def build(paths):
            data = Dataset.from_tensor_slices(paths).map(decode)
            data = data.cache()  # here
            return data.batch(8)
        """
    root = Step("source", "build", "_BatchDataset", 9100, Step("attribute", "_input_dataset", "CacheDataset", 9000))
    found, marked = lines(source, root)
    assert found == marked


def test_an_object_whose_method_a_library_keeps_is_blamed_where_it_registers_it() -> None:
    """Where it grows: the library's table has no name. What only uses a method keeps nothing."""
    source = """
        class Records:
            def __init__(self, path):
                self.rows = list(map(self.parse, path))
                atexit.register(self.close)  # here
            def close(self): ...
            def parse(self, row): ...
        def build(path):
            return Records(path)
        """
    root = Step("referent", "", "data.Records", 9100, Step("attribute", "rows", "ndarray", 9000, count=9), count=9)
    found, marked = lines(source, root, grows=True)

    assert found == marked
    assert lines(source.replace("atexit.register", "print"), root, grows=True)[0] == [9]


CALLBACKS = {
    "a bound method": (
        "method",
        "close",
        """
        class Records:
            def __init__(self, path):
                self.work = np.zeros(8)
                atexit.register(self.close)  # here
            def close(self):
                print(self.close)
        """,
    ),
    "a nameless function": (
        "function",
        "<lambda>",
        """
        def build(path):
            work = load(path)
            atexit.register(  # here
                lambda: work.clear())
            return sorted(path, key=lambda part: part)
        """,
    ),
    "a decorated function": (
        "function",
        "close",
        """
        def build(path):
            work = load(path)
            @atexit.register  # here
            def close():
                work.clear()
        """,
    ),
    "made of one": (
        "partial",
        "",
        """
        def build(path):
            work = load(path)
            atexit.register(functools.partial(save, work))  # here
        """,
    ),
    "its arguments": (
        "tuple",
        "",
        """
        def build(path):
            work = load(path)
            atexit.register(save, work)  # here
            atexit.register(farewell)
        """,
    ),
}


@pytest.mark.parametrize(("kind", "name", "source"), CALLBACKS.values(), ids=CALLBACKS)
def test_what_c_code_is_to_call_is_blamed_where_it_was_handed_over(kind: str, name: str, source: str) -> None:
    """No reference leads to the callbacks of ``atexit``: the function is where the path begins."""
    below = Step("cell" if kind == "function" else "attribute", "work", "ndarray", 9000, count=9)
    at = next((number for number, line in enumerate(source.split("\n"), 1) if "lambda: work" in line), 3)
    root = Step("function" if kind == "function" else "referent", name, kind, 9100, below, count=9, path=PATH, line=at)
    found, marked = lines(source, root, grows=True)

    assert set(found) <= set(marked)
    assert found


def test_objects_of_a_library_are_blamed_where_the_user_makes_them() -> None:
    """No name on the path is the user's: the innermost object that a call of the user's has made."""
    source = """
        images = rand(800)
        labels = torch.tensor(table.pop("label"))
        train = TensorDataset(images)  # here
        loader = DataLoader(train)
        """
    parts = images(9000, 2, name="tensors", kind="attribute", of="tuple")
    held = Step("source", "loader", "DataLoader", 9100, Step("attribute", "dataset", "TensorDataset", 9100, parts))
    found, marked = lines(source, held)

    assert found == marked


@pytest.mark.parametrize("loads", ["((x - x.mean()) / x.std()).compute()", "x.load()", "x.collect()"])
def test_what_is_lazy_is_loaded_where_it_is_made_real(loads: str) -> None:
    """Not where its plan was written; what takes a part of it later loads nothing."""
    source = f"""
        def generate(paths):
            x = da.stack([lazy(path) for path in paths])
            x = {loads}  # here
            x = x[:400]
            yield from x
        """
    found, marked = lines(source, held(name="x"))

    assert found[:1] == marked


def test_a_table_that_is_shown_otherwise_is_blamed_where_it_was_made() -> None:
    """In memory, and not in the file that the one before it was in; the loader is given the same in another format."""
    source = """
        def setup(path):
            corpus = load_from_disk(path)
            corpus = corpus.map(features, remove_columns=["audio"], keep_in_memory=True)  # here
            loader = DataLoader(corpus.with_format("torch").select(range(80)), batch_size=8)
        """
    table = images(9000, 2, name="table", kind="attribute", of="Table")
    held = Step("source", "loader", "DataLoader", 9100, Step("attribute", "dataset", "Dataset", 9100, table))
    found, marked = lines(source, held)

    assert found[:1] == marked


@pytest.mark.parametrize("made", ["torch.stack([load(path) for path in paths])", "[row for row in table]"])
def test_what_was_made_item_by_item_and_then_given_is_blamed_where_it_was_made(made: str) -> None:
    """That line loads, and not the call of the library's object one line below."""
    source = f"""
        def setup(paths, table):
            examples = {made}  # here
            train = TensorDataset(examples, zeros(8))
            loader = DataLoader(train)
        """
    parts = images(9000, 2, name="tensors", kind="attribute", of="tuple")
    held = Step("source", "loader", "DataLoader", 9100, Step("attribute", "dataset", "TensorDataset", 9100, parts))
    found, marked = lines(source, held)

    assert found == marked


def test_what_a_function_of_the_users_gave_is_blamed_where_it_was_called() -> None:
    """That function loads; a function of a library's is told by the object that it was made for."""
    source = """
        def load(folder):
            return torch.stack([read(path) for path in folder]), labels(folder)
        def main(folder):
            x, y = load(folder)  # here
            loader = DataLoader(TensorDataset(x, y), batch_size=8)
        """
    parts = images(9000, 2, name="tensors", kind="attribute", of="tuple")
    held = Step("source", "loader", "DataLoader", 9100, Step("attribute", "dataset", "TensorDataset", 9100, parts))

    found, marked = lines(source, held)
    assert found == marked

    of_library = source.replace("x, y = load(folder)  # here", "x, y = torch.load(folder), 1").replace(
        "batch_size=8)", "batch_size=8)  # here"
    )
    found, marked = lines(of_library.replace("def load", "def read"), held)
    assert found == marked


@pytest.mark.parametrize("table", ["_buffers", "_parameters", "_modules"])
def test_an_attribute_of_a_module_of_torch_is_bound_where_code_says_so(table: str) -> None:
    """The module has it in a table of its own, which no code names."""
    source = """
        class Normaliser(nn.Module):
            def __init__(self):
                self.register_buffer("mean", zeros(4))
            def forward(self, x):
                self.mean = 0.9 * self.mean + x.mean()  # here
                return x - self.mean
        def generate(paths):
            layer = Normaliser()
            yield from map(layer, paths)
        """
    mean = Step("entry", "mean", "Tensor", 9000, entries=9)
    layer = Step("variable", "layer", "data.Normaliser", 9100, Step("attribute", table, "dict", 9050, mean, entries=1))
    found, marked = lines(source, generator(layer, n_bytes=9200, path=PATH, line=8), grows=True)

    assert found[:1] == marked


def test_a_variable_of_the_name_that_a_library_has_it_by_is_blamed_itself() -> None:
    """What fills it is no call of the library's object."""
    source = """
        def main(path):
            dataset = None
            dataset = load_from_disk(path, keep_in_memory=True)  # here
            loader = DataLoader(dataset, batch_size=16)
            dataset = other()
        """
    table = Step("attribute", "dataset", "Dataset", 9100, images(9000, 2, name="_data", kind="attribute", of="Table"))
    found, marked = lines(source, Step("source", "loader", "DataLoader", 9200, table))

    assert found == marked
    found, _ = lines(
        source.replace("DataLoader(dataset,", "DataLoader(wrap(dataset),"),
        Step("source", "loader", "DataLoader", 9200, table),
    )
    assert found == [5]


LOOPS = {
    "one loop over a call": """
        def generate(paths):
            batch = []
            with Pool() as pool:
                for image in pool.map(load, paths):  # here
                    batch.append(image)
                    for name in batch:
                        yield name
        """,
    "inside another": """
        def generate(paths):
            for number, image in enumerate(pool.map(load, paths)):  # here
                yield image
        """,
    "nobody can tell": """
        def generate(paths):
            for image in pool.map(load, paths):
                for part in split(image):
                    yield part
        """,
    "no loop over a call": """
        def generate(paths):
            for path in paths:
                yield load(path)
        """,
}


@pytest.mark.parametrize("source", LOOPS.values(), ids=LOOPS)
def test_what_a_library_generator_holds_is_blamed_on_the_loop_over_it(source: str) -> None:
    """It is on the stack of the user's function, and has no name there."""
    below = images(9000, 10, name="fs")
    library = Step("frame", "result_iterator", "generator", 9050, below, path="/lib/futures.py", line=612)

    named, marked = lines(source, generator(library, n_bytes=9100, line=2, name="generate"))

    assert named == marked


def test_an_object_that_a_library_makes_is_blamed_where_it_gets_its_name() -> None:
    """Nothing on the path is made by a call of the user's to its class."""
    source = """
        loader = load_dataset("images")  # here
        """
    held = Step("source", "loader", "Dataset", 9100, images(9000, 10, name="_data", kind="attribute"))
    found, marked = lines(source, held)

    assert found == marked
