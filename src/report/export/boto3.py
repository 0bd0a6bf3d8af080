#!/usr/bin/env python3
{% for line in script.title %}# {{ line }}
{% endfor %}#
# Needs boto3. ENDPOINT names another server. Names begin with PREFIX, a fresh one each time; what
# is made is deleted at the end.

import json
import os
import sys
import time
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnected

PREFIX = os.environ.get("PREFIX") or f"x{uuid.uuid4().hex[:8]}-"
FILLING = "{{ filling }}"

# The SDK is to send what it is given, and to ask once.
client = boto3.client(
    "appmesh",
    api_version="{{ script.api.version }}",
    endpoint_url=os.environ.get("ENDPOINT") or {{ endpoint }},
    region_name=os.environ.get("AWS_REGION") or "us-east-1",
    aws_access_key_id=os.environ.get("AWS_ACCESS_KEY_ID") or "testing",
    aws_secret_access_key=os.environ.get("AWS_SECRET_ACCESS_KEY") or "testing",
    aws_session_token=os.environ.get("AWS_SESSION_TOKEN"),
    config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
)

# Page tokens by the number of the call that was answered them, and the owner that was named.
pages = {}
owner = None
# The body to send instead of the SDK's, and the answer as it came.
body_to_send = None
received = None


def name(symbol, length=None):
    """A name of this run, filled up to a length."""
    text = PREFIX + symbol
    return text if length is None else (text + FILLING * (length // len(FILLING) + 1))[:length]


def replace_body(params, **_):
    if body_to_send is not None:
        params["body"] = body_to_send
        params["headers"]["Content-Type"] = "application/json"


def keep_answer(response_dict, **_):
    global received
    received = response_dict


client.meta.events.register("before-call", replace_body)
client.meta.events.register("before-parse", keep_answer)


def shown(text):
    """A text without what steers a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def call(number, operation, body=None, **members):
    """Makes a call and shows the answer. A member that is None is not sent; the SDK would make up
    a token where none is named."""
    global body_to_send, owner, received
    print(f"\n{number}. {operation} {shown(json.dumps(members))}")
    body_to_send, received = body, None
    if body is not None:
        print(f"body: {body!r}")
    try:
        getattr(client, operation)(**members)
    except ClientError:
        pass
    except (NotConnected, HTTPClientError) as error:
        # Without an answer there is nothing to see.
        sys.exit(f"no answer from {client.meta.endpoint_url}: {shown(str(error))}")
    except Exception as error:
        what = "send this" if received is None else "read the answer"
        print(f"the SDK cannot {what}: {shown(str(error))}")
    if received is None:
        return
    print(f"HTTP {received['status_code']}")
    for header in ("content-type", "x-amzn-errortype"):
        if header in received["headers"]:
            print(f"{header}: {shown(received['headers'][header])}")
    text = received["body"].decode("utf-8", "backslashreplace")
    print(shown(text))
    try:
        answer = json.loads(text)
    except ValueError:
        return
    if isinstance(answer, dict):
        if isinstance(answer.get("nextToken"), str):
            pages[number] = answer["nextToken"]
{% if let Some(member) = script.owner %}        metadata = answer.get("metadata", answer)
        for part in [metadata, *answer.values()]:
            metadata = part.get("metadata", part) if isinstance(part, dict) else {}
            owner = owner or metadata.get("{{ member }}")
{% endif %}

def calls():
{% for call in calls %}{{ call }}{% endfor %}

def clean_up():
    global body_to_send
    body_to_send = None
    for operation, members in [
{% for delete in deletes %}        {{ delete }},
{% endfor %}    ]:
        try:
            getattr(client, operation)(**members)
        except Exception:
            pass


try:
    calls()
finally:
    clean_up()
{% if !script.verdict.is_empty() %}print()
{% endif %}{% for line in verdict %}print({{ line }})
{% endfor %}