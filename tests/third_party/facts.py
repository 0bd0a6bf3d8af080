"""Compares the tables of the model with the service models that AWS publishes with botocore.

    facts.py              compares both API versions; a line for each difference, exit 1 if any
    facts.py --self-test  changes one fact of each kind and checks that the comparison names it

The tables come from the example `facts` of the crate `appmesh-model`, which cargo runs. The service
models are those of the installed package botocore. Both are brought into the same form, then
compared in both directions.
"""

import copy
import gzip
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import botocore

ROOT = Path(__file__).resolve().parents[2]
PREVIEW, GENERAL = "2018-10-01", "2019-01-25"

# What the tables say of every operation at once (rule wire/success-status).
SUCCESS_STATUS = 200

# The operations that the model does not have, and is not meant to have yet.
LACKING = {
    PREVIEW: [],
    GENERAL: [
        "CreateGatewayRoute",
        "CreateVirtualGateway",
        "DeleteGatewayRoute",
        "DeleteVirtualGateway",
        "DescribeGatewayRoute",
        "DescribeVirtualGateway",
        "ListGatewayRoutes",
        "ListTagsForResource",
        "ListVirtualGateways",
        "TagResource",
        "UntagResource",
        "UpdateGatewayRoute",
        "UpdateMesh",
        "UpdateVirtualGateway",
    ],
}

TYPES = {"long": "integer"}
LOCATIONS = {"uri": "path", "querystring": "query", None: "body"}

# What a service model may say of a shape or a member and this comparison reads or need not read.
# Anything else is a fact that the tables do not have, and is named.
SHAPE_KEYS = {"type", "min", "max", "enum", "member", "members", "required", "union"}
SHAPE_KEYS |= {"box", "documentation"}
MEMBER_KEYS = {"shape", "location", "locationName", "idempotencyToken", "documentation"}


def main():
    if sys.argv[1:] not in ([], ["--self-test"]):
        sys.exit(__doc__)
    inputs = {version: (tables(version), published(version)) for version in (PREVIEW, GENERAL)}
    if sys.argv[1:]:
        sys.exit(self_test(inputs))
    found = 0
    for version, (model, service) in inputs.items():
        differences = compare(version, model, service)
        for difference in differences:
            print(f"{version}: {difference}")
        found += len(differences)
        counts = f"{len(model['operations'])} operations, {len(model['shapes'])} shapes"
        print(f"{version}: {counts}, {len(differences)} differences")
    sys.exit(1 if found else 0)


def tables(version):
    """The facts of the model's tables."""
    command = ["cargo", "run", "-q", "-p", "appmesh-model", "--example", "facts", "--", version]
    ran = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=False)
    if ran.returncode:
        sys.exit(f"{' '.join(command)} failed with exit code {ran.returncode}")
    return json.loads(ran.stdout)


def published(version):
    """The service model and its paginators, as botocore brings them."""
    folder = Path(botocore.__file__).parent / "data" / "appmesh" / version
    with gzip.open(folder / "service-2.json.gz") as file:
        service = json.load(file)
    service["pagination"] = json.loads((folder / "paginators-1.json").read_text())["pagination"]
    return service


def compare(version, model, service):
    """Every difference between the tables and the service model, a line each."""
    report = Report()
    report.same("version", model["version"], service["metadata"]["apiVersion"])
    report.same("protocol", "rest-json", service["metadata"]["protocol"])
    for name, status in model["errors"].items():
        compare_error(report, name, status, service["shapes"])
    lacking = [name for name in service["operations"] if name not in model["operations"]]
    report.same_set("operations that the model lacks", LACKING[version], lacking)
    for name, operation in model["operations"].items():
        if name not in service["operations"]:
            report.add(f"{name}: the model has this operation, botocore does not")
            continue
        compare_operation(report, name, operation, service)
        compare_output(report, name, operation["output"], model, service)
    for name, shape in model["shapes"].items():
        if name not in service["shapes"]:
            report.add(f"{name}: the model has this shape, botocore does not")
            continue
        compare_shape(report, name, shape, service["shapes"][name])
    for user, used in names_used(model):
        if used not in model["shapes"]:
            report.add(f"{user}: names {used}, whose facts are not printed")
    return report.differences


def names_used(model):
    """Every place in the tables that names a shape or an error, with the name."""
    for name, operation in model["operations"].items():
        yield name, operation["output"]["shape"]
        for error in operation["errors"]:
            if error not in model["errors"]:
                yield name, error
        for ours in operation["inputs"]:
            yield f"{name}: input {ours['name']}", ours["shape"]
    for name, shape in model["shapes"].items():
        if "item" in shape:
            yield name, shape["item"]
        for member in shape.get("members", []):
            yield f"{name}.{member['name']}", member["shape"]


class Report:
    """The differences found so far."""

    def __init__(self):
        self.differences = []

    def add(self, difference):
        self.differences.append(difference)

    def same(self, what, ours, theirs):
        """The two values must be equal, and 1 is not True."""
        if ours != theirs or type(ours) is not type(theirs):
            self.add(f"{what}: the model has {ours!r}, botocore {theirs!r}")

    def same_set(self, what, ours, theirs):
        """The two lists must hold the same items, each once, in any order."""
        for item, times in Counter(ours).items():
            if times > 1:
                self.add(f"{what}: the model has {item!r} {times} times")
        for item in sorted(set(ours) - set(theirs)):
            self.add(f"{what}: the model has {item!r}, botocore does not")
        for item in sorted(set(theirs) - set(ours)):
            self.add(f"{what}: botocore has {item!r}, the model does not")

    def known_keys(self, what, facts, known):
        """The service model must not say more than this comparison reads."""
        for key in sorted(set(facts) - known):
            self.add(f"{what}: botocore says {key} {facts[key]!r}, the model knows no such fact")


def compare_error(report, name, status, shapes):
    error = shapes.get(name, {})
    if not error.get("exception"):
        report.add(f"{name}: the model has this error, botocore does not")
        return
    report.same(f"{name}: status", status, error["error"]["httpStatusCode"])


def compare_operation(report, name, operation, service):
    theirs = service["operations"][name]
    report.same(f"{name}: method", operation["method"], theirs["http"]["method"])
    report.same(f"{name}: path", operation["path"], theirs["http"]["requestUri"])
    report.same(f"{name}: response code", SUCCESS_STATUS, theirs["http"].get("responseCode"))
    errors = [error["shape"] for error in theirs.get("errors", [])]
    report.same_set(f"{name}: errors", operation["errors"], errors)

    shape = service["shapes"][theirs["input"]["shape"]]
    report.known_keys(f"{name}: input", shape, SHAPE_KEYS)
    members = {wire_name(key, member): (key, member) for key, member in shape["members"].items()}
    names = [ours["name"] for ours in operation["inputs"]]
    report.same_set(f"{name}: input members", names, members)
    for ours in operation["inputs"]:
        if ours["name"] not in members:
            continue
        key, member = members[ours["name"]]
        what = f"{name}: input {ours['name']}"
        report.known_keys(what, member, MEMBER_KEYS)
        location = member.get("location")
        report.same(f"{what}: location", ours["location"], LOCATIONS.get(location, location))
        report.same(f"{what}: required", ours["required"], key in shape.get("required", []))
        report.same(f"{what}: shape", ours["shape"], member["shape"])
        token = member.get("idempotencyToken", False)
        report.same(f"{what}: client token", ours["client_token"], token)


def compare_output(report, name, output, model, service):
    theirs = service["operations"][name]["output"]["shape"]
    shape = service["shapes"][theirs]
    payload = shape.get("payload")
    report.same(f"{name}: output payload", output["payload"], payload)
    if payload is not None:
        report.same_set(f"{name}: output members", [output["payload"]], shape["members"])
        theirs = shape["members"][payload]["shape"]
    report.same(f"{name}: output shape", output["shape"], theirs)
    if "items" not in output:
        return
    # A list: which member holds the items, and what the items are.
    paginator = service["pagination"].get(name, {})
    report.same(f"{name}: member with the items", output["items"], paginator.get("result_key"))
    items = shape["members"].get(output["items"], {}).get("shape")
    item = service["shapes"].get(items, {}).get("member", {}).get("shape")
    report.same(f"{name}: shape of an item", output["item"], item)


def compare_shape(report, name, ours, theirs):
    report.known_keys(name, theirs, SHAPE_KEYS)
    kind = TYPES.get(theirs["type"], theirs["type"])
    report.same(f"{name}: type", ours["type"], kind)
    for bound in ("min", "max"):
        report.same(f"{name}: {bound}", ours.get(bound), theirs.get(bound))
    report.same(f"{name}: is an enum", "enum" in ours, "enum" in theirs)
    report.same_set(f"{name}: enum", ours.get("enum", []), theirs.get("enum", []))
    report.same(f"{name}: item", ours.get("item"), theirs.get("member", {}).get("shape"))
    if ours["type"] == kind == "structure":
        compare_members(report, name, ours, theirs)


def compare_members(report, name, ours, theirs):
    report.same(f"{name}: union", ours["union"], theirs.get("union", False))
    members = {wire_name(key, member): (key, member) for key, member in theirs["members"].items()}
    names = [member["name"] for member in ours["members"]]
    for later in sorted(set(ours["later"]) & set(names)):
        report.add(f"{name}: the model has {later!r} both as a member and as one for later")
    for later in sorted(set(ours["later"]) - set(members)):
        report.add(f"{name}: the model has {later!r} for later, botocore does not")
    modelled = [member for member in members if member not in ours["later"]]
    report.same_set(f"{name}: members", [n for n in names if n not in ours["later"]], modelled)
    for member in ours["members"]:
        if member["name"] not in members:
            continue
        key, their_member = members[member["name"]]
        what = f"{name}.{member['name']}"
        report.known_keys(what, their_member, MEMBER_KEYS)
        location = their_member.get("location")
        report.same(f"{what}: location", "body", LOCATIONS.get(location, location))
        report.same(f"{what}: required", member["required"], key in theirs.get("required", []))
        report.same(f"{what}: shape", member["shape"], their_member["shape"])


def wire_name(key, member):
    """The name of a member on the wire."""
    return member.get("locationName", key)


def self_test(inputs):
    """Changes one fact of each kind, on either side, and checks that the comparison names it."""
    missed = 0
    for version, wanted, change in CHANGES:
        model, service = (copy.deepcopy(side) for side in inputs[version])
        before = compare(version, model, service)
        change(model, service)
        named = [line for line in compare(version, model, service) if line not in before]
        if any(line.startswith(wanted) for line in named):
            print(f"{version}: named: {wanted}")
        else:
            missed += 1
            print(f"{version}: MISSED: {wanted}; named instead: {named}")
    print(f"{len(CHANGES) - missed} of {len(CHANGES)} changed facts named")
    return 1 if missed else 0


def item(items, name):
    """The entry of this name in a list of facts."""
    return next(entry for entry in items if entry["name"] == name)


def set_to(pick, **facts):
    """A change that overwrites facts of the model."""
    return lambda model, service: pick(model).update(facts)


def on_service(pick, **facts):
    """A change that overwrites facts of the service model."""
    return lambda model, service: pick(service).update(facts)


def operation(name):
    return lambda side: side["operations"][name]


def model_input(name, member):
    return lambda model: item(model["operations"][name]["inputs"], member)


def output(name):
    return lambda model: model["operations"][name]["output"]


def shape(name):
    return lambda side: side["shapes"][name]


def model_member(name, member):
    return lambda model: item(model["shapes"][name]["members"], member)


def service_member(name, member):
    return lambda service: service["shapes"][name]["members"][member]


def members_of(name):
    return lambda service: service["shapes"][name]["members"]


def drop_member(name, member):
    """A change that takes a member out of a structure of the model."""

    def change(model, service):
        members = model["shapes"][name]["members"]
        members.remove(item(members, member))

    return change


# The version, how the line about the difference must start, and the change itself.
CHANGES = [
    # Operations.
    (PREVIEW, "version", lambda model, service: model.update(version="2017-01-01")),
    (PREVIEW, "protocol", on_service(lambda service: service["metadata"], protocol="json")),
    (PREVIEW, "CreateMesh: method", set_to(operation("CreateMesh"), method="POST")),
    (PREVIEW, "DeleteMesh: path", set_to(operation("DeleteMesh"), path="/meshs/{meshName}")),
    (
        PREVIEW,
        "CreateMesh: response code",
        on_service(lambda service: service["operations"]["CreateMesh"]["http"], responseCode=201),
    ),
    (
        PREVIEW,
        "operations that the model lacks: botocore has 'ListRoutes'",
        lambda model, service: model["operations"].pop("ListRoutes"),
    ),
    (
        GENERAL,
        "operations that the model lacks: botocore has 'PatchMesh'",
        lambda model, service: service["operations"].update(PatchMesh={}),
    ),
    (
        GENERAL,
        "operations that the model lacks: the model has 'TagResource'",
        lambda model, service: service["operations"].pop("TagResource"),
    ),
    (
        GENERAL,
        "ListRoutes: the model has this operation",
        lambda model, service: service["operations"].pop("ListRoutes"),
    ),
    # Errors.
    (
        GENERAL,
        "CreateMesh: errors: botocore has 'ConflictException'",
        lambda model, service: model["operations"]["CreateMesh"]["errors"].remove(
            "ConflictException"
        ),
    ),
    (
        GENERAL,
        "ListMeshes: errors: the model has 'ConflictException'",
        lambda model, service: model["operations"]["ListMeshes"]["errors"].append(
            "ConflictException"
        ),
    ),
    (
        GENERAL,
        "ListMeshes: errors: the model has 'NotFoundException' 2 times",
        lambda model, service: model["operations"]["ListMeshes"]["errors"].append(
            "NotFoundException"
        ),
    ),
    (
        GENERAL,
        "NotFoundException: status",
        set_to(lambda model: model["errors"], NotFoundException=410),
    ),
    (
        GENERAL,
        "GoneException: the model has this error",
        set_to(lambda model: model["errors"], GoneException=410),
    ),
    # Inputs.
    (
        PREVIEW,
        "ListMeshes: input limit: location",
        set_to(model_input("ListMeshes", "limit"), location="body"),
    ),
    (
        PREVIEW,
        "UpdateRoute: input spec: required",
        set_to(model_input("UpdateRoute", "spec"), required=False),
    ),
    (
        PREVIEW,
        "CreateMesh: input clientToken: required",
        set_to(model_input("CreateMesh", "clientToken"), required=True),
    ),
    (
        PREVIEW,
        "CreateMesh: input clientToken: client token",
        set_to(model_input("CreateMesh", "clientToken"), client_token=False),
    ),
    (
        PREVIEW,
        "ListMeshes: input limit: shape",
        set_to(model_input("ListMeshes", "limit"), shape="Long"),
    ),
    (
        PREVIEW,
        "CreateMesh: input members: the model has 'mesh'",
        set_to(model_input("CreateMesh", "meshName"), name="mesh"),
    ),
    (
        PREVIEW,
        "CreateMesh: input members: botocore has 'meshName'",
        set_to(model_input("CreateMesh", "meshName"), name="mesh"),
    ),
    (
        GENERAL,
        "CreateRoute: input members: botocore has 'region'",
        on_service(members_of("CreateRouteInput"), region={"shape": "String"}),
    ),
    (
        GENERAL,
        "CreateRoute: input spec: botocore says jsonvalue",
        on_service(service_member("CreateRouteInput", "spec"), jsonvalue=True),
    ),
    (
        GENERAL,
        "CreateRoute: input: botocore says payload",
        on_service(shape("CreateRouteInput"), payload="spec"),
    ),
    # Outputs.
    (PREVIEW, "DescribeMesh: output payload", set_to(output("DescribeMesh"), payload="route")),
    (PREVIEW, "ListMeshes: output payload", set_to(output("ListMeshes"), payload="meshes")),
    (PREVIEW, "DescribeMesh: output shape", set_to(output("DescribeMesh"), shape="RouteData")),
    (PREVIEW, "ListMeshes: output shape", set_to(output("ListMeshes"), shape="ListRoutesOutput")),
    (
        GENERAL,
        "DescribeMesh: output members: botocore has 'etag'",
        on_service(members_of("DescribeMeshOutput"), etag={"shape": "String"}),
    ),
    (PREVIEW, "ListMeshes: member with the items", set_to(output("ListMeshes"), items="items")),
    (PREVIEW, "ListMeshes: shape of an item", set_to(output("ListMeshes"), item="RouteRef")),
    # Shapes.
    (PREVIEW, "PortNumber: type", set_to(shape("PortNumber"), type="string")),
    (PREVIEW, "PortNumber: min", set_to(shape("PortNumber"), min=0)),
    (PREVIEW, "PortNumber: max", set_to(shape("PortNumber"), max=65534)),
    (PREVIEW, "ResourceName: max", set_to(shape("ResourceName"), max=None)),
    (PREVIEW, "Arn: min", set_to(shape("Arn"), min=1)),
    (GENERAL, "WeightedTargets: min", set_to(shape("WeightedTargets"), min=None)),
    (GENERAL, "WeightedTargets: item", set_to(shape("WeightedTargets"), item="String")),
    (GENERAL, "Timestamp: type", set_to(shape("Timestamp"), type="integer")),
    (
        GENERAL,
        "PortProtocol: enum: botocore has 'grpc'",
        lambda model, service: model["shapes"]["PortProtocol"]["enum"].remove("grpc"),
    ),
    (
        GENERAL,
        "PortProtocol: enum: the model has 'udp'",
        lambda model, service: model["shapes"]["PortProtocol"]["enum"].append("udp"),
    ),
    (
        GENERAL,
        "PortProtocol: is an enum",
        lambda model, service: model["shapes"]["PortProtocol"].pop("enum"),
    ),
    (GENERAL, "Hostname: is an enum", set_to(shape("Hostname"), enum=[])),
    (GENERAL, "Hostname: botocore says pattern", on_service(shape("Hostname"), pattern="[a-z]+")),
    (
        GENERAL,
        "Hostnames: the model has this shape",
        set_to(lambda model: model["shapes"], Hostnames={"type": "string"}),
    ),
    (
        GENERAL,
        "MeshList: names MeshRef, whose facts are not printed",
        lambda model, service: model["shapes"].pop("MeshRef"),
    ),
    (
        GENERAL,
        "MeshData.status: names MeshStatus, whose facts are not printed",
        lambda model, service: model["shapes"].pop("MeshStatus"),
    ),
    (
        GENERAL,
        "ListMeshes: input limit: names ListMeshesLimit, whose facts are not printed",
        lambda model, service: model["shapes"].pop("ListMeshesLimit"),
    ),
    (
        GENERAL,
        "DescribeMesh: names MeshData, whose facts are not printed",
        lambda model, service: model["shapes"].pop("MeshData"),
    ),
    (
        GENERAL,
        "DeleteMesh: names ResourceInUseException, whose facts are not printed",
        lambda model, service: model["errors"].pop("ResourceInUseException"),
    ),
    # Members.
    (GENERAL, "MeshData.spec: required", set_to(model_member("MeshData", "spec"), required=False)),
    (
        PREVIEW,
        "PortMapping.port: required",
        set_to(model_member("PortMapping", "port"), required=True),
    ),
    (GENERAL, "MeshData.spec: shape", set_to(model_member("MeshData", "spec"), shape="String")),
    (
        GENERAL,
        "MeshData: members: the model has 'specs'",
        set_to(model_member("MeshData", "spec"), name="specs"),
    ),
    (GENERAL, "MeshData: members: botocore has 'spec'", drop_member("MeshData", "spec")),
    (
        GENERAL,
        "MeshData: members: botocore has 'region'",
        on_service(members_of("MeshData"), region={"shape": "String"}),
    ),
    (
        GENERAL,
        "MeshData.spec: location",
        on_service(service_member("MeshData", "spec"), location="header"),
    ),
    (
        GENERAL,
        "MeshData.spec: botocore says jsonvalue",
        on_service(service_member("MeshData", "spec"), jsonvalue=True),
    ),
    (GENERAL, "Backend: union", set_to(shape("Backend"), union=False)),
    (GENERAL, "RouteSpec: union", set_to(shape("RouteSpec"), union=True)),
    # Members for later.
    (
        GENERAL,
        "RouteSpec: members: botocore has 'tcpRoute'",
        lambda model, service: model["shapes"]["RouteSpec"]["later"].remove("tcpRoute"),
    ),
    (
        GENERAL,
        "RouteSpec: the model has 'udpRoute' for later",
        lambda model, service: model["shapes"]["RouteSpec"]["later"].append("udpRoute"),
    ),
    (
        GENERAL,
        "RouteSpec: the model has 'httpRoute' both",
        lambda model, service: model["shapes"]["RouteSpec"]["later"].append("httpRoute"),
    ),
]

if __name__ == "__main__":
    main()
