"""What a rewrite makes of a text whose line ``# here`` is to blame."""

from __future__ import annotations

import textwrap

from genaudit.fix.rewrites.base import Fault, Proposal, Refusal, Rewrite


def propose(
    rewrite: Rewrite,
    before: str,
    code: str | None = None,
    *,
    holders: tuple[str, ...] = (),
    function: str | None = None,
    bound: int | None = 32,
) -> Proposal | Refusal:
    """The answer to a fault on the line that is marked."""
    text = textwrap.dedent(before).lstrip("\n")
    line = next(at for at, line in enumerate(text.split("\n"), 1) if "# here" in line)
    fault = Fault(
        code=code or min(rewrite.codes), line=line, function=function, holders=holders, target=None, bound=bound
    )
    return rewrite.propose(text, fault)


def rewritten(rewrite: Rewrite, before: str, code: str | None = None, **fault: object) -> str:
    """The new text, which parses."""
    answer = propose(rewrite, before, code, **fault)  # type: ignore[arg-type]
    assert isinstance(answer, Proposal), answer
    compile(answer.text, "new.py", "exec")
    return answer.text


def check(rewrite: Rewrite, before: str, after: str, code: str | None = None, **fault: object) -> None:
    """The new text is this one, to the last blank."""
    assert rewritten(rewrite, before, code, **fault) == textwrap.dedent(after).lstrip("\n")


def refused(rewrite: Rewrite, before: str, code: str | None = None, **fault: object) -> str:
    """Why there is no new text."""
    answer = propose(rewrite, before, code, **fault)  # type: ignore[arg-type]
    assert isinstance(answer, Refusal), answer.text
    return answer.reason
