"""Checks reports against the schemas of their formats.

    schemas.py BINARY JUNIT.xsd SARIF.json REPORT.json...

Shows each report again in every format, and validates the JSON report against what `schema`
prints, the JUnit report against the schema of Jenkins, and the SARIF report against the one of
OASIS. A copy of each report in which every text is hostile must be as valid. Exits 1 if one is not.
"""

import json
import subprocess
import sys
import tempfile
import xml.etree.ElementTree
from pathlib import Path

import jsonschema
from lxml import etree

HOSTILE = "]]>\x00\x1b[31m<script>&\r\n\ufffe%0A::error::`|\u202e\U0001f600{0}[a](b)"
# What a target cannot choose: the report would not be one if it were changed.
FIXED = {"basis", "status", "reason", "is", "replay", "masked_by", "identity"}


def hostile(value, key=None):
    """The value with something hostile in every text."""
    if key in FIXED:
        return value
    if isinstance(value, dict):
        return {name: hostile(member, name) for name, member in value.items()}
    if isinstance(value, list):
        return [hostile(item) for item in value]
    return value + HOSTILE if isinstance(value, str) else value


def problems(binary, junit_schema, sarif_schema, report_schema, report, folder):
    """What is wrong with the reports that are made of this one."""
    junit, sarif = folder / "junit.xml", folder / "report.sarif"
    shown = subprocess.run(
        [binary, "report", report, "--junit", junit, "--sarif", sarif, "--format", "json"],
        capture_output=True,
        text=True,
    )
    if shown.returncode not in (0, 1, 3, 130):
        yield f"exit code {shown.returncode}: {shown.stderr}"
        return
    for name, schema, value in (
        ("JSON", report_schema, json.loads(shown.stdout)),
        ("SARIF", sarif_schema, json.loads(sarif.read_text())),
    ):
        validator = jsonschema.validators.validator_for(schema)(schema)
        for error in list(validator.iter_errors(value))[:5]:
            yield f"{name} at {error.json_path}: {error.message[:300]}"
    # Two parsers: what one takes, another may not.
    xml.etree.ElementTree.parse(junit)
    document = etree.parse(junit)
    if not junit_schema.validate(document):
        yield from (f"JUnit: {error}" for error in list(junit_schema.error_log)[:5])
    yield from disagreements(json.loads(report.read_text()), document, json.loads(sarif.read_text()))


def disagreements(report, junit, sarif):
    """Where the reports do not say the same."""
    rules = [rule for rule in report["rules"] if rule["basis"] != "silent"]
    count = {}
    for rule in rules:
        count[rule["status"]] = count.get(rule["status"], 0) + 1
    cases = junit.xpath("//testcase[@classname != 'run']")
    found = {
        "broken": sum(1 for case in cases if case.find("failure") is not None),
        "unreached": sum(1 for case in cases if case.find("skipped") is not None),
    }
    found["held"] = len(cases) - found["broken"] - found["unreached"]
    for status, number in found.items():
        if number != count.get(status, 0):
            yield f"JUnit has {number} rules that are {status}, the report {count.get(status, 0)}"
    (run,) = sarif["runs"]
    if len(run["results"]) != len(report["findings"]):
        yield f"SARIF has {len(run['results'])} of {len(report['findings'])} findings"
    if len(run["tool"]["driver"]["rules"]) != len(rules):
        yield f"SARIF has {len(run['tool']['driver']['rules'])} of {len(rules)} rules"
    fingerprints = {json.dumps(result["partialFingerprints"]) for result in run["results"]}
    if len(fingerprints) != len(run["results"]):
        yield "two results have the same fingerprint"


def main():
    binary, junit_schema, sarif_schema, *reports = sys.argv[1:]
    junit_schema = etree.XMLSchema(etree.parse(junit_schema))
    sarif_schema = json.loads(Path(sarif_schema).read_text())
    printed = subprocess.run([binary, "schema"], capture_output=True, text=True, check=True)
    report_schema = json.loads(printed.stdout)
    jsonschema.validators.validator_for(report_schema).check_schema(report_schema)
    # A schema that takes anything would prove nothing.
    for nothing in ({}, {"findings": 1}, []):
        if jsonschema.validators.validator_for(report_schema)(report_schema).is_valid(nothing):
            print(f"FAILED  the schema takes {nothing}")
            return 1
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for file in map(Path, reports):
            report = json.loads(file.read_text())
            copy = folder / "hostile.json"
            copy.write_text(json.dumps(hostile(report)))
            for name, path in ((file.name, file), (f"{file.name}, hostile", copy)):
                wrong = list(
                    problems(binary, junit_schema, sarif_schema, report_schema, path, folder)
                )
                failed += bool(wrong)
                findings = len(report["findings"])
                print(f"{'FAILED' if wrong else 'ok    '}  {name} ({findings} findings)")
                for line in wrong:
                    print(f"        {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
