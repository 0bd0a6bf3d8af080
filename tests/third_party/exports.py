"""Runs the scripts that `--export` prints, with the tools that they are for.

    exports.py target/release/appmesh-conformance [KIND...]

For each of some faults a run finds it, its trace is exported as each kind of script, and each
script is run against a server with the fault and against one without. Up to the last call both
must show the same; the last answer must differ, and be the one that the report has. Where nobody
answers, a script must fail and say so. Exits 1 if one does not. The AWS CLI must be `aws` on the path, and `python3` there must know boto3.
"""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request
from pathlib import Path

PREVIEW, GENERAL = "2018-10-01", "2019-01-25"
KINDS = {"curl": "sh", "aws-cli": "sh", "boto3": "python3"}
CASES = [
    # Pages that go on by tokens of earlier answers, and several bodies.
    (PREVIEW, "route.page-skips"),
    # A resource that is made again under the same name, with a client token.
    (GENERAL, "virtual-router.version-survives-with-token"),
    # A body that is no JSON object.
    (GENERAL, "wire.takes-garbage"),
    # A name that is filled up to a length.
    (PREVIEW, "mesh.ignores-meshName.length.max"),
    # A name that has to be encoded in a path.
    (GENERAL, "route.ignores-name-slash"),
    # A specification that is not stored.
    (GENERAL, "virtual-router.update-not-stored"),
]
PREFIX = "exported-"
UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|<uid \d+>", re.I)
# How names are filled up to a length; how much of it there is hangs on the prefix.
FILLED = re.compile(r"-_aZ09bY18[-\w]*")
TIMES = {"createdAt", "lastUpdatedAt"}


class Server:
    """A server of ours that runs while the block does."""

    def __init__(self, binary, version, fault=None):
        faults = ["--fault", fault] if fault else []
        self.command = [binary, "serve", "--port", "0", "--api-version", version, *faults]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        return self.process.stdout.readline().split()[-1]

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def same_each_time(value, key=None):
    """A JSON value without what differs from run to run."""
    if isinstance(value, dict):
        return {name: same_each_time(member, name) for name, member in value.items()}
    if isinstance(value, list):
        return [same_each_time(item) for item in value]
    if key in TIMES:
        return "<time>"
    if key == "nextToken" and value:
        return "<token>"
    if isinstance(value, str):
        return FILLED.sub("<filled>", UID.sub("<uid>", value.replace(PREFIX, "")))
    return value


def calls(output):
    """The answers that a script shows: for each call its status, error type and body."""
    parts = re.split(r"^(\d+)\. .*$", output, flags=re.M)
    answers = []
    for text in parts[2::2]:
        text = text.split("\n# What the report says", 1)[0]
        status = re.search(r"^HTTP(?:/1\.1)? (\d+)", text, re.M)
        error = re.search(r"^x-amzn-errortype: (\w+)|error occurred \((\w+)\)", text, re.M | re.I)
        body = re.search(r"^[\[{].*[\]}]$", text, re.M | re.S)
        answers.append(
            {
                "status": status and int(status[1]),
                "error": error and (error[1] or error[2]),
                "body": same_each_time(json.loads(body[0])) if body else None,
            }
        )
    return answers


class Closed:
    """A port on which connections are taken and closed without an answer while the block runs."""

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.serve, daemon=True).start()
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            connection.recv(65536)
            connection.close()

    def __exit__(self, *_):
        self.socket.close()


def start(kind, script, url):
    environment = {name: value for name, value in os.environ.items() if name[:4] != "AWS_"}
    environment |= {"ENDPOINT": url, "PREFIX": PREFIX}
    return subprocess.run(
        [KINDS[kind], script], env=environment, capture_output=True, text=True, timeout=900
    )


def run(kind, script, url):
    done = start(kind, script, url)
    if done.returncode != 0:
        raise AssertionError(f"exit code {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def run_on_nobody(kind, script, url, why):
    """Runs a script where there is no answer: it must fail and say so on standard error."""
    done = start(kind, script, url)
    if done.returncode != 1 or not done.stderr.startswith(f"no answer from {url}"):
        raise AssertionError(
            f"{why}: exit code {done.returncode}\n{done.stdout}\non standard error: {done.stderr}"
        )
    if len(done.stderr.splitlines()) != 1 or "# What the report says" in done.stdout:
        raise AssertionError(f"{why}: says too much\n{done.stdout}\n{done.stderr}")


def left(version, url):
    """What a server still holds."""
    path = "/meshes" if version == PREVIEW else "/v20190125/meshes"
    with urllib.request.urlopen(url + path) as answer:
        return json.load(answer)["meshes"]


def as_reported(answer, step):
    """Whether an answer is the one that the report has."""
    body = same_each_time((step["response"] or {}).get("body"))
    if answer["status"] is None:
        # The AWS CLI shows what the SDK made of it: the result under the name of its payload, or
        # the type of the error.
        if answer["body"] is None:
            return answer["error"] == step["error_type"]
        return body in (answer["body"], *answer["body"].values())
    return (answer["status"], answer["body"]) == (step["status"], body)


def check(binary, kind, version, fault, report, folder):
    finding = json.loads(report.read_text())["findings"][0]
    exported = subprocess.run(
        [binary, "report", report, "--finding", "1", "--export", kind],
        capture_output=True,
        text=True,
        check=True,
    )
    script = folder / f"{fault}.{kind}"
    script.write_text(exported.stdout)
    outputs = []
    for with_fault in (fault, None):
        with Server(binary, version, with_fault) as url:
            outputs.append(run(kind, script, url))
            if with_fault is None and (rest := left(version, url)):
                raise AssertionError(f"was not deleted: {rest}")
    # Port 1 is reserved for a service that nobody runs.
    run_on_nobody(kind, script, "http://127.0.0.1:1", "nobody listens")
    with Closed() as url:
        run_on_nobody(kind, script, url, "every connection is closed")
    wrong, right = map(calls, outputs)
    steps = finding["trace"]
    shown = f"\nwith the fault: {outputs[0]}\nwithout: {outputs[1]}"
    if len(wrong) != len(steps) or len(right) != len(steps):
        raise AssertionError(f"shows {len(wrong)} and {len(right)} of {len(steps)} calls{shown}")
    if wrong[:-1] != right[:-1]:
        raise AssertionError(f"an earlier call is answered otherwise{shown}")
    if wrong[-1] == right[-1]:
        raise AssertionError(f"the last call is answered the same{shown}")
    if not as_reported(wrong[-1], steps[-1]):
        raise AssertionError(f"the report has {steps[-1]}{shown}")
    if as_reported(right[-1], steps[-1]):
        raise AssertionError(f"the fault shows where it is not{shown}")
    if f"# {'  observed   '}{finding['observed']}" not in outputs[0]:
        raise AssertionError(f"does not say what was observed{shown}")


def main():
    binary, kinds = sys.argv[1], sys.argv[2:] or list(KINDS)
    failed = 0
    for version, fault in CASES:
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            report = folder / "report.json"
            found = [binary, "--api-version", version, "--fault", fault]
            subprocess.run(
                [*found, "--json", report, "--save", folder / "traces"], stdout=subprocess.DEVNULL
            )
            for kind in kinds:
                try:
                    check(binary, kind, version, fault, report, folder)
                    print(f"ok      {kind:8} {version} {fault}", flush=True)
                except AssertionError as error:
                    failed += 1
                    print(f"FAILED  {kind:8} {version} {fault}: {error}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
