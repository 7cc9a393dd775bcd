#!/bin/sh
# hard-coded.sh LEAD_ID STATUS [SUB_STATUS [NAME=VALUE ...]]: push.sh as many clients are in production: where CAKE is
# stands in the code, and no environment can change it. `caketester client --intercept YourDomain.com` checks it as it is:
# curl reads the proxy and the authority to trust from variables of its own.
CAKE_URL=https://YourDomain.com/api/1/buyers.asmx/UpdateLeadStatus
export CAKE_URL
exec sh "${0%/*}/push.sh" "$@"
