"""Drives a server of the App Mesh API with the AWS SDK for Python.

    boto3_client.py --api-version 2019-01-25 http://127.0.0.1:8080

Performs all 19 operations in a fresh account and checks what the SDK makes of the answers:
resources, metadata, pages and typed errors. Prints a line for each operation when it first
succeeds and one for each failed check, and exits 1 if a check failed. The checks are written out
here by hand, from the API reference; they know nothing of the model.
"""

import argparse
import datetime
import os
import re
import sys

import boto3
from botocore.client import Config
from botocore.exceptions import ClientError

PREVIEW, GENERAL = "2018-10-01", "2019-01-25"
OPERATIONS = 19
STATUSES = {
    "BadRequestException": 400,
    "NotFoundException": 404,
    "ConflictException": 409,
    "ResourceInUseException": 409,
}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
ACCOUNT = re.compile(r"[0-9]{12}")


class Family:
    """A kind of resource: how the SDK calls its operations and members, and specifications."""

    def __init__(self, stem, plural, parents, spec, changed):
        self.stem = stem
        self.plural = plural
        self.member = camel(stem)
        self.name = f"{self.member}Name"
        self.items = camel(plural)
        # The names of the resources that it lives in, by member, outermost first.
        self.parents = parents
        # What to create it with, and what to update it to; none where there is no such thing.
        self.spec = spec
        self.changed = changed


def camel(words):
    head, *rest = words.split("_")
    return head + "".join(word.capitalize() for word in rest)


def families(version):
    """The families of a version, parents before children."""
    mesh = {"meshName": "mesh-0"}
    router = mesh | {"virtualRouterName": "virtual_router-0"}
    if version == PREVIEW:
        meshes = None, None
        nodes = (
            {
                "backends": ["backend.local"],
                "listeners": [{"portMapping": {"port": 80, "protocol": "http"}}],
                "serviceDiscovery": {"dns": {"serviceName": "node.local"}},
            },
            {
                "listeners": [{"portMapping": {"port": 65535, "protocol": "tcp"}}],
                "serviceDiscovery": {"dns": {"serviceName": "other.local"}},
            },
        )
        routers = {"serviceNames": ["a.local"]}, {"serviceNames": ["b.local", "c.local"]}
    else:
        meshes = {"egressFilter": {"type": "DROP_ALL"}}, None
        backend = {"virtualService": {"virtualServiceName": "backend.local"}}
        health_check = {
            "healthyThreshold": 2,
            "intervalMillis": 5000,
            "path": "/health",
            "port": 8080,
            "protocol": "http",
            "timeoutMillis": 2000,
            "unhealthyThreshold": 10,
        }
        nodes = (
            {
                "backends": [backend],
                "listeners": [{"portMapping": {"port": 80, "protocol": "http"}}],
                "serviceDiscovery": {"dns": {"hostname": "node.local"}},
            },
            {
                "listeners": [
                    {
                        "portMapping": {"port": 8080, "protocol": "http"},
                        "healthCheck": health_check,
                    }
                ],
                "serviceDiscovery": {"dns": {"hostname": "other.local"}},
            },
        )
        routers = (
            {"listeners": [{"portMapping": {"port": 80, "protocol": "http"}}]},
            {"listeners": [{"portMapping": {"port": 8080, "protocol": "http"}}]},
        )
    routes = route_spec("/", 1), route_spec("/changed", 100)
    if version == GENERAL:
        routes[1]["priority"] = 1000
    return [
        Family("mesh", "meshes", {}, *meshes),
        Family("virtual_node", "virtual_nodes", mesh, *nodes),
        Family("virtual_router", "virtual_routers", mesh, *routers),
        Family("route", "routes", router, *routes),
    ]


def route_spec(prefix, weight):
    target = {"virtualNode": "virtual_node-0", "weight": weight}
    return {"httpRoute": {"action": {"weightedTargets": [target]}, "match": {"prefix": prefix}}}


class Session:
    """Clients for one server, what they did, and the checks on it."""

    def __init__(self, version, url):
        self.version = version
        self.client = self.make_client(url, parameter_validation=True)
        self.careless = self.make_client(url, parameter_validation=False)
        self.done = []
        self.uids = set()
        self.passed = 0
        self.failed = 0

    def make_client(self, url, parameter_validation):
        client = boto3.client(
            "appmesh",
            api_version=self.version,
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id="AKIDEXAMPLE",
            aws_secret_access_key="example",
            config=Config(
                connect_timeout=5,
                read_timeout=10,
                retries={"total_max_attempts": 1},
                parameter_validation=parameter_validation,
                proxies={},
            ),
        )
        client.meta.events.register("after-call", self.after_call)
        return client

    def after_call(self, model, http_response, **_):
        """Takes note of the operations that succeeded."""
        if http_response.status_code == 200 and model.name not in self.done:
            self.done.append(model.name)
            print(model.name)

    def check(self, passed, what):
        if passed:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {what}")

    def same(self, what, got, wanted):
        self.check(got == wanted, f"{what}: got {got!r}, not {wanted!r}")

    def refused(self, error, what, call, **arguments):
        """Makes a call that must be answered with this error, as the SDK's exception for it."""
        what = f"{what} is refused with {error}"
        try:
            answer = call(**arguments)
        except ClientError as refusal:
            http = refusal.response["ResponseMetadata"]["HTTPStatusCode"]
            got = type(refusal).__name__, refusal.response["Error"]["Code"], http
            self.same(what, got, (error, error, STATUSES[error]))
        else:
            answer.pop("ResponseMetadata")
            self.check(False, f"{what}: got {answer!r}")

    def perform(self, part, subject):
        """Performs a part of the checks; an unexpected answer ends that part only."""
        try:
            part(self, subject)
        except (ClientError, KeyError) as reason:
            name = subject.stem if isinstance(subject, Family) else "all"
            self.check(False, f"{part.__name__} of {name} ended early: {reason!r}")

    def operation(self, verb, family, client=None):
        stem = family.plural if verb == "list" else family.stem
        return getattr(client or self.client, f"{verb}_{stem}")

    def create(self, family, name, **arguments):
        if family.spec:
            arguments["spec"] = family.spec
        arguments |= family.parents | {family.name: name}
        return self.operation("create", family)(**arguments)[family.member]

    def describe(self, family, name, **arguments):
        arguments |= family.parents | {family.name: name}
        return self.operation("describe", family)(**arguments)[family.member]

    def update(self, family, name, spec):
        arguments = family.parents | {family.name: name, "spec": spec}
        return self.operation("update", family)(**arguments)[family.member]

    def delete(self, family, name):
        arguments = family.parents | {family.name: name}
        return self.operation("delete", family)(**arguments)[family.member]


def main():
    parser = argparse.ArgumentParser(description="Drives a server of the App Mesh API with boto3.")
    parser.add_argument("--api-version", choices=[PREVIEW, GENERAL], required=True)
    parser.add_argument("url")
    arguments = parser.parse_args()
    # Nothing of the caller's AWS configuration may play a part.
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull

    session = Session(arguments.api_version, arguments.url)
    tree = families(arguments.api_version)
    for family in tree:
        for part in (missing_ones, missing_parent, life, rebirth, pages):
            session.perform(part, family)
    if arguments.api_version == GENERAL:
        session.perform(general_only, tree)
    session.perform(bad_requests, tree)
    session.perform(missing_targets, tree)
    session.perform(in_use, tree)
    for family in reversed(tree):
        session.perform(removal, family)

    session.same("the number of operations that succeeded", len(session.done), OPERATIONS)
    outcome = f"{len(session.done)} of {OPERATIONS} operations, {session.passed} checks passed"
    print(outcome + (f", {session.failed} failed" if session.failed else ""))
    sys.exit(1 if session.failed else 0)


def missing_ones(session, family):
    """Calls on a resource that does not exist, in a parent that does."""
    names = family.parents | {family.name: "missing"}
    for verb in ("describe", "delete"):
        call = session.operation(verb, family)
        session.refused("NotFoundException", f"{verb} of a missing {family.stem}", call, **names)
    if family.changed:
        call = session.operation("update", family)
        what = f"update of a missing {family.stem}"
        session.refused("NotFoundException", what, call, spec=family.changed, **names)


def missing_parent(session, family):
    """Calls in a parent that does not exist, where all else that they need does."""
    if not family.parents:
        return
    what = f"in a missing parent of a {family.stem}"
    parents = family.parents | {list(family.parents)[-1]: "missing"}
    names = parents | {family.name: f"{family.stem}-0"}
    for verb, arguments in (
        ("create", names | {"spec": family.spec}),
        ("describe", names),
        ("update", names | {"spec": family.changed}),
        ("delete", names),
        ("list", parents),
    ):
        call = session.operation(verb, family)
        session.refused("NotFoundException", f"{verb} {what}", call, **arguments)


def life(session, family):
    """A resource from its creation to its update."""
    what, name = family.stem, f"{family.stem}-0"
    created = session.create(family, name, clientToken=f"token-{name}")
    check_resource(session, f"created {what}", family, name, created, family.spec, 1)
    metadata = created["metadata"]
    changed_at = metadata["lastUpdatedAt"]
    session.same(f"created {what}: lastUpdatedAt", changed_at, metadata["createdAt"])

    again = session.create(family, name, clientToken=f"token-{name}")
    session.same(f"{what} created again with its token", again["metadata"], metadata)
    call = session.operation("create", family)
    arguments = family.parents | {family.name: name}
    if family.spec:
        arguments["spec"] = family.spec
    session.refused("ConflictException", f"create of a second {what}", call, **arguments)
    session.same(f"described {what}", session.describe(family, name), created)
    if not family.changed:
        return

    updated = session.update(family, name, family.changed)
    check_resource(session, f"updated {what}", family, name, updated, family.changed, 2)
    for member in ("arn", "uid", "createdAt"):
        session.same(f"updated {what}: {member}", updated["metadata"][member], metadata[member])
    session.check(
        updated["metadata"]["lastUpdatedAt"] > changed_at,
        f"updated {what}: lastUpdatedAt moved forward from {changed_at}",
    )
    session.same(f"{what} described after the update", session.describe(family, name), updated)


def rebirth(session, family):
    """A name that is used again after a delete: another resource, which starts anew."""
    what, name = family.stem, "reborn"
    first = session.create(family, name)["metadata"]
    session.delete(family, name)
    second = session.create(family, name)["metadata"]
    session.same(f"{what} made again: version", second["version"], 1)
    session.same(f"{what} made again: arn", second["arn"], first["arn"])
    session.check(second["uid"] != first["uid"], f"{what} made again: has a uid of its own")
    session.delete(family, name)


def check_resource(session, what, family, name, resource, spec, version):
    """The members of a resource, as the SDK parsed them."""
    for member, wanted in (family.parents | {family.name: name}).items():
        session.same(f"{what}: {member}", resource.get(member), wanted)
    session.same(f"{what}: status", resource.get("status"), {"status": "ACTIVE"})
    if spec:
        session.same(f"{what}: spec", resource.get("spec"), spec)
    metadata = resource["metadata"]
    check_common(session, what, family, name, metadata, version)
    uid = metadata["uid"]
    session.check(UUID.fullmatch(uid), f"{what}: uid {uid!r} is a UUID")
    if version == 1:
        session.check(uid not in session.uids, f"{what}: no other resource has the uid {uid!r}")
        session.uids.add(uid)
    check_times(session, what, metadata)


def check_common(session, what, family, name, facts, version):
    """What a resource's metadata and its item in a list have in common."""
    lineage = [*family.parents.items(), (family.name, name)]
    path = "/".join(f"{member.removesuffix('Name')}/{value}" for member, value in lineage)
    arn = re.compile(rf"arn:aws:appmesh:us-[a-z]+-[0-9]:[0-9]{{12}}:{re.escape(path)}")
    session.check(arn.fullmatch(facts["arn"]), f"{what}: arn {facts['arn']!r} ends in {path}")
    if session.version == GENERAL or "version" in facts:
        session.same(f"{what}: version", facts.get("version"), version)
    if session.version == GENERAL:
        for owner in ("meshOwner", "resourceOwner"):
            account = facts.get(owner, "")
            session.check(ACCOUNT.fullmatch(account), f"{what}: {owner} {account!r} is an account")


def check_times(session, what, facts):
    now = datetime.datetime.now(datetime.timezone.utc)
    for member in ("createdAt", "lastUpdatedAt"):
        time = facts.get(member)
        # A number of seconds is parsed to a time with a zone, a text perhaps to one without.
        is_time = isinstance(time, datetime.datetime) and time.tzinfo is not None
        near = is_time and abs((now - time).total_seconds()) < 3600
        session.check(near, f"{what}: {member} {time!r} is a time near now")


def pages(session, family):
    """Five resources, in pages of two and all at once, with the paginator and by hand."""
    what, name = family.plural, f"{family.stem}-0"
    wanted = {name: session.describe(family, name)["metadata"]["arn"]}
    for number in range(1, 5):
        name = f"{family.stem}-{number}"
        wanted[name] = session.create(family, name)["metadata"]["arn"]

    listing = session.operation("list", family)
    paginator = session.client.get_paginator(f"list_{family.plural}")
    by_paginator = paginator.paginate(PaginationConfig={"PageSize": 2}, **family.parents)
    by_hand = follow(listing, limit=2, **family.parents)
    for way, all_pages in (("with the paginator", by_paginator), ("by hand", by_hand)):
        page_items = [page[family.items] for page in all_pages]
        sizes = [len(items) for items in page_items]
        session.check(
            len(sizes) > 1 and max(sizes) <= 2,
            f"{what} {way}: pages of {sizes} keep to the limit of 2",
        )
        items = sum(page_items, [])
        found = {item[family.name]: item["arn"] for item in items}
        session.same(f"{what} {way}: names and ARNs", found, wanted)
        session.same(f"{what} {way}: number of items", len(items), len(wanted))

    page = listing(**family.parents)
    session.same(f"{what} at once: number", len(page[family.items]), len(wanted))
    session.same(f"{what} at once: nextToken of the last page", page.get("nextToken"), None)
    for item in page[family.items]:
        name = item[family.name]
        for member, value in family.parents.items():
            session.same(f"{what}, item {name}: {member}", item.get(member), value)
        version = 2 if family.changed and name == f"{family.stem}-0" else 1
        check_common(session, f"{what}, item {name}", family, name, item, version)
        if session.version == GENERAL:
            check_times(session, f"{what}, item {name}", item)


def follow(listing, **arguments):
    """The pages of a list, following nextToken for a bounded number of pages."""
    for _ in range(20):
        page = listing(**arguments)
        yield page
        if not page.get("nextToken"):
            return
        arguments["nextToken"] = page["nextToken"]


def general_only(session, tree):
    """What came with general availability: owners and tags."""
    for family in tree:
        name = f"{family.stem}-1"
        described = session.describe(family, name)
        if family.parents:
            owner = described["metadata"]["meshOwner"]
            same = session.describe(family, name, meshOwner=owner)
            session.same(f"{family.stem} described with its owner", same, described)
        tags = [{"key": "stage", "value": "test"}, {"key": "empty", "value": ""}]
        tagged = session.create(family, "tagged", tags=tags)
        session.same(f"tagged {family.stem}", tagged[family.name], "tagged")
        session.delete(family, "tagged")


def bad_requests(session, tree):
    """Values out of bounds, which the SDK sends only if it does not look."""
    mesh, node, _, route = tree
    error = "BadRequestException"
    for limit in (0, 101):
        for family in tree:
            call = session.operation("list", family, session.careless)
            what = f"limit {limit} of {family.plural}"
            session.refused(error, what, call, limit=limit, **family.parents)
    for port in (0, 65536):
        spec = node.spec | {"listeners": [{"portMapping": {"port": port, "protocol": "http"}}]}
        create, update = (
            session.operation(verb, node, session.careless) for verb in ("create", "update")
        )
        names = node.parents | {node.name: "refused", "spec": spec}
        session.refused(error, f"create with port {port}", create, **names)
        names = node.parents | {node.name: f"{node.stem}-0", "spec": spec}
        session.refused(error, f"update to port {port}", update, **names)
    spec = node.spec | {"listeners": [{"portMapping": {"port": 80, "protocol": "udp"}}]}
    call = session.operation("create", node, session.careless)
    names = node.parents | {node.name: "refused", "spec": spec}
    session.refused(error, "create with protocol udp", call, **names)
    call = session.operation("create", route, session.careless)
    names = route.parents | {route.name: "refused", "spec": route_spec("/", 101)}
    session.refused(error, "create with weight 101", call, **names)
    call = session.operation("create", mesh, session.careless)
    session.refused(error, "create with a name of 256 characters", call, meshName="m" * 256)
    session.refused(error, "create without a name", call)
    call = session.operation("describe", node)
    names = node.parents | {node.name: "refused"}
    session.refused("NotFoundException", "describe of what was refused", call, **names)


def missing_targets(session, tree):
    """Routes to a virtual node that does not exist."""
    route = tree[-1]
    spec = route_spec("/", 1)
    spec["httpRoute"]["action"]["weightedTargets"][0]["virtualNode"] = "missing"
    for verb, name in (("create", "refused"), ("update", f"{route.stem}-0")):
        names = route.parents | {route.name: name, "spec": spec}
        call = session.operation(verb, route)
        session.refused("NotFoundException", f"{verb} with a missing target", call, **names)


def in_use(session, tree):
    """Deletes of what still holds, or is needed by, something else."""
    mesh, node, router, _ = tree
    error = "ResourceInUseException"
    call = session.operation("delete", mesh)
    session.refused(error, "delete of a mesh in use", call, meshName="mesh-0")
    names = router.parents | {router.name: f"{router.stem}-0"}
    call = session.operation("delete", router)
    session.refused(error, "delete of a router in use", call, **names)
    if session.version == GENERAL:
        names = node.parents | {node.name: f"{node.stem}-0"}
        call = session.operation("delete", node)
        session.refused(error, "delete of a node that a route sends to", call, **names)


def removal(session, family):
    """Deletes of all that is left of a family; the mesh and the router are empty by now."""
    for number in range(5):
        name = f"{family.stem}-{number}"
        what = f"deleted {name}"
        before = session.describe(family, name)
        deleted = session.delete(family, name)
        session.same(f"{what}: status", deleted["status"], {"status": "DELETED"})
        for member in ("arn", "uid"):
            got, wanted = deleted["metadata"][member], before["metadata"][member]
            session.same(f"{what}: {member}", got, wanted)
        names = family.parents | {family.name: name}
        call = session.operation("describe", family)
        session.refused("NotFoundException", f"describe of {name} after its delete", call, **names)
    left = session.operation("list", family)(**family.parents)[family.items]
    session.same(f"{family.plural} after the deletes", left, [])


if __name__ == "__main__":
    main()
