#!/bin/sh
# caketester starts this once per update, followed by your program and its arguments. It calls them, and turns what
# was printed into the exit code that caketester reads: 0 updated, 10 rejected, 11 unknown.
# CAKE_URL, CAKE_API_KEY, CAKE_LEAD_ID, CAKE_STATUS, CAKE_SUB_STATUS and CAKE_FIELDS are set.
printed=$("$@" 2>&1)
exit_code=$?
printf '%s\n' "$printed"

# CHANGE the three texts into what your program prints, or add its exit code: 2:*) exit 10 ;;
case "$exit_code:$printed" in
    *CHANGE-printed-when-cake-recorded-the-update*) exit 0 ;;
    *CHANGE-printed-when-cake-refused-it*) exit 10 ;;
    *CHANGE-printed-when-nobody-knows*) exit 11 ;;
esac
# None of them: caketester reports that the program concluded nothing.
exit 70
