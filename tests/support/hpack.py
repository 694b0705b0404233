"""Reads the headers of responses (HPACK, RFC 7541): the first block of a connection, printable text."""

from collections.abc import Iterator

# Symbols in the order of their codes, which are consecutive within a length (RFC 7541, appendix B).
_CODES = {
    format(first + i, f"0{length}b"): symbol
    for length, first, symbols in (
        (5, 0b00000, "012aceiost"),
        (6, 0b010100, " %-./3456789=A_bdfghlmnpru"),
        (7, 0b1011100, ":BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz"),
        (8, 0b11111000, "&*,;XZ"),
    )
    for i, symbol in enumerate(symbols)
}

_STATUSES = dict(zip(range(8, 15), ("200", "204", "206", "304", "400", "404", "500"), strict=True))
_NAMES = dict.fromkeys(_STATUSES, ":status") | {31: "content-type"}


def headers(block: bytes) -> dict[str, str]:
    """The fields of a block; names outside those of a refusal are their numbers in the static table."""
    fields: dict[str, str] = {}
    octets = iter(block)
    for octet in octets:
        if octet & 0x80:
            index = octet & 0x7F
            fields[_NAMES.get(index, str(index))] = _STATUSES.get(index, "")
            continue
        bits = 6 if octet & 0x40 else 4
        index = _integer(octet, bits, octets)
        if octet & 0xE0 == 0x20:
            continue  # the size of a table, which nothing here uses
        name = _NAMES.get(index, str(index)) if index else _text(octets)
        fields[name] = _text(octets)
    return fields


def _text(octets: Iterator[int]) -> str:
    first = next(octets)
    data = bytes(next(octets) for _ in range(_integer(first, 7, octets)))
    return _unpacked(data) if first & 0x80 else data.decode()


def _unpacked(data: bytes) -> str:
    text, code = "", ""
    for bit in "".join(format(octet, "08b") for octet in data):
        code += bit
        if code in _CODES:
            text += _CODES[code]
            code = ""
    return text


def _integer(first: int, bits: int, octets: Iterator[int]) -> int:
    value, shift = first & ((1 << bits) - 1), 0
    if value == (1 << bits) - 1:
        for octet in octets:
            value += (octet & 0x7F) << shift
            shift += 7
            if not octet & 0x80:
                break
    return value
