"""Bytes and texts with something wrong in them."""

import json
import random
from typing import Any

from tests.fuzz.hostile import HALF_A_CHARACTER, TEXTS


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The bytes with a few of them changed, cut out, repeated or put in."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(found) + 1)
        match chance.randrange(6):
            case 0 if at < len(found):
                found[at] ^= 1 << chance.randrange(8)
            case 1:
                del found[at : at + chance.randint(1, 20)]
            case 2:
                found[at:at] = found[at : at + chance.randint(1, 50)]
            case 3:
                found[at:at] = chance.randbytes(chance.randint(1, 8))
            case 4:
                found[at:at] = chance.choice(TEXTS)[:1000].encode()
            case _:
                del found[at:]
    return bytes(found)


def altered(text: str, chance: random.Random) -> str:
    """The text with a few of its characters changed, or of its members where it is JSON."""
    if chance.random() < 0.6:
        try:
            return altered_json(text, chance)
        except ValueError:
            pass  # it is not JSON
    return damaged(text.encode(), chance).decode("utf-8", "replace")


def altered_lines(text: str, chance: random.Random) -> str:
    """The text with a line altered, left out, repeated, or moved to the end."""
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    match chance.randrange(8):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[at])
        case 2:
            lines.append(lines.pop(at))
        case _:
            lines[at] = altered(lines[at], chance)
    return "\n".join(lines)


def altered_bytes(text: str, chance: random.Random) -> str:
    """Bytes in Latin-1, damaged."""
    return damaged(text.encode("latin-1"), chance).decode("latin-1")


def altered_json(text: str, chance: random.Random) -> str:
    """The JSON document with a few of its members replaced, renamed, moved or removed."""
    document = json.loads(text)
    for _ in range(chance.randint(1, 3)):
        document = _altered(document, document, chance)
    spelled = json.dumps(document, ensure_ascii=chance.random() < 0.5)
    # Half a character is in no file; JSON can only spell it.
    return json.dumps(document) if HALF_A_CHARACTER in spelled else spelled


def anything(chance: random.Random, depth: int = 0) -> Any:
    """Some JSON value."""
    match chance.randrange(9 if depth < 4 else 7):
        case 0:
            return None
        case 1:
            return chance.random() < 0.5
        case 2:
            return chance.choice((0, -1, 1, 2**31, 2**63, 2**64, -(2**63) - 1, 10**400))
        case 3:
            return chance.choice((0.5, -0.0, 1e308, float("inf"), float("nan")))
        case 4 | 5 | 6:
            return chance.choice(TEXTS) if chance.random() < 0.95 else HALF_A_CHARACTER
        case 7:
            return [anything(chance, depth + 1) for _ in range(chance.randrange(4))]
        case _:
            return {chance.choice(TEXTS): anything(chance, depth + 1) for _ in range(chance.randrange(4))}


def _altered(node: Any, whole: Any, chance: random.Random) -> Any:
    deeper = chance.random() < 0.85
    if isinstance(node, dict) and node and deeper:
        name = chance.choice(list(node))
        match chance.randrange(8):
            case 0:
                return {other: value for other, value in node.items() if other != name}
            case 1:
                return {chance.choice(TEXTS) if other == name else other: node[other] for other in node}
            case 2:
                return {**node, chance.choice(TEXTS): anything(chance)}
            case _:
                return {**node, name: _altered(node[name], whole, chance)}
    if isinstance(node, list) and node and deeper:
        at = chance.randrange(len(node))
        match chance.randrange(6):
            case 0:
                return node[:at] + node[at + 1 :]
            case 1:
                return [*node, node[at]]
            case _:
                return [*node[:at], _altered(node[at], whole, chance), *node[at + 1 :]]
    return whole if chance.random() < 0.05 else anything(chance)
