"""Does what the manifests of tests/manifests/ say, as GitHub Actions and Kubernetes would.

Runs the commands that stand in them against a server of moto, in a folder of their own: the shards
one after the other, with the variables that their machines would set, then the merge. Both ways
have to come to the same findings. Whether the manifests have the right form is for the schemas to
say; see run.sh.

Usage: manifests.py PROGRAM URL
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

MANIFESTS = pathlib.Path(__file__).parent.parent / "manifests"
# Enough for some findings in every shard.
CONFIGURATION = "max-calls = 200\n"


def run(command, folder, **variables):
    """Runs a command and returns its exit code; what it prints is shown if it fails."""
    program = pathlib.Path(sys.argv[1]).resolve()
    environment = os.environ | variables
    environment["PATH"] = f"{program.parent}:{environment['PATH']}"
    environment["AWS_ENDPOINT_URL_APP_MESH"] = sys.argv[2]
    ran = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600
    )
    if ran.returncode > 1:
        sys.exit(f"{command} ended with {ran.returncode}:\n{ran.stdout}{ran.stderr}")
    return ran.returncode


def step(job, name):
    """The step of a job of GitHub Actions that has this name."""
    return next(step for step in job["steps"] if step.get("name") == name)


def by_github(folder):
    jobs = yaml.safe_load((MANIFESTS / "github-matrix.yml").read_text())["jobs"]
    shards = jobs["shard"]["strategy"]["matrix"]["shard"]
    shard_step = step(jobs["shard"], "Run the shard")
    for shard in shards:
        known = {"matrix.shard": shard, "strategy.job-total": len(shards)}
        variables = {
            name: re.sub(r"\$\{\{ (.*?) \}\}", lambda found: str(known[found[1]]), value)
            for name, value in shard_step["env"].items()
        }
        code = run(["bash", "-e", "-c", shard_step["run"]], folder, **variables)
        assert code == 0, f"shard {shard} fails on its findings"
    return run(["bash", "-e", "-c", step(jobs["merge"], "Merge the reports")["run"]], folder)


def by_kubernetes(folder):
    def containers(job):
        return job["spec"]["template"]["spec"]["containers"]

    def command(container):
        mounted = container["volumeMounts"][0]["mountPath"]
        words = container["command"] + container["args"]
        return [word.replace(mounted, str(folder)) for word in words]

    documents = yaml.safe_load_all((MANIFESTS / "kubernetes-job.yml").read_text())
    job = next(document for document in documents if document["kind"] == "Job")
    [shard] = containers(job)
    variables = {variable["name"]: variable["value"] for variable in shard["env"]}
    for index in range(job["spec"]["completions"]):
        code = run(command(shard), folder, JOB_COMPLETION_INDEX=str(index), **variables)
        assert code == 0, f"shard {index} fails on its findings"
    [merge] = containers(yaml.safe_load((MANIFESTS / "kubernetes-merge.yml").read_text()))
    return run(command(merge), folder)


def findings_by(way):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "appmesh-conformance.toml").write_text(CONFIGURATION)
        code = way(folder)
        parts = [json.loads(part.read_text()) for part in sorted(folder.glob("part-*.json"))]
        report = json.loads((folder / "report.json").read_text())
    shards = [part["shard"] for part in parts]
    assert shards == ["1/4", "2/4", "3/4", "4/4"], shards
    assert report["shard"] is None and report["api_version"] == "2019-01-25", report["shard"]
    assert report["calls"] == sum(part["calls"] for part in parts)
    found = sorted(
        (finding["rule"], finding["operation"], finding["at"]) for finding in report["findings"]
    )
    assert code == 1 and found, f"the merge ends with {code} on {len(found)} findings"
    return found


def main():
    github, kubernetes = findings_by(by_github), findings_by(by_kubernetes)
    assert github == kubernetes, set(github) ^ set(kubernetes)
    print(f"{len(github)} findings by the GitHub matrix and by the Kubernetes job")


main()
