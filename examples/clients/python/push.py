#!/usr/bin/env python3
"""push.py LEAD_ID STATUS [SUB_STATUS [FIELDS_JSON]]: tells CAKE what became of a lead.

Environment: CAKE_URL (the method's URL) or CAKE_BASE_URL (scheme and host), and CAKE_API_KEY;
CAKE_TIMEOUT, in whole seconds, 10 if not set.
Exit codes: 0 updated, 10 rejected, 11 unknown; 64 wrong use, nothing sent.
Needs Python 3.9 or later and nothing else. Calls CAKE directly, whatever proxy the environment names.
"""
import http.client
import json
import os
import re
import sys
import threading
import xml.etree.ElementTree as ET
from typing import NamedTuple, Optional
from urllib.parse import urlencode, urlsplit

MAX_ANSWER_BYTES = 1024 * 1024
OWN_PARAMETERS = {"api_key", "lead_id", "status", "sub_status"}
REFUSALS = {1: "API key not valid", 2: "lead not found", 3: "status not recognised", 4: "Lead Statuses not enabled"}
EXIT_CODES = {"updated": 0, "rejected": 10, "unknown": 11}


class Answer(NamedTuple):
    outcome: str
    reason: str  # safe to log: never holds the API key
    code: Optional[int] = None
    msg: Optional[str] = None


def get(url, query, timeout):
    """One GET: (HTTP status, body). http.client follows no redirect and takes every HTTP status as it comes."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=timeout)
    connection.request("GET", f"{parts.path}?{query}")
    response = connection.getresponse()
    body = response.read(MAX_ANSWER_BYTES + 1)
    if len(body) > MAX_ANSWER_BYTES or response.length:  # length: what was promised and has not come
        raise http.client.IncompleteRead(b"")
    return response.status, body


def get_in_time(url, query, timeout):
    """What get returned or raised. A socket's timeout starts anew with every byte: the whole is timed from outside."""
    result = []

    def work():
        try:
            result.append(get(url, query, timeout))
        except Exception as error:  # whatever it was, there is no answer
            result.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(timeout)
    return result[0] if result else TimeoutError()


class Tree(ET.TreeBuilder):
    def doctype(self, *_):
        raise ValueError("CAKE's answer has no DOCTYPE")


def local_name(element):
    return element.tag.rpartition("}")[2]


def read(body):
    """(code, msg) of <result>, in any namespace; code is None where the answer is not such a document."""
    try:
        root = ET.fromstring(body, ET.XMLParser(target=Tree()))
    except (ET.ParseError, ValueError, LookupError):  # LookupError: an encoding that nobody knows
        return None, None
    codes = [child for child in root if local_name(child) == "code"]
    if local_name(root) != "result" or len(codes) != 1 or len(codes[0]):
        return None, None
    number = re.fullmatch(r"[ \t\r\n]*0*([0-9]{1,9})[ \t\r\n]*", codes[0].text or "")
    msg = next(("".join(child.itertext()) for child in root if local_name(child) == "msg"), None)
    return number and int(number[1]), msg


def update_lead_status(url, api_key, lead_id, status, sub_status=None, fields=None, timeout=10):
    """Decides by the code alone: a refusal may come with HTTP 200, and its message is for people."""
    parameters = {"api_key": api_key, "lead_id": lead_id, "status": status}
    if sub_status:
        parameters["sub_status"] = sub_status
    result = get_in_time(url, urlencode({**parameters, **(fields or {})}), timeout)
    if isinstance(result, Exception):  # its class only: its message may quote the URL, and so the key
        return Answer("unknown", f"no answer, {type(result).__name__}")
    http_status, body = result
    code, msg = read(body)
    if code is None:
        return Answer("unknown", f"HTTP {http_status} without a readable code")
    if code == 0 and http_status == 200:
        return Answer("updated", "code 0", code, msg)
    if code in REFUSALS:
        return Answer("rejected", f"code {code}, {REFUSALS[code]}", code, msg)
    return Answer("unknown", f"HTTP {http_status} with code {code}", code, msg)


def tell_caketester(answer, api_key):
    """The other way to tell the harness: a file. The exit code alone would do; this adds what CAKE said."""
    if path := os.environ.get("CAKETESTER_OUTCOME"):
        told = {"outcome": answer.outcome, "code": answer.code, "msg": answer.msg and answer.msg.replace(api_key, "***")}
        with open(path, "w", encoding="utf-8") as file:
            json.dump({name: value for name, value in told.items() if value is not None}, file)


def stop(message):
    print(f"push.py: {message}", file=sys.stderr)
    sys.exit(64)


def main(arguments):
    base = os.environ.get("CAKE_BASE_URL", "").rstrip("/")
    url = os.environ.get("CAKE_URL") or (base and f"{base}/api/1/buyers.asmx/UpdateLeadStatus")
    api_key = os.environ.get("CAKE_API_KEY")
    if not re.match("https?://.", url) or not api_key:
        stop("set CAKE_URL or CAKE_BASE_URL (http or https), and CAKE_API_KEY")
    if not 2 <= len(arguments) <= 4 or not all(arguments[:2]):
        stop("usage: push.py LEAD_ID STATUS [SUB_STATUS [FIELDS_JSON]]")
    lead_id, status, sub_status, fields_json = arguments + ["", "{}"][len(arguments) - 2:]
    try:
        fields = json.loads(fields_json)
    except ValueError:
        fields = None
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        stop("FIELDS_JSON must be an object of strings")
    # CAKE ignores the case of a name and joins what it finds twice: "Status" would spoil "status".
    if OWN_PARAMETERS & {name.lower() for name in fields}:
        stop("a custom field has the name of one of CAKE's own parameters")

    timeout = os.environ.get("CAKE_TIMEOUT") or "10"
    if not re.fullmatch("[1-9][0-9]{0,3}", timeout):
        stop("CAKE_TIMEOUT must be whole seconds")

    answer = update_lead_status(url, api_key, lead_id, status, sub_status, fields, int(timeout))
    tell_caketester(answer, api_key)
    print(f"{answer.outcome}: {answer.reason}")
    return EXIT_CODES[answer.outcome]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
