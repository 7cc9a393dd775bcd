//! A status that the network named itself.

use crate::support::look::{Found, Variant};
use crate::support::phrases::Says;

/// Whether people say that the network itself named the status.
pub(super) fn is_listed(prose: &str) -> bool {
    let words = [
        "on the list",
        "from the list",
        "in the list",
        "list you",
        "list that we got",
        "list we got",
        "list that you",
        "your list",
        "status list",
        "list of statuses",
        "you gave us",
        "you sent us",
        "gave it to us",
        "you told us",
        "your email",
        "your e-mail",
        "your document",
        "your pdf",
        "your spreadsheet",
        "is configured",
        "are configured",
        "copied from",
        "copied it from",
        "is set up",
        "exactly as you",
        "exactly like you",
        "der liste",
        "eurer liste",
        "ihrer liste",
    ];
    let denied = [
        "not on the list",
        "not in the list",
        "send us the list",
        "get the list",
        "have the list",
        "where is the list",
    ];
    prose.says(&words) && !prose.says(&denied)
}

/// A status that the network named and CAKE refuses: the network has to look, and the buyer is asked nothing.
pub(super) fn of_listed(found: Found) -> Found {
    let message = format!("{}; it may not be active for the buyer's key", found.message);
    let help = "look whether this status is configured and active for this buyer: statuses may be set for each buyer";
    Found { message, ..found }.with_help(help).with_ask("").of(Variant::Listed)
}
