# A job that reports every case of a batch, rightly; its arguments make it do something else on purpose.
import csv
import http.client
import json
import os
import re
import signal
import sys
from urllib.parse import urlencode, urlsplit

flaws = set(sys.argv[1:])
cases_file, outcomes_file = os.environ["CAKETESTER_CASES"], os.environ["CAKETESTER_OUTCOMES"]
with open(cases_file, encoding="utf-8", newline="") as file:
    cases = json.load(file) if cases_file.endswith(".json") else list(csv.DictReader(file))
url = urlsplit(os.environ["CAKE_URL"])


def report(case):
    fields = case["fields"] if isinstance(case["fields"], dict) else json.loads(case["fields"])
    lead = case["lead_id"].lower() if "lower" in flaws else case["lead_id"]
    lead = "X" + lead if "stray" in flaws else lead
    query = {"api_key": os.environ["CAKE_API_KEY"], "lead_id": lead, "status": case["status"]}
    if case["sub_status"]:
        query["sub_status"] = case["sub_status"]
    connect = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = connect(url.hostname, url.port, timeout=5)
    try:
        connection.request("GET", url.path + "?" + urlencode({**query, **fields}))
        answer = connection.getresponse()
        found = re.search(rb"<code>(\d+)</code>", answer.read())
    except (OSError, http.client.HTTPException):
        return "unknown", None
    if not found:
        return "unknown", None
    code = int(found.group(1))
    outcome = "updated" if code == 0 else "rejected"
    return ("updated" if "optimist" in flaws else outcome), code


def run():
    with open(outcomes_file, "w", encoding="utf-8") as outcomes:
        for case in cases:
            if "idle" in flaws:
                continue
            outcome, code = report(case)
            if "twice" in flaws:
                report(case)
            if "silent" in flaws:
                continue
            told = {"lead_id": case["lead_id"], "outcome": outcome, "code": code}
            if "table" not in flaws:
                outcomes.write(json.dumps(told) + "\n")
            else:
                outcomes.write(("" if outcomes.tell() else "lead_id,outcome\n") + f"{case['lead_id']},{outcome}\n")


if "chatty" in flaws:
    print("calling with " + os.environ["CAKE_API_KEY"])
if "late" in flaws:
    # What it leaves behind sends once this process is gone: its end of the pipe is closed then.
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.close(writing)
        os.read(reading, 1)
        if "stays" in flaws:
            signal.pause()
        run()
        os._exit(0)
    os._exit(0)
run()
sys.exit(3 if "failing" in flaws else 0)
