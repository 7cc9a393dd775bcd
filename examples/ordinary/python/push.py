#!/usr/bin/env python3
"""Sends one lead's status to CAKE."""

import json
import os
import sys
import xml.etree.ElementTree as ET

import requests

UPDATED, REJECTED, UNKNOWN = 0, 10, 11


def parameters():
    """What CAKE is told of the lead."""
    params = {
        "api_key": os.environ["CAKE_API_KEY"],
        "lead_id": os.environ["CAKE_LEAD_ID"],
        "status": os.environ["CAKE_STATUS"],
    }
    sub_status = os.environ.get("CAKE_SUB_STATUS")
    if sub_status:
        params["sub_status"] = sub_status
    params.update(json.loads(os.environ.get("CAKE_FIELDS") or "{}"))
    return params


def update_lead_status():
    """Sends the update and returns CAKE's code and message."""
    # The key is in the query, and goes to no other host: no redirects.
    response = requests.get(
        os.environ["CAKE_URL"], params=parameters(), timeout=10, allow_redirects=False
    )
    response.raise_for_status()
    result = ET.fromstring(response.content)
    code = result.findtext("code")
    if code is None:
        raise ValueError("the answer has no code")
    return int(code), result.findtext("msg", default="")


def main():
    try:
        code, msg = update_lead_status()
    except (requests.RequestException, ET.ParseError, ValueError) as error:
        print(f"no usable answer from CAKE: {error}", file=sys.stderr)
        return UNKNOWN

    print(f"code {code}: {msg}")
    if code == 0:
        return UPDATED
    if code in (1, 2, 3, 4):
        return REJECTED
    return UNKNOWN


if __name__ == "__main__":
    sys.exit(main())
