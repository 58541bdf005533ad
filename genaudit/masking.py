"""Secrets in texts and values: found by the name beside them and by their shape, and masked before they are kept.

Every pattern takes a time in proportion to the text: a run of letters is looked through once, because a pattern can
begin only where the run begins, and whatever else repeats has a length.
"""

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

MASK = "***"
SHORTEST_KNOWN = 5
"""Characters from which on a secret that is known is looked for everywhere: shorter ones are parts of words."""
SHORTEST_VARIABLE = 8

_RUN = r"(?:(?<![A-Za-z0-9_-])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2}))"
"""Where a word begins, also behind a character that repr(), JSON or an address has written with letters."""
# Written together, with _ or - between, or with capitals; what is before them does not matter.
_KEYS = (
    "api|access|private|secret|account|encryption|signing|auth|master|storage|consumer|subscription|service|ssh|app"
    "|session|deploy|host|license|functions|shared[_-]?access|aws|azure|admin"
)
_NAME = (
    r"(?:[A-Za-z0-9_-]{0,60}(?:password|passwd|passphrase|passcode)\d{0,3}"
    r"|(?:[A-Za-z0-9_-]{0,60}[_-])?"
    rf"(?:pwd|secrets?|token|credentials?|creds|authorization|auth|cookie|(?:{_KEYS})[_-]?key)\d{{0,3}}"
    r"|(?:db|client|app|shared|consumer|my|user|hub|access|auth|api|bearer|refresh|id|bot)(?:secret|token|pwd|pass)"
    r"|(?:pg|db|mysql|redis|smtp|ftp|sudo)_?pass)"
)
_SECRET_NAME = re.compile(rf"(?<![A-Za-z0-9_-]){_NAME}\Z", re.I)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# Tokens of a text: none of them opens a door.
_HARMLESS_NAMES = re.compile(
    r"(?:[\w-]*[_-])?(?:pad|eos|bos|unk|unknown|mask|masked|sep|cls|start|stop|end|next|prev|previous|last|first|image|img"
    r"|video|audio|special|word|sub|blank|oov|begin|new|max|min|num|n|per|prompt|input|output|decoder|encoder|forced\w*"
    r"|total|vocab|text|class|query|separator|boundary|unexpected|invalid)[_-]tokens?|n?tokens",
    re.I,
)
_WORDS = {
    "none", "true", "false", "null", "nil", "str", "bytes", "int", "bool", "float", "any", "lambda", "required",
    "optional", "missing", "empty", "unset", "is", "was", "not", "the", "a", "and", "or", "for", "hidden", "(hidden)",
}  # fmt: skip
_TYPES = r"(?:(?:typing\.)?Optional\[\w{1,40}\]|str|bytes|int|bool|SecretStr|Any)(?:\s{0,4}\|\s{0,4}None)?"
_ASSIGNED = re.compile(
    rf"{_RUN}(?P<name>{_NAME})(?P<sign>\\{{0,4}}['\"]?\]?(?:\s{{0,8}}:\s{{0,8}}{_TYPES}(?=\s{{0,8}}=))?"
    r"(?:\s{0,8}(?:=|:|=>|,(?=\s?['\"]))\s{0,8}))"
    # One that was cut off has no end.
    r"(?P<value>(?:b|r|f|u)?\\{0,4}['\"][^'\"\n]{0,4096}…|(?:b|r|f|u)?\\{0,4}'[^'\n]{0,4096}'|(?:b|r|f|u)?\\{0,4}\"[^\"\n]{0,4096}\""
    r"|[(\[][^()\[\]\n]{0,400}[)\]]|(?:Bearer|Basic|Token|Digest)\s{1,8}[^\s'\",;]{1,4096}|(?:(?!\\{1,4}[nrt])[^\s,;&)}\]'\"]){1,4096})",
    re.I,
)
_OPTION = re.compile(
    rf"{_RUN}(?P<name>--{_NAME})(?P<sign>\s{{1,4}})(?P<value>'[^'\n]{{0,4096}}'|\"[^\"\n]{{0,4096}}\"|[^\s'\"-][^\s'\"]{{0,4096}})",
    re.I,
)
_CALLED = re.compile(r"[A-Za-z_][A-Za-z_.]*[(\[]")
_PATH = re.compile(r"[/~.]|[A-Za-z]:\\")
_MIXED = r"(?=[A-Za-z_-]{0,40}(?:\d|[A-Za-z0-9]{16}))"
"""Before the letters of a key: words with dashes between them are none."""
_SHAPES = re.compile(
    rf"{_RUN}(?:"
    rf"sk-{_MIXED}[\w-]{{12,}}|(?:sk|rk|pk)_(?:live|test)_\w{{8,}}|whsec_\w{{12,}}"
    r"|gh[pousr]_\w{12,}|github_pat_\w{12,}|gl(?:pat|dt|rt|ptt|ft|soat|cbt|imt|agent)-[\w-]{10,}"
    r"|(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{12,}|AIza[\w-]{20,}|ya29\.[\w-]{12,}|GOCSPX-[\w-]{12,}"
    r"|(?:xox[a-z]|xapp)-[\w-]{8,}|hf_[A-Za-z0-9]{16,}|npm_[A-Za-z0-9]{16,}"
    rf"|pypi-{_MIXED}[\w-]{{16,}}|do[opr]_v1_\w{{16,}}|shp(?:at|ca|pa|ss)_\w{{12,}}|dapi[0-9a-f]{{24,}}|key-[0-9a-f]{{24,}}"
    r"|SG\.[\w-]{12,}\.[\w-]{12,}|hv[sbr]\.[\w-]{16,}|glsa_\w{16,}|glc_\w{16,}|lin_api_\w{16,}|figd_[\w-]{16,}"
    r"|dckr_(?:pat|oat)_[\w-]{16,}|sq0(?:atp|csp|idp)-[\w-]{16,}|EAAC[A-Za-z0-9]{24,}|EAAAE[\w-]{24,}"
    r"|lin_oauth_\w{16,}|sntry[su]_[\w=-]{16,}|pscale_(?:tkn|pw|oauth)_[\w-]{16,}|rubygems_\w{16,}|dp\.(?:pt|st|ct)\.[\w.-]{16,}"
    r"|PMAK-[\w-]{16,}|NRAK-\w{16,}|ph[cx]_\w{24,}|secret_[A-Za-z0-9]{32,}|ntn_\w{24,}|fo1_[\w-]{24,}|sbp_[0-9a-f]{24,}"
    r"|ATATT3[\w-]{16,}|AGE-SECRET-KEY-1\w{16,}|nvapi-[\w-]{16,}|r8_\w{20,}|gsk_\w{20,}|xai-\w{20,}|tfp_\w{20,}"
    r"|eyJ[\w-]{6,}\.[\w-]{4,}(?:\.[\w-]*)?|SK[0-9a-f]{32}(?![0-9A-Za-z])|\d{8,10}:AA[\w-]{30,}"
    # The beginning of one that was cut off.
    r"|(?:gh[pousr]_|github_pat_|glpat-|hf_|npm_|AKIA|ASIA|AIza|xox[a-z]-|sk-|eyJ)[\w-]{2,}(?=…)"
    r")"
    r"|(?<=hooks\.slack\.com/)(?:services|workflows|triggers)/[\w/-]{6,400}"
    r"|(?<=/api/webhooks/)\d{4,24}/[\w-]{8,400}"
    r"|(?<=webhook\.office\.com/)[^\s'\"]{8,400}"
    r"|(?<=://)(?:[^\s/:@'\"]{0,200}:[^\s/'\"]{1,400}|[^\s/:@'\"]{16,200})(?=@)"
    r"|(?<=\bBearer )[\w.~+/=-]{8,4096}|(?<=\bBasic )[A-Za-z0-9+/]{8,4096}={0,2}"
    # In the query of an address.
    r"|(?<=[?&]sig=)[^\s&'\"]{4,4096}|(?<=[?&]Signature=)[^\s&'\"]{4,4096}"
    r"|(?<=X-Amz-Signature=)[^\s&'\"]{4,4096}|(?<=X-Amz-Credential=)[^\s&'\"]{4,4096}"
    r"|(?<=curl -u )[^\s:'\"]{1,200}:[^\s'\"]{1,400}"
)
_LITERAL = re.compile(
    # A quote behind a backslash begins nothing, so that each text is looked through once.
    r"""(?<!\\)(?:"(?:[^"\\\n]|\\.){0,20000}"|'(?:[^'\\\n]|\\.){0,20000}'|\#[^\n]{0,20000})""",
    re.DOTALL,
)
_LOGIN = re.compile(r"(?<=://)[^\s/:@'\"]{0,200}:([^\s/'\"]{1,400})(?=@)")
_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_LOST = re.compile(r"(?:(?:\\{1,4}[nr]|[\r\n][ \t]{0,8}){0,4}[A-Za-z0-9+/=]{3,1000}){0,400}")
"""What is left of a key whose end was cut off."""
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s\\]{16,16000}\Z")
LONGEST_BLOCK = 16_000
Cover = Callable[[str], str]


def mask(text: str) -> str:
    """The text without what is written like a key or a token, or assigned to a name like ``password``.

    Example:
        >>> mask("--arg api_key=abc123 tokenizer=bert")
        '--arg api_key=*** tokenizer=bert'
    """
    return _masked(text, lambda _: MASK)


def mask_in_place(text: str) -> str:
    r"""Source text with as many characters in as many lines as before: what is masked is starred letter by letter.

    Beside a name only a literal is a secret; the code that gets one from elsewhere is none.

    Example:
        >>> mask_in_place('password = "hunter2"; token = get()')
        'password = "*******"; token = get()'
    """
    # In a text or a comment all is a value that looks like one; between them it must be a text itself.
    inside = _LITERAL.sub(lambda match: _masked(match[0], starred), text)
    return _masked(inside, starred, literals_only=True)


def is_secret_name(name: str) -> bool:
    """Whether a parameter, a variable or a key is named for what nobody is to see.

    Example:
        >>> [is_secret_name(name) for name in ("db_password", "accessToken", "pad_token", "token_ids")]
        [True, True, False, False]
    """
    if len(name) > 200:
        return False
    spread = _CAMEL.sub("_", name)
    return any(
        _SECRET_NAME.fullmatch(spelling) and not _HARMLESS_NAMES.fullmatch(spelling) for spelling in (name, spread)
    )


def shorten(text: str, longest: int) -> str:
    """The text with its end cut, and the cut marked, where it is too long.

    Example:
        >>> shorten("abcdef", 4)
        'abc…'
    """
    return text if len(text) <= longest else text[: max(0, longest - 1)] + "…"


def shorten_within(text: str, longest: int) -> str:
    """The text with its middle cut, and the cut marked, where it is too long: what is wrong is often at the end.

    Example:
        >>> shorten_within("abcdefgh", 5)
        'ab…gh'
    """
    if len(text) <= longest:
        return text
    before = longest // 2
    return f"{text[:before]}…{text[len(text) - (longest - before - 1) :]}"


def without_known(text: str, known: Iterable[str], cover: Cover = lambda _: MASK) -> str:
    """The text without secrets that are known by their value.

    Args:
        text: Any text.
        known: As ``known_secrets`` has them: the longest first.
        cover: What takes their place.
    """
    for secret in known:
        if secret in text:
            text = text.replace(secret, cover(secret))
    return text


def known_secrets(values: Iterable[tuple[str, object]], variables: Mapping[str, str]) -> list[str]:
    """What must not be seen anywhere, the longest first: values that were given to parameters named like secrets.

    Args:
        values: Name and value of what the target is called with.
        variables: Environment variables: a target may print what it finds there.
    """
    secrets = {text for name, value in values for text in _secrets_in(name, value) if _is_searchable(text)}
    secrets |= {
        text
        for name, text in variables.items()
        if is_secret_name(name) and len(text) >= SHORTEST_VARIABLE and not _PATH.match(text) and _is_searchable(text)
    }
    # As repr() and JSON write them.
    secrets |= {repr(text)[1:-1] for text in secrets}
    return sorted(secrets, key=lambda text: (-len(text), text))


def mask_plain(value: Any, change: Callable[[str], str] = mask) -> Any:
    """Plain values with every text masked, also by the key that it has."""
    # The keys of rows are the same in each row, and a text may stand in several places.
    return _plain(value, functools.cache(change))


def _plain(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_plain(entry, change) for entry in value]
    if isinstance(value, dict):
        return {
            change(name) if isinstance(name, str) else name: _entry(name, entry, change)
            for name, entry in value.items()
        }
    return value


def _entry(name: object, value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str) and isinstance(name, str) and is_secret_name(name) and not _is_harmless(name, value):
        return MASK
    return _plain(value, change)


def _secrets_in(name: str, value: object) -> list[str]:
    """The texts that are secret by the name that they have, and the passwords in addresses."""
    if is_secret_name(name):
        return [text for text in _texts(value) if not _is_harmless(name, text)]
    if isinstance(value, dict):
        return [text for key, entry in list(value.items())[:64] for text in _secrets_in(str(key), entry)]
    return [password for text in _texts(value) for password in _LOGIN.findall(text[:4096])]


def _texts(value: object) -> list[str]:
    """The texts in a value."""
    if isinstance(value, bytes):
        return [value.decode("utf-8", "replace")]
    if isinstance(value, list | tuple | set):
        return [text for entry in list(value)[:64] for text in _texts(entry)]
    if isinstance(value, dict):
        return [text for entry in list(value.values())[:64] for text in _texts(entry)]
    return [value] if isinstance(value, str) else [str(value)] if type(value) is int else []


def _is_searchable(text: str) -> bool:
    """Whether a text can be looked for everywhere: it is long enough, and no word of the language."""
    return SHORTEST_KNOWN <= len(text) <= 4096 and text.lower() not in _WORDS and not is_secret_name(text)


def _masked(text: str, cover: Cover, *, literals_only: bool = False) -> str:
    if "PRIVATE KEY" in text:
        text = _without_blocks(text, cover)
    text = _SHAPES.sub(lambda match: cover(match[0]), text)
    text = _ASSIGNED.sub(functools.partial(_assigned, cover, literals_only), text)
    return text if literals_only else _OPTION.sub(functools.partial(_assigned, cover, literals_only), text)


def _assigned(cover: Cover, literals_only: bool, match: "re.Match[str]") -> str:
    name, value = match["name"], match["value"]
    if _HARMLESS_NAMES.fullmatch(name) or _is_code(match):
        return match[0]
    head, body, tail = _unquoted(value)
    if (literals_only and not head) or not body or _is_harmless(name, body):
        return match[0]
    if cover is starred:
        return f"{name}{match['sign']}{head}{cover(body)}{tail}"
    return f"{name}{match['sign']}{cover(value)}"


def _is_harmless(name: str, value: str) -> bool:
    """Whether the text beside a name is a place, a word of the language, or the name of what it comes from."""
    short = name.lower().rpartition("_")[2].rpartition("-")[2]
    if short in {"pwd", "credentials", "credential", "creds", "cookie"} and _PATH.match(value):
        return True
    if short in {"auth", "authorization"} and (value.lower() in {"basic", "digest", "bearer"} or value.isdigit()):
        return True
    if short.startswith("token") and (value[:1] in "<[" or value.isdigit()):
        return True
    return value.lower() in _WORDS or value in {name, MASK} or value[:1] in "{$%<" or set(value) <= set("*.…-")


def _is_code(match: "re.Match[str]") -> bool:
    """Whether an unquoted value is a call or an attribute, and so no secret but the way to one."""
    value = match["value"]
    behind = match.string[match.end() : match.end() + 1]
    dotted = "." in value and all(part.isidentifier() for part in value.split("."))
    return (
        bool(_CALLED.match(value))
        or (dotted and not any(map(str.isdigit, value)))
        or (value.isidentifier() and behind in {"(", "["} and bool(behind))
    )


def _unquoted(value: str) -> tuple[str, str, str]:
    """The quotes before a value with their prefix, what is between, and those behind."""
    at = next((at for at in range(min(8, len(value))) if value[at] in "'\""), -1)
    if at < 0 or value[-1] != value[at] or not set(value[:at]) <= set("brfuBRFU\\"):
        return "", value, ""
    return value[: at + 1], value[at + 1 : -1], value[-1]


def _without_blocks(text: str, cover: Cover) -> str:
    """The text without what private keys are written between; a key may have lost its beginning or its end."""
    pieces: list[str] = []
    at = 0
    begin, end = _BEGIN.search(text), _END.search(text)
    while True:
        # Searched for again only where the last has been passed: each part of the text is looked through once.
        begin = _BEGIN.search(text, at) if begin is not None and begin.start() < at else begin
        end = _END.search(text, at) if end is not None and end.start() < at else end
        if end is not None and (begin is None or end.start() < begin.start()):
            lost = _BASE64.search(text[max(at, end.start() - LONGEST_BLOCK) : end.start()])
            start = end.start() - len(lost[0]) if lost else end.start()
            pieces += [text[at:start], cover(text[start : end.start()]), end[0]]
            at = end.end()
        elif begin is not None:
            lost = _LOST.match(text, begin.end())
            stop = lost.end() if lost else begin.end()
            if end is not None and end.start() <= begin.end() + LONGEST_BLOCK:
                stop = end.start()
            pieces += [text[at : begin.end()], cover(text[begin.end() : stop])]
            at = stop + len(end[0]) if end is not None and stop == end.start() else stop
            pieces += [text[stop:at]]
        else:
            return "".join([*pieces, text[at:]])


def starred(text: str) -> str:
    """A star for every letter; lines stay."""
    return "".join(letter if letter in "\r\n" else "*" for letter in text)
