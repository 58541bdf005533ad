"""The first file of a process that is watched: the folder that it lies in is no place to import from."""

import sys

if __name__ == "__main__":
    names = frozenset(sys.modules)
    root, path = sys.argv[1:3]
    sys.path[0] = root
    import marshal

    from genaudit.recorder.child.watch.job import main

    sys.path.remove(root)
    with open(path, "rb") as file:
        spec = marshal.load(file)  # noqa: S302 # nosec B302 - of the process that started this one
    main(spec)
