"""What a loop that trains keeps of each batch, by reading it."""

import textwrap

import pytest

from genaudit.lint.engine import lint_source

LOOP = """
def train(model, loader, device):
    losses, total, log = [], 0, {{}}
    for epoch in range(3):
        running = 0
        for step, (x, y) in enumerate(loader):
            x, y = x.to(device), y.to(device)
            out = model(x)
            weights = table(y)
            loss = criterion(out, weights)
            loss.backward()
            optimizer.step()
            {statement}
"""
LINE = 13


def found(text: str, framework: str = "torch") -> list[tuple[int, str]]:
    """Line and first words of the findings of this rule, in a file that imports a framework."""
    outcomes = lint_source(f"{textwrap.dedent(text)}\nimport {framework}\n", "train.py")
    return [
        (outcome.location.line, outcome.message)
        for outcome in outcomes
        if outcome.code == "GA206" and outcome.location is not None
    ]


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("losses.append(loss)", "losses keeps the graph of every batch with loss"),
        ("total += loss", "total keeps the graph of every batch with loss"),
        ("running += loss", "running keeps the graph of every batch with loss"),
        ("total = total + loss", "total keeps the graph of every batch with loss"),
        ("total = loss + total", "total keeps the graph of every batch with loss"),
        ("losses = losses + [loss]", "losses keeps the graph of every batch with loss"),
        ("losses.append(loss.cpu())", "losses keeps the graph of every batch with loss"),
        ("losses.append(loss * x.size(0))", "losses keeps the graph of every batch with loss"),
        ("losses.append((step, loss))", "losses keeps the graph of every batch with loss"),
        ("self.outputs.append(out)", "self.outputs keeps the graph of every batch with out"),
        ("outputs.extend([out])", "outputs keeps the graph of every batch with out"),
        ("outputs.append({'out': out})", "outputs keeps the graph of every batch with out"),
        ("log['losses'].append(loss)", "log keeps the graph of every batch with loss"),
        ("seen.append(x)", "seen keeps every batch: x"),
        ("seen.append((x.cpu().numpy(), y))", "seen keeps every batch: x"),
    ],
)
def test_what_is_kept(statement: str, what: str) -> None:
    """A loss or an output with the graph that made it, or the batch."""
    assert found(LOOP.format(statement=statement)) == [(LINE, what)]


@pytest.mark.parametrize(
    "statement",
    [
        "losses.append(loss.item())",
        "losses.append(float(loss))",
        "losses.append(loss.detach().cpu())",
        "losses.append(loss.detach())",
        "losses.append(loss.data)",
        "losses.append(float(loss.cpu()))",
        "total += loss.item() * x.size(0)",
        "total = total + 1",
        "total += out.shape[0]",
        "correct += (out.argmax(1) == y).sum().item()",
        "losses.append(epoch)",
        "labels.append(y)",
        "labels.append(weights)",
        "loss = loss + penalty",
        "losses.append(describe(loss))",
        "logger.add(loss.item(), step)",
        "window.append(loss); window.pop(0)",
        "losses.append(loss); del losses[:-10]",
        "losses.append(loss); losses.clear()",
        "recent.append(out)\n            if len(recent) > 10: recent = recent[1:]",
        "if step % 100 == 0: shown.append(out)",
        "with torch.no_grad(): average += loss",
        "last = loss",
    ],
)
def test_what_is_not(statement: str) -> None:
    """Numbers, what the graph is cut from, what is emptied, what is kept of a few batches, labels."""
    assert found(LOOP.format(statement=statement)) == []


def test_a_bound_is_seen() -> None:
    """Of a deque with a maximal length."""
    text = LOOP.format(statement="recent.append(loss)")

    assert found(text)
    assert found(text.replace("losses, total", "recent = deque(maxlen=100); losses, total")) == []


def test_a_sum_that_goes_backward_after_the_loop() -> None:
    """Keeps the graph of each part that is added to it; parts of one batch do so for a moment."""
    text = """
        for epoch in range(2):
            total = 0
            for x, y in {over}:
                part = f(x, y)
                kept.append(part)
                total = total + part
            total.backward()
        """

    assert [line for line, _ in found(text.format(over="train_loader"))] == [6, 7]
    assert [line for line, _ in found(text.format(over="heads"))] == [6]


@pytest.mark.parametrize(
    "text",
    [
        "for x in loader:\n    kept.append(x)\n",
        "def batches(loader):\n    for x in loader:\n        x.backward()\n        kept.append(x)\n        yield x\n",
        "for x, y in loader:\n    for loss in parts(x):\n        losses.append(loss)\n    train_on_batch(x)\n",
    ],
)
def test_other_loops(text: str) -> None:
    """One that does not train, one that makes batches itself, one over the parts of a batch."""
    assert found(text) == []


TRAINS = "for x in batches:\n    f(x).backward()\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("batches = list(train_loader)\n", 1),
        ("batches = tuple(self.loader)\n", 1),
        ("batches = [batch for batch in val_dl]\n", 1),
        ("batches = [(x.to(device), y) for x, y in DataLoader(data)]\n", 1),
        ("data = torch.utils.data.DataLoader(files)\nbatches = list(data)\n", 2),
        ("def epochs(loader):\n    batches = list(loader)\n    yield from batches\n", 2),
        ("for x in list(loader):\n    print(x)\n", 1),
    ],
)
def test_a_loader_that_is_made_a_list(text: str, line: int) -> None:
    """All batches are there before the first step, however lazy the loader is."""
    ((at, message),) = found(text + TRAINS)

    assert at == line
    assert message.endswith("is in memory before the first step")


@pytest.mark.parametrize(
    "text",
    [
        "batches = loader\n",
        "names = list(downloader.files)\n",
        "names = list(dataset)\n",
        "first = list(itertools.islice(loader, 3))\n",
        "n = len(list(loader))\n",
        "labels = [y for x, y in loader]\n",
        "sums = [x.sum() for x in loader]\n",
        "few = [x for x in loader if x.mean() > 0]\n",
        "for step, x in enumerate(loader):\n    print(x)\n",
    ],
)
def test_a_loader_that_is_not(text: str) -> None:
    """What is counted, summed up, chosen, or no loader."""
    assert found(text + TRAINS) == []


def test_other_things_go_backward_too() -> None:
    """Where no framework is named, nothing is trained."""
    text = "for robot in robots:\n    robot.backward()\n    moved.append(robot)\n"

    assert [line for line, _ in found(text)] == [3]
    assert found(text, framework="robots") == []


def test_keras_in_a_loop_of_ones_own() -> None:
    """The numbers that a step gives are none; the batch is."""
    text = """
        for images, labels in pipeline:
            history.append(model.train_on_batch(images, labels))
            seen.append(images)
        """

    assert found(text) == [(4, "seen keeps every batch: images")]


def test_the_fix_is_the_line_as_it_should_be() -> None:
    """The number of a loss, and an output without its graph; the job itself tells whether it is enough."""
    text = LOOP.format(statement="losses.append(loss)\n            kept.append(out)")
    outcomes = lint_source(f"import torch\n{text}", "train.py")
    fixes = [outcome.fix or "" for outcome in outcomes if outcome.code == "GA206"]

    assert ["losses.append(loss.item())" in fix for fix in fixes] == [True, False]
    assert "kept.append(out.detach())" in fixes[1]
    assert all("genaudit watch train.py" in fix for fix in fixes)
