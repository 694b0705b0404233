"""How much a run measures."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes and repetitions. Subjects take turns, and the median of a subject's rounds is what counts.

    `seconds` is how long one measurement takes, where something is repeated for a time. `peers` includes
    other services and their SDKs; SDKs are installed when they are not there. `streams` share so many
    `connections` and get so many `deltas` in a round; `fan_out_connections` are tried one after the other.
    `most_idle_streams` is for a server that is not compared. `behind`: so many revisions a subscriber has
    missed. Commits to DynamoDB come after pauses of about `pause` seconds, and `rare_commits` after
    `long_pause`, when followers look seldom; what `metered_commits` take is counted, and what a
    server at rest takes in `metered_seconds`; a checkpoint is followed by `tail` commits. A Lambda function
    gets so many `invocations` from one caller, or has so many `callers` at once.
    """

    rounds: int = 9
    seconds: float = 0.05
    peers: bool = True
    small_settings: int = 1_000
    large_settings: int = 100_000
    commits: int = 400
    call_seconds: float = 2.0
    changes: int = 600
    streams: int = 1_000
    connections: int = 10
    fan_out_connections: tuple[int, ...] = (10, 1_000)
    deltas: int = 50
    idle_streams: tuple[int, ...] = (1_000, 5_000)
    most_idle_streams: int = 20_000
    idle_seconds: float = 10.0
    behind: int = 10_000
    watched_seconds: float = 20.0
    pause: float = 0.05
    rare_commits: int = 8
    long_pause: float = 3.5
    metered_seconds: float = 60.0
    metered_commits: int = 200
    tail: int = 999
    invocations: int = 500
    callers: int = 100


FULL = Plan()
"""What `make bench` runs: some minutes."""

QUICK = Plan(
    rounds=1,
    seconds=0.001,
    small_settings=20,
    large_settings=200,
    commits=5,
    call_seconds=0.1,
    changes=5,
    streams=4,
    connections=2,
    fan_out_connections=(2, 4),
    deltas=2,
    idle_streams=(8,),
    most_idle_streams=16,
    idle_seconds=0.1,
    behind=20,
    watched_seconds=0.5,
    pause=0.01,
    rare_commits=2,
    long_pause=0.1,
    metered_seconds=0.1,
    metered_commits=5,
    tail=3,
    invocations=3,
    callers=4,
)
"""Every step once and small: shows that all of it works; its figures mean nothing."""
