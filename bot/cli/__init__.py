"""The command line: `foyer`, its commands loaded on use, every failure told in one line."""

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import click

from bot import __version__
from bot.cli.failures import Interrupted, explain, give_up_output
from bot.cli.options import common_options

COMMANDS = {
    "demo": "bot.cli.demo:demo",
    "console": "bot.cli.console:console",
    "run": "bot.cli.run:run",
    "import": "bot.cli.importing:import_",
    "communities": "bot.cli.communities:communities",
    "digest": "bot.cli.digest:digest",
    "stats": "bot.cli.stats:stats",
    "export": "bot.cli.export:export",
    "forget": "bot.cli.forget:forget",
    "attach": "bot.cli.attach:attach",
    "join": "bot.cli.join:join",
    "db": "bot.cli.db:db",
    "bench": "bot.cli.bench:bench",
}
"""Where each command lives, in the order in which help lists them."""


class LazyGroup(click.Group):
    """A group that imports a command when it is asked for, and never shows a traceback."""

    def __init__(self, *args: Any, lazy: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in the order of the table."""
        return [*self.lazy, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self.lazy[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an interrupt becomes a failure like any other."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Interrupted from None

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command line and leave with its exit code."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, False, **extra)
        sys.exit(self._exit_code(args, prog_name, complete_var, extra))

    def _exit_code(
        self,
        args: Sequence[str] | None,
        prog_name: str | None,
        complete_var: str | None,
        extra: dict[str, Any],
    ) -> int:
        try:
            result = super().main(args, prog_name, complete_var, False, **extra)
            sys.stdout.flush()
        except Exception as error:  # noqa: BLE001  a bug must end in one line as well
            line, code = explain(error)
            give_up_output()
            if line:
                click.echo(f"foyer: {line}", err=True)
            return code
        return result if type(result) is int else 0


@click.group(
    "foyer",
    cls=LazyGroup,
    lazy=COMMANDS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@common_options
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Community health for Discord and Telegram: conversations measured, never a word stored."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main() -> None:
    """Run `foyer` with the arguments of the process."""
    cli.main(prog_name="foyer")
