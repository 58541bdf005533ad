"""``genaudit completion``: what a shell needs to complete genaudit's commands and options."""

import click


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash:  eval "$(genaudit completion bash)"            in ~/.bashrc
    zsh:   eval "$(genaudit completion zsh)"             in ~/.zshrc
    fish:  genaudit completion fish > ~/.config/fish/completions/genaudit.fish
    """  # noqa: D301 - click reads the \b as "keep these lines"
    from click.shell_completion import get_completion_class

    completer = get_completion_class(shell)
    if completer is None:  # pragma: no cover - click knows all three
        raise click.ClickException(f"click has no completion for {shell}")
    click.echo(completer(ctx.find_root().command, {}, "genaudit", "_GENAUDIT_COMPLETE").source())
