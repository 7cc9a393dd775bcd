//! What tells a cause from others of the same ID, where words or advice depend on it.

/// What tells a cause from others of its ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Variant {
    /// Nothing does.
    #[default]
    Usual,
    /// A lead is to be returned: `UpdateLeadStatus` does not do that.
    Return,
    /// A firewall answered.
    Firewall,
    /// A filter of the sending side answered.
    Filter,
    /// A redirect leads to a login page.
    Login,
    /// It is about another lead than the cause before it.
    Beside,
    /// It works on another machine.
    Elsewhere,
    /// The connection failed before anything was sent.
    NothingSent,
    /// The sender says that the network gave it this status.
    Listed,
    /// A spreadsheet made a number of it.
    Spreadsheet,
    /// The ticket shows that a redirect lost the query.
    LostQuery,
    /// The code sends it as a header.
    InHeader,
    /// It stands in the path.
    InPath,
    /// A typographic character.
    Typographic,
    /// cmd knows double quotation marks alone.
    SingleQuotes,
    /// The shell takes it for an argument.
    Argument,
    /// The value is not shown, for it looks like a key.
    Hidden,
    /// The sender's address makes the difference.
    Address,
    /// IIS itself says it, more exactly than by the HTTP status.
    Iis,
    /// A value is encoded for HTML.
    Html,
    /// A program reads XML as JSON.
    ReadAsJson,
    /// CAKE refused it at one time, and took it at another.
    TakenLater,
    /// The day of the update is the last one of a report.
    EndDate,
    /// A log shows that it was sent like this.
    SentSo,
    /// A content type of JSON is named in the ticket.
    Json,
    /// A whole object stands in the place of text.
    Object,
    /// The zeros at its front are lost.
    Zeros,
    /// A load balancer had no server to pass the request to.
    NoTarget,
    /// The contents of a file are sent without a name.
    Nameless,
    /// HTTP 200 is all that is known of the answer.
    OnlyHttp,
    /// Another service answered.
    Foreign,
    /// Only a person can answer.
    Person,
    /// It is solved.
    Solved,
}
