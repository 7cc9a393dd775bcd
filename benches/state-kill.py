#!/usr/bin/env python3
"""Kills `caketester serve --state` with SIGKILL at random times under load, and looks at what is left.

    cargo build --release && benches/state-kill.py target/release/caketester 600

Every update carries a marker of its own. Afterwards every acknowledged marker has to be in the file, none twice, and the
attempts of each lead have to be 1, 2, 3, … without a gap.
"""

import collections
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time

CLIENTS = 32
LEADS = ["C8097F17", "5A1EZZZZ", "5A1E030B", "5A1E0906"]


def client(port, markers, acknowledged, lock):
    """Sends updates over one connection until it breaks."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    mine = []
    try:
        while True:
            marker = f"m{next(markers)}"
            lead = random.choice(LEADS)
            connection.request("GET", "/api/1/buyers.asmx/UpdateLeadStatus?api_key=BuyerAPIKeyHere"
                               f"&lead_id={lead}&status=Funded&note={marker}")
            answer = connection.getresponse()
            body = answer.read()
            # The scenarios' leads may be answered otherwise; what CAKE accepted is in the file all the same.
            if b"<code>0</code>" in body:
                mine.append(marker)
    except (OSError, http.client.HTTPException):
        pass
    with lock:
        acknowledged.update(mine)


def main():
    binary, seconds = sys.argv[1], float(sys.argv[2])
    markers = iter(range(1 << 62))
    acknowledged, lock = set(), threading.Lock()
    kills = 0
    with tempfile.TemporaryDirectory() as folder:
        state = os.path.join(folder, "state.db")
        end = time.monotonic() + seconds
        restored = 0
        while time.monotonic() < end:
            mock = subprocess.Popen([binary, "serve", "--port", "0", "--state", state], stdout=subprocess.PIPE,
                                    stderr=subprocess.DEVNULL, text=True)
            ready = json.loads(mock.stdout.readline())
            assert ready["restored"] >= restored, "updates were lost"
            restored = ready["restored"]
            threads = [threading.Thread(target=client, args=(ready["port"], markers, acknowledged, lock))
                       for _ in range(CLIENTS)]
            for thread in threads:
                thread.start()
            time.sleep(random.uniform(0.05, 4))
            mock.kill()
            mock.wait()
            kills += 1
            for thread in threads:
                thread.join()
        exported = subprocess.run([binary, "state", "export", state], capture_output=True, text=True, check=True)
        size = os.path.getsize(state)
    found, attempts = collections.Counter(), collections.defaultdict(list)
    for line in exported.stdout.splitlines():
        update = json.loads(line).get("decided")
        if update:
            attempts[update["lead_id"]].append(update["attempt"])
            if update["update"]:
                found[update["update"]["fields"]["note"]] += 1
    lost = [marker for marker in acknowledged if marker not in found]
    twice = [marker for marker, times in found.items() if times > 1]
    gaps = [lead for lead, seen in attempts.items() if seen != list(range(1, len(seen) + 1))]
    print(f"{kills} kills in {seconds:.0f} s; {len(acknowledged)} updates acknowledged, {sum(found.values())} in the file "
          f"({size / 1e6:.1f} MB); {len(lost)} lost, {len(twice)} twice, {len(gaps)} leads with gaps in their attempts")
    sys.exit(1 if lost or twice or gaps or not acknowledged else 0)


main()
