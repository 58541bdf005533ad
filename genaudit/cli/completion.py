"""``genaudit completion``, and what a shell then offers for a target: files, and the names that a file defines."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

BASH = """\
%(complete_func)s() {
    local IFS=$'\\n'
    local response type value word line="$COMP_LINE" last=-1 i
    local -a words=()
    COMPREPLY=()

    # Bash takes the colon for the end of a word, and a target has one: parts that touch are put together again.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word="${COMP_WORDS[i]}"
        if ((last >= 0)) && [[ $line != [[:space:]]* && ($word == :* || ${words[last]} == *:) ]]; then
            words[last]+="$word"
        else
            words+=("$word")
            ((++last))
        fi
        line="${line#"${line%%%%[![:space:]]*}"}"
        line="${line#"$word"}"
    done

    response=$(env COMP_WORDS="${words[*]}" COMP_CWORD=$last %(complete_var)s=bash_complete $1)

    for value in $response; do
        type="${value%%%%,*}"
        value="${value#*,}"
        if [[ $type == 'dir' ]]; then
            compopt -o dirnames
        elif [[ $type == 'file' ]]; then
            compopt -o default
        elif [[ $type == 'plain' && $COMP_WORDBREAKS == *:* && ${words[last]} == [!\\"\\']*:* ]]; then
            # Of the word, bash replaces what is behind the colon.
            COMPREPLY+=("${value##*:}")
        elif [[ $type == 'plain' ]]; then
            COMPREPLY+=("$value")
        fi
    done

    return 0
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""
"""As click's own script for bash, which knows no words with a colon."""
_ENDINGS = (".py", ".pyw", ".ipynb")
_HANDS_OUT = {"__getitem__", "__iter__", "__next__"}


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    It completes commands, options, files, and what stands behind the colon of a target: data.py:<TAB> offers the
    functions and classes of the file. The file is read, not imported.

    \b
    bash:  eval "$(genaudit completion bash)"            in ~/.bashrc
    zsh:   eval "$(genaudit completion zsh)"             in ~/.zshrc
    fish:  genaudit completion fish > ~/.config/fish/completions/genaudit.fish
    """  # noqa: D301 - click reads the \b as "keep these lines"
    from click.shell_completion import get_completion_class

    completer = get_completion_class(shell)
    if completer is None:  # pragma: no cover - click knows all three
        raise click.ClickException(f"click has no completion for {shell}")
    made = completer(ctx.find_root().command, {}, "genaudit", "_GENAUDIT_COMPLETE")
    # Asked for bash too: it warns where that is too old.
    script = made.source()
    click.echo(BASH % made.source_vars() if shell == "bash" else script)


def complete_file(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Files, by the shell's own rules."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def complete_target(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """What a target that was begun can become: a file, and behind its colon the names that the file defines."""
    from click.shell_completion import CompletionItem

    place, colon, begun = incomplete.partition(":")
    if colon and begun.startswith(":"):
        colon, begun = "::", begun[1:]
    file = _file_of(place)
    if not colon and (file is None or not place.endswith(_ENDINGS) or place.split() != [place]):
        return [CompletionItem(incomplete, type="file")]
    names = [] if file is None else names_in(file, begun)
    if not colon and not names:
        return [CompletionItem(incomplete, type="file")]
    return [CompletionItem(f"{place}{colon or ':'}{name}") for name in names]


def _file_of(place: str) -> Path | None:
    """The file that stands before the colon: itself, or a module that can be imported from here."""
    try:
        path = Path(place).expanduser()
        if path.is_file():
            return path
        if not place.replace(".", "").isidentifier():
            return None
        stem = place.replace(".", "/")
        return next((path for path in (Path(f"{stem}.py"), Path(stem, "__init__.py")) if path.is_file()), None)
    except (OSError, RuntimeError, ValueError):
        return None


def names_in(path: Path, begun: str = "") -> list[str]:
    """The functions and classes that a file defines, those that make batches first; it is parsed, and not imported.

    Args:
        path: A Python file or a notebook.
        begun: What they begin with; ``Loader.`` leads to the methods of a class, ``_`` to what is private.
    """
    from genaudit.lint.files.source import read_source
    from genaudit.lint.files.syntax import top_statements

    tree = read_source(str(path.absolute()), str(path)).tree
    statements = [] if tree is None else list(top_statements(tree.body))
    owner, dot, begun_name = begun.rpartition(".")
    if dot:
        classes = [node for node in statements if isinstance(node, ast.ClassDef) and node.name == owner]
        statements = [statement for node in classes for statement in node.body]
    defined = [node for node in _definitions(statements) if node.name.startswith(begun_name)]
    defined = [node for node in defined if begun_name or not node.name.startswith("_")]
    defined.sort(key=lambda node: not _makes_batches(node))
    return list(dict.fromkeys(f"{owner}{dot}{node.name}" for node in defined))


_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _definitions(statements: list[ast.stmt]) -> Iterator[_Definition]:
    for statement in statements:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield statement


def _makes_batches(node: _Definition) -> bool:
    from genaudit.lint.files.syntax import own_nodes

    if isinstance(node, ast.ClassDef):
        return any(each.name in _HANDS_OUT for each in _definitions(node.body))
    return any(isinstance(part, ast.Yield | ast.YieldFrom) for part in own_nodes(node))
