"""Requests as other programs write them down: a JSON object a line, with the form, the text, and what was asked for."""
import csv
import email.message
import email.policy
import io
import json
import random
import urllib.parse

HOST = "https://track.example.com"
PATH = "/api/1/buyers.asmx/UpdateLeadStatus"
PIECES = ["Funded", "In Progress", "A+", "a&b", "50%", "#3", "x=y", "Don't", "\"q\"", "Déjà", "Öz", "日本", "🙂", "a;b", "a,b",
          "\\", "/", "?", "<b>", "{x}", "[y]", "|", "~", "$5", "`", "%20", "é", "\u200b", "tab\there", "!", "(z)", "*"]


def values():
    chance = random.Random(7)
    yield from PIECES
    while True:
        yield " ".join(chance.sample(PIECES, 3))


def texts(url, target):
    for is_ascii in (True, False):
        def dumped(value, indent=None):
            return json.dumps(value, ensure_ascii=is_ascii, indent=indent)
        entry = {"startedDateTime": "2026-10-31T07:00:00Z", "time": 5, "request": {"method": "GET", "url": url, "headers": [], "queryString": []},
                 "response": {"status": 200, "headers": [], "content": {"mimeType": "text/xml", "text": "<result><code>0</code></result>"}}}
        yield "har", dumped({"log": {"version": "1.2", "creator": {"name": "w", "version": "1"}, "entries": [entry]}}, 2)
        yield "log-json", dumped({"time": "2026-10-31T07:00:00Z", "level": "info", "url": url, "status": 200})
        yield "postman", dumped({"info": {"name": "c"}, "item": [{"name": "r", "request": {"method": "GET", "header": [], "url": {"raw": url}}}]})
        yield "fetch", f"fetch({dumped(url)});\n"
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(["log_id", "request_url", "response_status", "created"])
    rows.writerow(["1", target, "Success", "2026-10-31 07:00:00"])
    yield "cake-log", table.getvalue()
    for encoding in ("quoted-printable", "base64"):
        mail = email.message.EmailMessage(policy=email.policy.SMTP)
        mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = "a@example.com", "b@example.com", "no status", "<1@example.com>"
        mail.set_content(f"Hello,\n\n{url}\n\nRegards\n", cte=encoding)
        yield "mail", mail.as_string()
    yield "raw-http", f"GET {target} HTTP/1.1\r\nHost: track.example.com\r\nAccept: */*\r\n\r\n"
    yield "log-w3c", f"#Fields: date time cs-method cs-uri-stem cs-uri-query sc-status\n2026-10-31 07:00:00 GET {PATH} {target.split('?', 1)[1]} 200\n"
    yield "log-combined", f'192.0.2.1 - - [31/Oct/2026:07:00:00 +0000] "GET {target} HTTP/1.1" 200 310 "-" "job/1.0"\n'


for _, value in zip(range(100), values()):
    for encode in (urllib.parse.quote, urllib.parse.quote_plus):
        pairs = [("api_key", "KeyOfTheWriters1"), ("lead_id", "9A41C07E"), ("status", value)]
        target = PATH + "?" + urllib.parse.urlencode(pairs, quote_via=encode, safe="")
        for form, text in texts(HOST + target, target):
            print(json.dumps({"form": form, "text": text, "target": target}))
