"""How a table is, property by property, beside how it must be; pure.

A step is one call to DynamoDB, as data: what is shown before it is done is what is done.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from vexil.server.stores.dynamodb.consistency import Consistency
from vexil.server.stores.dynamodb.found import ACTIVE, Found
from vexil.server.stores.dynamodb.layout import EXPIRES_AT
from vexil.server.stores.dynamodb.layout_version import LAYOUT_VERSION, first_write
from vexil.server.stores.dynamodb.schema import (
    IMAGES,
    KEYS,
    STREAM,
    Step,
    Wanted,
    creation,
    describe_keys,
    encryption,
    wrong_keys,
)


class State(StrEnum):
    """How a property of a table is."""

    OK = "OK"
    MISSING = "MISSING"
    WRONG = "WRONG"
    UNSUPPORTED = "UNSUPPORTED"


@dataclass(frozen=True, slots=True)
class Finding:
    """One property of a table. MISSING has steps that mend it; WRONG has to be put right by hand."""

    aspect: str
    state: State
    text: str
    steps: Sequence[Step] = ()


def findings(wanted: Wanted, found: Found | None) -> Iterator[Finding]:
    """Every property, in the order in which what is missing can be mended.

    None: there is no table; then only what would be missing follows, once it is made, on AWS.
    """
    if found is None:
        yield Finding("table", State.MISSING, "does not exist", [creation(wanted)])
        created = _as_created(wanted)
        yield from (finding for look in _LOOKS if (finding := look(wanted, created)).steps)
        return
    if found.usable:
        yield Finding("table", State.OK, found.status)
    else:
        yield Finding(
            "table", State.WRONG, f"{found.status}; wait until it is {ACTIVE}, or see why it is not"
        )
    for look in _LOOKS:
        yield look(wanted, found)


def _as_created(wanted: Wanted) -> Found:
    """What `creation` gives on AWS: what is still missing then shows in its findings."""
    return Found(
        status=ACTIVE,
        arn="",
        keys=KEYS,
        capacity=None,
        stream=IMAGES if wanted.table.stream else None,
        protected=wanted.table.recoverable,
        encryption=wanted.keys.get(wanted.region, ""),
        replicas={},
        recoverable=False,
        tags={},
    )


def _keys(wanted: Wanted, found: Found) -> Finding:
    del wanted
    if found.keys == KEYS:
        return Finding("keys", State.OK, describe_keys(KEYS))
    return Finding("keys", State.WRONG, wrong_keys(found.keys))


def _billing(wanted: Wanted, found: Found) -> Finding:
    del wanted
    if found.capacity is None:
        return Finding("billing", State.OK, "on demand")
    # A choice that can save money, made with AWS's own tools; it throttles where it is too little.
    reads, writes = found.capacity
    return Finding("billing", State.OK, f"provisioned: {reads} read and {writes} write units a second")


def _stream(wanted: Wanted, found: Found) -> Finding:
    if not wanted.table.stream:
        return Finding("stream", State.OK, "none needed" if found.stream is None else found.stream)
    if found.stream == IMAGES:
        return Finding("stream", State.OK, IMAGES)
    on = Step("turn on the stream, with old and new images", "update_table", {"StreamSpecification": STREAM})
    if found.stream is None:
        return Finding("stream", State.MISSING, "off", [on])
    # Turning it off and on again is another stream: what reads the old one would have to be told.
    text = f"carries {found.stream}, not {IMAGES}; turn it off when nobody reads it, then repeat this"
    return Finding("stream", State.WRONG, text)


def _is_strong(wanted: Wanted, found: Found) -> bool:
    """Whether the table is, or will be, one where all regions see one order of writes."""
    if not wanted.versioned:
        return False
    made_for = None if found.layout is None else found.layout.consistency
    return (made_for or wanted.consistency or found.replication) is Consistency.STRONG


def _expiry(wanted: Wanted, found: Found) -> Finding:
    if _is_strong(wanted, found):
        return Finding("expiry", State.OK, "none: tables with strong consistency have none")
    if found.expiry == EXPIRES_AT:
        return Finding("expiry", State.OK, f"by {EXPIRES_AT}")
    if found.expiry is not None:
        text = (
            f"by {found.expiry}, which no item has, instead of {EXPIRES_AT}; turn that off, then repeat this"
        )
        return Finding("expiry", State.WRONG, text)
    specification = {"Enabled": True, "AttributeName": EXPIRES_AT}
    step = Step(
        f"let items expire by {EXPIRES_AT}",
        "update_time_to_live",
        {"TimeToLiveSpecification": specification},
    )
    return Finding("expiry", State.MISSING, "off", [step])


def _protection(wanted: Wanted, found: Found) -> Finding:
    if found.protected or not wanted.table.recoverable:
        return Finding("deletion protection", State.OK, "on" if found.protected else "none needed")
    step = Step("protect it from deletion", "update_table", {"DeletionProtectionEnabled": True})
    return Finding("deletion protection", State.MISSING, "off", [step])


def _recovery(wanted: Wanted, found: Found) -> Finding:
    aspect = "point-in-time recovery"
    if not wanted.table.recoverable:
        return Finding(aspect, State.OK, "on" if found.recoverable else "none needed")
    if found.recoverable is None:
        return _unsupported(aspect)
    if found.recoverable:
        return Finding(aspect, State.OK, "on")
    specification = {"PointInTimeRecoveryEnabled": True}
    step = Step(
        "turn on point-in-time recovery",
        "update_continuous_backups",
        {"PointInTimeRecoverySpecification": specification},
    )
    return Finding(aspect, State.MISSING, "off", [step])


def _encrypted(wanted: Wanted, found: Found) -> Finding:
    key = wanted.keys.get(wanted.region)
    if key is not None and found.encryption is None:
        return _unsupported("encryption")
    if key is None or found.encryption == key:
        return Finding("encryption", State.OK, found.encryption or "with a key that AWS owns")
    step = Step(f"encrypt with {key}", "update_table", {"SSESpecification": encryption(key)})
    return Finding("encryption", State.MISSING, found.encryption or "with a key that AWS owns", [step])


def _tags(wanted: Wanted, found: Found) -> Finding:
    if found.tags is None:
        return _unsupported("tags") if wanted.tags else Finding("tags", State.OK, "none")
    lacking = {name: value for name, value in wanted.tags.items() if found.tags.get(name) != value}
    if not lacking:
        return Finding("tags", State.OK, _pairs(found.tags) or "none")
    tags = [{"Key": name, "Value": value} for name, value in lacking.items()]
    step = Step(f"tag it with {_pairs(lacking)}", "tag_resource", {"Tags": tags})
    return Finding("tags", State.MISSING, _pairs(found.tags) or "none", [step])


def _consistency(wanted: Wanted, found: Found) -> Finding:
    aspect = "consistency"
    if not wanted.versioned:
        return Finding(aspect, State.OK, "each region has its own")
    written = None if found.layout is None else found.layout.consistency
    if written and wanted.consistency not in {None, written}:
        text = f"made for {written} consistency, which is for good; name another table"
        return Finding(aspect, State.WRONG, text)
    if found.replication not in {None, written or wanted.consistency or found.replication}:
        text = f"its replicas have {found.replication} consistency, which is for good; name another table"
        return Finding(aspect, State.WRONG, text)
    return Finding(aspect, State.OK, "strong" if _is_strong(wanted, found) else "eventual")


def _replicas(wanted: Wanted, found: Found) -> Finding:
    regions = [each for each in wanted.replicas if each != wanted.region] if wanted.table.stream else []
    if found.replicas is None:
        return _unsupported("replicas") if regions else Finding("replicas", State.OK, "none")
    lacking = [region for region in regions if region not in found.replicas]
    here = ", ".join(sorted(found.replicas)) or "none"
    if _is_strong(wanted, found):
        return _agreeing_replicas(wanted, here, lacking if not found.replicas else [])
    # DynamoDB makes one replica at a time.
    steps = [_replication(region, wanted.keys.get(region)) for region in lacking]
    return Finding("replicas", State.MISSING if steps else State.OK, here, steps)


def _agreeing_replicas(wanted: Wanted, here: str, lacking: Sequence[str]) -> Finding:
    """All at once, while the table is empty: there are three regions, of which one may be a witness."""
    if not lacking:
        return Finding("replicas", State.OK, here)
    others = [*lacking, *([wanted.witness] if wanted.witness else ())]
    if len(others) != _AGREEING - 1:
        text = f"strong consistency takes exactly {_AGREEING} regions, of which one may be a witness"
        return Finding("replicas", State.WRONG, text)
    parameters: dict[str, Any] = {
        "ReplicaUpdates": [_creation(region, wanted.keys.get(region)) for region in lacking],
        "MultiRegionConsistency": "STRONG",
    }
    text = f"add replicas in {' and '.join(lacking)}"
    if wanted.witness:
        parameters["GlobalTableWitnessUpdates"] = [{"Create": {"RegionName": wanted.witness}}]
        text += f", with a witness in {wanted.witness}"
    step = Step(f"{text}, strongly consistent", "update_table", parameters)
    return Finding("replicas", State.MISSING, here, [step])


_AGREEING = 3
"""Regions of a table with strong consistency (V2globaltables_HowItWorks)."""


def _replication(region: str, key: str | None) -> Step:
    return Step(f"add a replica in {region}", "update_table", {"ReplicaUpdates": [_creation(region, key)]})


def _creation(region: str, key: str | None) -> Mapping[str, Any]:
    return {
        "Create": {"RegionName": region} if key is None else {"RegionName": region, "KMSMasterKeyId": key}
    }


def _layout(wanted: Wanted, found: Found) -> Finding:
    if not wanted.versioned:
        return Finding("layout", State.OK, "none needed")
    if found.layout is None:
        consistency = Consistency.STRONG if _is_strong(wanted, found) else Consistency.EVENTUAL
        text = f"write the version of its layout, {LAYOUT_VERSION}"
        return Finding(
            "layout",
            State.MISSING,
            "no version is written",
            [Step(text, "put_item", first_write(consistency))],
        )
    version = found.layout.version
    if version == LAYOUT_VERSION:
        return Finding("layout", State.OK, f"version {version}")
    what = "use a later release" if version > LAYOUT_VERSION else "run vexil store migrate"
    return Finding("layout", State.WRONG, f"version {version}; this release has {LAYOUT_VERSION}: {what}")


_LOOKS: Sequence[Callable[[Wanted, Found], Finding]] = (
    _keys,
    _billing,
    _stream,
    _expiry,
    _encrypted,
    _protection,
    _recovery,
    _tags,
    _consistency,
    # Replicas that agree can only be added while nothing is written yet.
    _replicas,
    _layout,
)


def _unsupported(aspect: str) -> Finding:
    return Finding(aspect, State.UNSUPPORTED, "this engine has none")


def _pairs(tags: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(tags.items()))
