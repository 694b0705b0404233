"""The demo: its steps, one after the other."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from cyclopts import Parameter

from vexil.core.change import Put
from vexil.core.errors import Internal, VexilError
from vexil.core.resource import Kind, ResourceId
from vexil.core.setting import Setting
from vexil.core.value import Value
from vexil.server.cli.commands.apply import apply
from vexil.server.cli.commands.history import history
from vexil.server.cli.commits import commit
from vexil.server.cli.demo.people import answers_table
from vexil.server.cli.demo.processes import Watcher, running_server, running_watcher
from vexil.server.cli.demo.story import Story
from vexil.server.cli.options import Options
from vexil.server.cli.session import Injected, Session
from vexil.server.cli.terminal import Terminal
from vexil.server.cli.usage import UsageError

_NAMESPACE, _ENVIRONMENT = "shop", "prod"
_WATCHED = "payment.timeout-ms"
_NEW_VALUES = (900, 1200, 800, 1000, 700)


def demo(
    *,
    keep: Annotated[
        Path | None,
        Parameter(help="Keep the server's data and the manifests here: a new or empty directory."),
    ] = None,
    pause: Annotated[bool, Parameter(negative=(), help="Wait for Enter before each step.")] = False,
    session: Injected,
) -> None:
    """Start a server, change a setting, and watch the change arrive.

    Everything is real: a server process with a SQLite file that gets the example shop, a second process that
    watches through the Python SDK, and this one, which changes things and evaluates flags. Nothing is left
    behind unless --keep is given.
    """
    terminal = Terminal(no_color=session.options.no_color)
    story = Story(terminal, pause=pause)
    with _directory(keep) as directory:
        try:
            _tell(story, terminal, directory)
        except VexilError as error:
            raise Internal(f"the demo failed at {story.title!r}: {error.message}") from error
    _say_what_is_next(story, keep)


def _tell(story: Story, terminal: Terminal, directory: Path) -> None:
    story.step("Start a server on a fresh SQLite file")
    with running_server(directory) as server:
        story.command(f"vexil {' '.join(server.arguments)}")
        story.say(f"Process {server.pid} serves at {server.target}.")
        options = Options(
            target=server.target,
            namespace=_NAMESPACE,
            environment=_ENVIRONMENT,
            config_file=directory / "config.toml",
        )
        second = Session(options, terminal)
        try:
            _tell_on(story, second, directory)
        finally:
            second.close()


def _tell_on(story: Story, session: Session, directory: Path) -> None:
    story.step("Apply the example shop: three environments, a definition here and there, settings, flags")
    story.command("vexil apply --file examples/shop")
    manifests = directory / "shop"
    with as_file(files(__package__) / "shop") as packaged:
        shutil.copytree(packaged, manifests)
    apply(files=(manifests,), message="The example shop", session=session)

    story.step("Watch from another process, which reads from its own memory")
    with running_watcher(session.endpoint.target, _NAMESPACE, _ENVIRONMENT, _WATCHED) as watcher:
        first = watcher.next()
        story.say(f"Process {watcher.pid} holds {_ENVIRONMENT}: {_WATCHED} is {first['new']}.")
        story.step("Change the setting, and see when the other process has it")
        story.command(f"vexil set {_WATCHED} {_NEW_VALUES[0]} -n {_NAMESPACE} -e {_ENVIRONMENT}")
        for value in _NEW_VALUES:
            _change(story, session, watcher, value)

    story.step("Evaluate flags for a few people, with the reasons")
    story.command("vexil evaluate checkout.new --targeting-key user-7 --attr plan=beta")
    session.terminal.show(answers_table(session))

    story.step("Look at the history: every change is a commit, and nothing is overwritten")
    story.command(f"vexil history -n {_NAMESPACE}")
    history(session=session)


def _change(story: Story, session: Session, watcher: Watcher, value: int) -> None:
    put = Put(ResourceId(Kind.SETTING, _ENVIRONMENT, _WATCHED), Setting(value=Value.of_int(value)))
    begin = time.time_ns()
    made = commit(session, [put], message=f"Wait {value} ms for payments")
    heard = watcher.next()
    if heard["new"] != value or heard["revision"] != made.revision:
        raise Internal(f"the watching process heard {heard} of revision {made.revision}")
    story.say(
        f"{heard['old']} → {heard['new']}  at revision {made.revision}, ",
        (f"{(heard['at'] - begin) / 1e6:.1f} ms", "bold green"),
        " from sending the change to the callback in the other process",
    )


@contextmanager
def _directory(keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with TemporaryDirectory(prefix="vexil-demo-") as name:
            yield Path(name)
        return
    try:
        keep.mkdir(parents=True, exist_ok=True)
        is_empty = not any(keep.iterdir())
    except OSError as error:
        raise UsageError(f"{keep} can't be used: {error.strerror}.") from error
    if not is_empty:
        raise UsageError(f"{keep} is not empty.", "Name a new directory.")
    yield keep.absolute()


def _say_what_is_next(story: Story, keep: Path | None) -> None:
    story.step("Go on from here")
    if keep is not None:
        story.say(f"The server's data and the manifests are in {keep}. Serve them again:")
        story.command(f"vexil serve --store sqlite:{keep / 'vexil.db'}")
    else:
        story.say("Everything is stopped and removed. A server of your own, and a first setting:")
        story.command("vexil serve")
        story.command("vexil namespace create shop --with-environment base --with-environment prod:base")
    story.command("vexil set banner.text 'Hello' -n shop -e prod")
    story.command("vexil watch -n shop -e prod")
    story.say("In Python, a service reads it from its own memory:")
    story.command('Client("127.0.0.1:7350", namespace="shop", environment="prod")')
