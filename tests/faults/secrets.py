"""What nobody is to see is in no file and on no stream; what only looks a little like it can still be read."""

import os
import subprocess
import sys
import time
from collections.abc import Callable

from genaudit.masking import is_secret_name, known_secrets, mask, mask_in_place, without_known
from tests.faults.matrix import Place, faults
from tests.real_run import DRAWN

LETTERS = "q7Zx2LmV9bTnK4wRfY8cJ3hD"
"""Of every secret here, so that it can be looked for: nothing else holds them."""

BY_SHAPE = {
    "a GitHub token": f"ghp_{LETTERS}",
    "a GitHub OAuth token": f"gho_{LETTERS}",
    "a GitHub server token": f"ghs_{LETTERS}",
    "a fine-grained GitHub token": f"github_pat_{LETTERS}_{LETTERS}",
    "a GitLab token": f"glpat-{LETTERS}",
    "an OpenAI key": f"sk-{LETTERS}",
    "an OpenAI project key": f"sk-proj-{LETTERS}",
    "an Anthropic key": f"sk-ant-api03-{LETTERS}",
    "a Stripe key": f"sk_live_{LETTERS}",
    "a Slack bot token": f"xoxb-1234567890-{LETTERS}",
    "a Slack app token": f"xapp-1-A1-{LETTERS}",
    "a Slack webhook": f"https://hooks.slack.com/services/T000/B000/{LETTERS}",
    "a Discord webhook": f"https://discord.com/api/webhooks/123456789/{LETTERS}",
    "an AWS key": f"AKIA{LETTERS.upper()}",
    "a passing AWS key": f"ASIA{LETTERS.upper()}",
    "a Google key": f"AIza{LETTERS}{LETTERS}",
    "a Google OAuth token": f"ya29.{LETTERS}",
    "a Hugging Face token": f"hf_{LETTERS}",
    "an npm token": f"npm_{LETTERS}",
    "a PyPI token": f"pypi-AgEI{LETTERS}",
    "a SendGrid key": f"SG.{LETTERS}.{LETTERS}",
    "a Vault token": f"hvs.{LETTERS}",
    "a Grafana token": f"glsa_{LETTERS}",
    "a JSON web token": f"eyJhbGciOiJIUzI1NiJ9.eyJz{LETTERS}.{LETTERS}",
    "a Docker token": f"dckr_pat_{LETTERS}",
    "a Shopify token": f"shpat_{LETTERS}",
    "a DigitalOcean token": f"dop_v1_{LETTERS}",
    "a Square token": f"sq0atp-{LETTERS}",
    "a restricted Stripe key": f"rk_live_{LETTERS}",
    "a Facebook token": f"EAAC{LETTERS}{LETTERS}",
    "a Linear key": f"lin_api_{LETTERS}",
    "an age key": f"AGE-SECRET-KEY-1{LETTERS}",
    "an Atlassian token": f"ATATT3x{LETTERS}",
    "a Sentry token": f"sntrys_{LETTERS}",
    "a PlanetScale password": f"pscale_pw_{LETTERS}",
    "a RubyGems key": f"rubygems_{LETTERS}",
    "a Doppler token": f"dp.st.dev.{LETTERS}",
    "a Postman key": f"PMAK-{LETTERS}-{LETTERS}",
    "a New Relic key": f"NRAK-{LETTERS}",
    "a PostHog key": f"phx_{LETTERS}",
    "a Notion token": f"ntn_{LETTERS}",
    "a pair that was cut off": f"make(password='{LETTERS}…",
    "a private key": f"-----BEGIN RSA PRIVATE KEY-----\\nMII{LETTERS}\\n-----END RSA PRIVATE KEY-----",
    "a private key cut off": f"-----BEGIN PRIVATE KEY-----\\nMII{LETTERS}",
    "a database's address": f"postgres://user:{LETTERS}@db.example.org/data",
    "an address with a password alone": f"redis://:{LETTERS}@cache:6379/0",
    "an address with a token": f"https://{LETTERS}@example.org/repo.git",
    "a header": f"Authorization: Bearer {LETTERS}",
    "a header of another kind": f"Authorization: Basic {LETTERS}==",
    "a pair": f"password={LETTERS}",
    "a pair with a colon": f"api_key: {LETTERS}",
    "a pair in JSON": f'{{"client_secret": "{LETTERS}"}}',
    "a pair in Python": f"{{'db_password': '{LETTERS}'}}",
    "an AWS secret beside its name": f"aws_secret_access_key = {LETTERS}",
    "an Azure connection": f"AccountName=x;AccountKey={LETTERS}==;EndpointSuffix=core.windows.net",
    "a signed address": f"https://x.blob.core.windows.net/c?sv=2020&sig={LETTERS}%3D&se=2030",
    "an address signed by AWS": f"https://b.s3.amazonaws.com/k?X-Amz-Signature={LETTERS}&X-Amz-Expires=60",
    "an option": f"--password {LETTERS}",
    "a variable": f"MYSQL_PWD={LETTERS}",
    "a header by its name": f"X-Api-Key: {LETTERS}",
}


@faults(BY_SHAPE, processes=False)
def masked_by_shape(_: Place, text: str) -> None:
    """Alone, in a sentence, in quotes, in a call, and as repr and JSON write it."""
    for shown in (text, f"it said: {text} (again)", f"make({text!r})", f"'{text}'", repr({"x": text}), f"\n{text}\n"):
        found = mask(shown)
        assert not any(part in found for part in (LETTERS, LETTERS.upper(), LETTERS[4:20])), found


@faults(
    {
        text: text
        for text in (
            'tokenizer="bert-base-uncased", max_tokens=512',
            "token_ids=[1, 2, 3] n_tokens=7 new_tokens=3",
            "pad_token='<pad>', eos_token='</s>'",
            "sorted(rows, key=lambda row: row.path)",
            "password_field=None, password=None, token: str | None = None",
            "def load(path, *, api_key: Optional[str] = None, secret: str = '')",
            "/data/3f786850e387550fdab836ed7e6dc881de23001b/images/sk-learn/a.jpg",
            "commit 3f786850e387550fdab836ed7e6dc881de23001b",
            "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "password = os.environ['DB_PASSWORD']",
            "token = get_token(); token=self.token",
            "connect(password=password, token=args.token)",
            "PWD=/home/me/project",
            "the author of the secretary's keys",
            "https://example.org:8080/a/b?page=2",
            "s3://bucket/prefix/file.tfrecord",
            "hf_hub_download(repo_id='x')",
            "key=3 keys=['a'] public_key_path=/x/y",
            "Unexpected token: }",
            "signature=(paths, batch_size)",
            "npm_config_cache=/tmp/npm",
            "KeyError: 'label'",
        )
    },
    processes=False,
)
def left_as_it_is(_: Place, text: str) -> None:
    """Paths, hashes, words and code stay readable."""
    assert mask(text) == text


@faults(
    {
        "one long key": ("", "A", ""),
        "beginnings of tokens": ("", "eyJ-", ""),
        "beginnings of addresses": ("", "://", ""),
        "logins without a host": ("", "://a:", ""),
        "names without values": ("", "password ", ""),
        "a name and blanks": ("password", " ", ""),
        "quotes that never close": ("", "password='", ""),
        "words with dashes": ("", "sk-a ", ""),
        "beginnings of private keys": ("", "-----BEGIN PRIVATE KEY-----", ""),
        "ends of private keys": ("", "-----END PRIVATE KEY-----", ""),
        "letters with underscores": ("", "auth_", ""),
        "a long name": ("", "a_", "password=x"),
        "backslashes": ("", "password\\", ""),
        "types without values": ("", "password:str|", ""),
    },
    processes=False,
)
def masked_in_linear_time(_: Place, parts: tuple[str, str, str]) -> None:
    """Of a text that was made to be slow, eight times as much takes eight times as long, not sixty-four."""
    beginning, repeated, end = parts

    def seconds(size: int) -> float:
        text = beginning + repeated * (size // len(repeated)) + end
        begun = time.process_time()
        mask(text)
        mask_in_place(text)
        is_secret_name(text)
        return time.process_time() - begun

    few = min(seconds(20_000) for _ in range(2))
    # What takes next to no time has no ratio; and a collection may fall into one of them.
    assert min(seconds(160_000) for _ in range(2)) < max(20 * few, 0.05)


@faults(
    {"letters": "x = 'ghp_" + LETTERS + "'", "lines": 'KEY = """-----BEGIN PRIVATE KEY-----\nMII\n' + LETTERS + '"""'}
)
def source_keeps_its_places(_: Place, text: str) -> None:
    """Lines and columns of a source are those that findings point to."""
    found = mask_in_place(text)
    assert LETTERS not in found
    assert [len(line) for line in found.split("\n")] == [len(line) for line in text.split("\n")]


@faults(
    {
        "by its parameter": ([("password", "swordfish")], {}, "cannot log in with swordfish"),
        "in a dictionary": ([("options", {"token": "swordfish"})], {}, "got swordfish"),
        "in an address": ([("url", "mysql://me:swordfish@host/x")], {}, "wrong: swordfish"),
        "of a variable": ([], {"SERVICE_TOKEN": "swordfish"}, "wrong: swordfish"),
    },
    processes=False,
)
def known_by_its_value(_: Place, case: tuple[list[tuple[str, object]], dict[str, str], str]) -> None:
    """A password that looks like a word is masked where it was given by a name."""
    values, variables, text = case
    assert "swordfish" not in without_known(text, known_secrets(values, variables))


TARGET = """
import sys, os

URL = "postgres://me:{letters}@db/data"

def make(password, token="x", options=None):
    print("out", password, token, os.environ.get("DB_PASSWORD"))
    print("err", {everything!r}, file=sys.stderr)
    sys.stderr.flush()
    key = "ghp_{letters}"
    for i in range(6):
        if i == 3:
            raise ValueError("cannot log in as me with " + password + " and " + token + " " + os.environ["DB_PASSWORD"])
        yield bytes(1000)
"""


def _planted(place: Place) -> tuple[dict[str, str], list[str]]:
    """A target that shows its secrets everywhere, the environment it runs in, and what must be seen nowhere."""
    everything = "\n".join(BY_SHAPE.values()).replace("\\n", "\n")
    (place.folder / "leaky.py").write_text(TARGET.format(letters=LETTERS, everything=everything))
    environment = {**place.environment(), **DRAWN, "DB_PASSWORD": "fromtheenvironment"}
    return environment, [LETTERS, LETTERS.upper(), "swordfish", "open-sesame-77", "fromtheenvironment"]


def _told(place: Place, environment: dict[str, str], words: list[str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "genaudit", *words],
        cwd=place.folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.stdout + done.stderr


RUN = [
    "run",
    "leaky.py:make('swordfish')",
    "--arg",
    "token=open-sesame-77",
    "--quick",
    "--sizes",
    "off",
    "--batches",
    "4",
]
FORMATS = ("text", "mprof", "json", "html", "svg", "junit", "sarif", "github", "gitlab", "markdown")


def _run(place: Place) -> list[str]:
    return [*RUN, *(word for form in FORMATS for word in ("--output", f"{form}=all.{form}"))]


def _gate(place: Place) -> list[str]:
    text = """targets = ["leaky.py:make('swordfish')"]\nsizes = "off"\nbatches = 4\n"""
    (place.folder / "genaudit.toml").write_text(f'{text}[arguments]\ntoken = "open-sesame-77"\n')
    return ["gate", "--update-baseline", "--reason", f"password={LETTERS}", "--output", "junit=all.xml"]


def _compare(place: Place) -> list[str]:
    words = ["--arg", "token=open-sesame-77", "--batches", "4", "--repeats", "1"]
    return ["compare", "leaky.py:make('swordfish')", "leaky.py:make(password='swordfish')", *words]


def _lint(place: Place) -> list[str]:
    (place.folder / "lazy.py").write_text(
        "import numpy as np\n\n\ndef load(paths):\n"
        f"    data = [np.load(path, token='ghp_{LETTERS}', password='swordfish') for path in paths]\n"
        "    for one in data:\n        yield one\n"
    )
    return [
        "lint",
        "lazy.py",
        *(word for form in ("sarif", "junit", "github", "json", "text") for word in ("--output", f"{form}=all.{form}")),
    ]


@faults({"run": _run, "gate": _gate, "compare": _compare, "lint": _lint})
def planted_and_seen_nowhere(place: Place, command: Callable[[Place], list[str]]) -> None:
    """In no file, and on no stream; also where the recording is rendered again."""
    environment, secrets = _planted(place)
    words = command(place)
    before = {path for path in place.folder.rglob("*") if path.is_file()}
    seen = {"the terminal": _told(place, environment, words)}
    for recording in place.folder.glob("reports/*/recording.json"):
        seen["again"] = _told(place, environment, ["report", str(recording), "--out", "again", "-v"])
    for path in place.folder.rglob("*"):
        if path.is_file() and path not in before and "__pycache__" not in str(path):
            seen[str(path)] = path.read_text(errors="replace")
    assert "leaky.py" in "".join(seen) + seen["the terminal"] or "lazy.py" in seen["the terminal"]
    assert [(name, secret) for name, text in seen.items() for secret in secrets if secret in text] == []


TESTED = """
import os
import pytest
from leaky import make

@pytest.mark.genaudit(batches=4, max_batches=4, sizes="off")
def test_it():
    return make(os.environ["DB_PASSWORD"], token=os.environ["DB_TOKEN"])
"""


@faults(["pytest"])
def planted_and_tested(place: Place, _: str) -> None:
    """Neither the output of pytest, nor its JUnit file, nor the reports of its plugin show any of it."""
    environment, secrets = _planted(place)
    environment["DB_TOKEN"] = "open-sesame-77"
    place.write("test_leaky.py", TESTED)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--junitxml=junit.xml", "--genaudit-out=out", "-rA",
         "--basetemp", str(place.temporary / "pytest"), "test_leaky.py"],
        cwd=place.folder, env={**os.environ, **environment}, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    subprocess.run(["rm", "-rf", str(place.temporary / "pytest")], check=True)
    seen = {"the terminal": done.stdout + done.stderr, "JUnit": (place.folder / "junit.xml").read_text()}
    seen |= {
        str(path): path.read_text(errors="replace") for path in (place.folder / "out").rglob("*") if path.is_file()
    }

    assert done.returncode == 1
    assert "test_leaky" in seen["JUnit"]
    assert [(name, one) for name, text in seen.items() for one in secrets if one in text] == []


@faults(
    {
        "in the message of a refusal": "leaky.py:missing(password='swordfish')",
        "in a slip": "leaky.py:make(password='swordfish',",
    }
)
def refused_without_it(place: Place, target: str) -> None:
    """The message of a target that cannot be followed tells it again, but not what is in it."""
    environment, _ = _planted(place)
    said = _told(place, environment, ["run", target])
    assert "leaky.py" in said
    assert "swordfish" not in said
