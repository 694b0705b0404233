"""Texts that have hurt somebody's parser, database, terminal, spreadsheet, log or template engine before."""

from collections.abc import Sequence

SQL: Sequence[str] = (
    "'; DROP TABLE commits; --",
    "' OR '1'='1",
    '" OR ""="',
    "1; ATTACH DATABASE '/tmp/x' AS x; --",
    "x' UNION SELECT sql FROM sqlite_master --",
    "%' ESCAPE '\\",
    "\\'; --",
    "?1",
    ":namespace",
)

NOSQL: Sequence[str] = (
    '{"$gt": ""}',
    '{"S": "text"}',
    "#n = :v",
    "attribute_exists(pk)",
    "head#shop",
    "log#shop#0",
    "$where: 1 == 1",
    "*\r\n$4\r\nPING\r\n",
)

SHELL_AND_TEMPLATES: Sequence[str] = (
    "$(reboot)",
    "`id`",
    "; cat /etc/passwd",
    "${jndi:ldap://127.0.0.1/x}",
    "{{7*7}}",
    "{0.__class__.__mro__}",
    "%s%n%x",
    "$.Attributes.x",
    "{{", "}}", "{{a}}{{b",
    "=HYPERLINK(\"http://127.0.0.1\")",
    "@SUM(1+1)*cmd|' /C calc'!A0",
)  # fmt: skip

MARKUP: Sequence[str] = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "<!DOCTYPE x [<!ENTITY a 'b'>]>",
    "[bold red]text[/bold red]",
    "[/]",
    "[link=file:///etc/passwd]x[/link]",
)

PATHS: Sequence[str] = (
    "../../../../etc/passwd",
    "..\\..\\windows",
    "/etc/passwd",
    "%2e%2e%2f",
    "a//b",
    "a/./b",
    "file:///etc/passwd",
    "http://169.254.169.254/latest/meta-data/",
    "s3://bucket/../key",
    "CON",
    "~",
    "a\0.json",
)

CONTROL: Sequence[str] = (
    "\0",
    "\x1b[2J\x1b[31mred",
    "\x1b]0;title\x07",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x9b31m",
    "a\r\nSet-Cookie: x=1",
    'a\n{"event":"forged","level":"info"}',
    "\u2028\u2029",
    "\u202eabc\u202c",
    "\u200b\ufeff",
    "\x7f\x08\x08",
)

UNICODE: Sequence[str] = (
    "é", "é", "ﬁ", "İı", "ß", "Ⅷ", "٣", "😀", "👨‍👩‍👧", "z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A", "\U0010ffff", "\ue000", "\ufffe",
)  # fmt: skip

NUMBERS: Sequence[str] = (
    "0", "-0", "1e400", "-1e-400", "NaN", "Infinity", "0x10", "1_000", "٣", "9" * 400, "9" * 5000,
    "9223372036854775808",
    "1.0.0-alpha+001", "10.0.0.0/33", "2026-13-45T99:99:99Z", "0001-01-01T00:00:00Z", "P1Y", "-1s",
)  # fmt: skip

NAMES: Sequence[str] = (
    "", " ", ".", "..", "*", "a.", ".a", "a..b", "A", "_", "-", "vexil-access", "__proto__", "constructor",
    "None", "null", "true",
    "anonymous", "key:1", "shop/prod", "shop#prod", "a" * 63, "a" * 64, "a" * 256, "a" * 257,
)  # fmt: skip

DEEP: Sequence[str] = (
    "[" * 5000,
    "a=" + "[" * 5000,
    '{"a":' * 5000,
    "[" * 200 + "]" * 200,
    '{"a":' * 300 + "1" + "}" * 300,
    "(" * 2000,
    "(a+)+$",
    "(.*)*\\1",
    "a{1000}{1000}",
    "(?i)" * 500,
    "\\p{Greek}[^\\d]",
)

TEXTS: Sequence[str] = (
    *SQL, *NOSQL, *SHELL_AND_TEMPLATES, *MARKUP, *PATHS, *CONTROL, *UNICODE, *NUMBERS, *NAMES, *DEEP,
    "x" * 70_000,
)  # fmt: skip

HALF_A_CHARACTER = "\ud800"
"""A surrogate alone, as JSON and nothing else can spell it."""
