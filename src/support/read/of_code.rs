//! What code has of the updates that it sends, and the lines of its log leave out.

use crate::support::field_at::is_amount_name;
use crate::support::ticket::{Item, MarkKind, Parameter, Request};
use crate::support::traced::Traced;

/// Stands for a status that a line does not tell.
pub(super) const UNKNOWN_STATUS: &str = "{status}";

/// What code has of an update that its log may leave out.
pub(super) struct OfCode {
    status: Option<Traced>,
    /// The name of its amount, where it has one.
    amount: Option<String>,
}

impl OfCode {
    pub(super) fn of(code: &Item) -> Self {
        let parameters = code.request.as_ref().map(Request::parameters).unwrap_or_default();
        let is_known = |one: &&Parameter| {
            let value = one.value.as_deref().unwrap_or_default();
            !value.is_empty() && !code.is_unknown(one.sent.whole(), value)
        };
        let mut amounts = parameters.iter().filter(|one| is_amount_name(&one.name) && !is_known(one));
        let amount = amounts.next().filter(|_| amounts.next().is_none()).map(|one| one.name.clone());
        let status = parameters.iter().find(|one| one.name.eq_ignore_ascii_case("status")).filter(is_known);
        Self { status: status.map(|one| one.sent.clone()), amount }
    }

    /// Fills it in where the line of an update has it not.
    pub(super) fn fill(&self, item: &mut Item) {
        let Some(query) = item.request.as_mut().and_then(|request| request.query.as_mut()) else { return };
        let unknown = format!("status={UNKNOWN_STATUS}");
        if let (Some(at), Some(status)) = (query.text().find(&unknown), &self.status) {
            let mut filled = query.slice(0..at + "status=".len());
            filled.append(status);
            filled.append(&query.slice(at + unknown.len()..query.len()));
            *query = filled;
            item.marks.retain(|mark| mark.detail != UNKNOWN_STATUS);
        }
        let number = item.marks.iter().find(|mark| mark.kind == MarkKind::Amount);
        if let (Some(amount), Some(number)) = (&self.amount, number) {
            query.push(format!("&{amount}=").as_bytes(), number.place);
            query.append(&Traced::standing_for(&number.detail, number.place));
        }
    }
}
