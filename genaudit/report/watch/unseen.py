"""What to write where no batch of a job was seen."""

import ast

from genaudit.model.watch import JobRecording
from genaudit.sourcetext import tree_of

SEEN = (
    "batches are seen that pass through Model.fit, a loop over a DataLoader or a tf.data.Dataset, or a for loop of a "
    "file of your own whose rounds give arrays or take a millisecond; genaudit.watch(…) shows any other"
)
COUNTING = frozenset({"range", "len", "int", "enumerate", "tqdm", "trange", "zip"})
LONGEST = 100


def what_to_write(job: JobRecording) -> str:
    """The loop of the script with what to put around the thing that it runs over; the general words without one."""
    text = job.texts.get(job.head.script)
    loop = _loop(text) if text else None
    if loop is None:
        return "write for batch in genaudit.watch(batches): in your loop, with import genaudit above"
    name = job.head.script.rpartition("/")[2]
    target = ast.get_source_segment(text or "", loop.target) or ast.unparse(loop.target)
    written = f"for {target} in genaudit.watch({ast.unparse(loop.iter)}):"
    if len(written) > LONGEST:
        written = f"for {target} in genaudit.watch(…):"
    return f"write in {name}:{loop.lineno} {written} with import genaudit above, if that is your loop"


def _loop(text: str) -> ast.For | None:
    """The last loop, the inner of two, that runs over what a call or a name gives, and does not only count."""
    tree = tree_of(text)
    if tree is None:
        return None
    loops = [node for node in ast.walk(tree) if isinstance(node, ast.For) and _is_over_batches(node.iter)]
    return max(loops, key=lambda node: node.lineno, default=None)


def _is_over_batches(iterated: ast.expr) -> bool:
    if not isinstance(iterated, (ast.Call, ast.Name, ast.Attribute)):
        return False
    called = {ast.unparse(part.func) for part in ast.walk(iterated) if isinstance(part, ast.Call)}
    return not called or not called <= COUNTING
