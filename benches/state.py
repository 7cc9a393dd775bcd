#!/usr/bin/env python3
"""Measures the state file: a report over a million leads, and what `--state` costs a request.

    cargo build --release && benches/state.py report target/release/caketester [LEADS]
    cargo build --release && benches/state.py rate target/release/caketester [OTHER-BUILD]

`rate` sends the same requests to each variant in turn, round after round, and reads the CPU time that the mock itself took
from /proc, so other programs and the client here count little. An older build is one more variant without `--state`.
"""

import datetime
import json
import os
import random
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROUNDS = 7
REQUESTS = 20_000
CLIENTS = 32
STATUSES = {"Funded": ["Full Payment", "Partial"], "In Progress": [], "Unqualified": ["Bad Credit", "No Income"],
            "Not Interested": [], "Don't Call": []}


def lines(leads):
    """A state file as JSON lines: a lead an update, over 90 days, 40 campaigns and 20 buyers."""
    random.seed(1)
    setup = {"enabled": True, "buyers": [f"Buyer {at}" for at in range(20)],
             "statuses": [{"name": name, "sub_statuses": subs} for name, subs in STATUSES.items()],
             "fields": [{"label": "Loan Amount", "name": "loan_amount", "kind": "number"},
                        {"label": "Note", "name": "note", "kind": "string"}]}
    yield {"version": 1, "setup": setup}
    for at in range(leads):
        status = random.choice(list(STATUSES))
        when = datetime.datetime(2026, 1, 1) + datetime.timedelta(seconds=at * 90 * 86_400 / leads)
        lead, campaign = f"{at * 2_654_435_761 % 2**32:08X}", random.randrange(40)
        fields = {"loan_amount": str(random.randrange(1_000, 50_000))} if status == "Funded" else {"note": "called"}
        yield {"version": 1, "decided": {
            "at": when.isoformat() + "Z", "lead_id": lead, "buyer": f"Buyer {campaign % 20}", "attempt": 1, "code": 0,
            "why": "every check passed",
            "update": {"lead_id": lead, "status": status, "sub_status": next(iter(STATUSES[status]), None), "fields": fields},
            "origin": {"campaign": f"Campaign {campaign}", "offer": f"Offer {campaign % 8}",
                       "vertical": f"Vertical {campaign % 3}", "sold": "2026-01-01"}, "scenario": None}}


def report(binary, leads):
    with tempfile.TemporaryDirectory() as folder:
        state = os.path.join(folder, "state.db")
        importing = subprocess.Popen([binary, "state", "import", state], stdin=subprocess.PIPE, text=True)
        for line in lines(leads):
            importing.stdin.write(json.dumps(line) + "\n")
        importing.stdin.close()
        assert importing.wait() == 0
        for _ in range(ROUNDS):
            before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
            table = subprocess.run([binary, "master-report", "--state", state, "--by", "day"], capture_output=True, text=True,
                                   check=True).stdout
            took, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            assert table.splitlines()[-1].split()[1] == str(leads), table
            print(f"{leads} leads: {took:.2f} s, {cpu:.2f} s of CPU time, {after.ru_maxrss / 1024:.0f} MB at most")


def client(port, requests):
    connection = socket.create_connection(("127.0.0.1", port))
    request = (b"GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=BuyerAPIKeyHere&lead_id=C8097F17&status=Funded"
               b"&sub_status=Full+Payment&loan_amount=25000 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    for _ in range(requests):
        connection.sendall(request)
        answer = b""
        while b"</result>" not in answer:
            answer += connection.recv(4096)
        assert b"<code>0</code>" in answer, answer
    connection.close()


def cpu_of(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rate(binary, other):
    with tempfile.TemporaryDirectory() as folder:
        variants = {"without": [binary], "with --state": [binary, "--state", os.path.join(folder, "state.db")]}
        if other:
            variants["older build"] = [other]
        mocks, taken = {}, {name: [] for name in variants}
        for name, (program, *options) in variants.items():
            mock = subprocess.Popen([program, "serve", "--port", "0", *options], stdout=subprocess.PIPE,
                                    stderr=subprocess.DEVNULL, text=True)
            mocks[name] = (mock, json.loads(mock.stdout.readline())["port"])
        for _ in range(ROUNDS):
            for name, (mock, port) in mocks.items():
                before, start = cpu_of(mock.pid), time.monotonic()
                threads = [threading.Thread(target=client, args=(port, REQUESTS // CLIENTS)) for _ in range(CLIENTS)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                taken[name].append((cpu_of(mock.pid) - before, time.monotonic() - start))
        for mock, _ in mocks.values():
            mock.terminate()
            mock.wait()
    base = statistics.median(cpu for cpu, _ in taken["without"])
    for name, rounds in taken.items():
        cpu = statistics.median(cpu for cpu, _ in rounds)
        wall = statistics.median(wall for _, wall in rounds)
        print(f"{name:13} {cpu / REQUESTS * 1e6:6.1f} us of CPU time a request, {cpu / base:.2f} of that without; "
              f"{REQUESTS / wall:.0f} requests/s over {CLIENTS} connections from this script")


def main():
    what, binary, *more = sys.argv[1:]
    if what == "report":
        report(binary, int(more[0]) if more else 1_000_000)
    else:
        rate(binary, more[0] if more else None)


main()
