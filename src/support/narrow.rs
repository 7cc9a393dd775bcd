//! A log narrowed to one lead, or to what happened since some time.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

use super::ticket::{Item, Request};
use crate::cake::lead_key;

/// Which requests of a ticket are looked at; by default all.
#[derive(Debug, Clone, Default)]
pub struct Narrow {
    /// Those for this lead, letter case aside.
    pub lead: Option<String>,
    /// Those from this time on; those whose time is not known too.
    pub since: Option<Timestamp>,
}

impl Narrow {
    /// Whether it leaves anything out.
    pub fn is_all(&self) -> bool {
        self.lead.is_none() && self.since.is_none()
    }

    /// Whether an item is looked at.
    pub fn has(&self, item: &Item) -> bool {
        let is_lead = self.lead.as_ref().is_none_or(|lead| {
            let sent = item.request.as_ref().and_then(Request::meant_lead);
            sent.is_some_and(|sent| lead_key(&sent) == lead_key(lead))
        });
        is_lead
            && self.since.is_none_or(|since| {
                let time = item.logged.time.as_deref().and_then(moment);
                time.is_none_or(|time| time >= since)
            })
    }
}

/// A time as logs write it. Where the zone is left out it is UTC, which is what IIS writes.
pub fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim().trim_matches(['[', ']', '"']);
    let utc = |time: DateTime| time.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time);
    }
    if let Ok(time) = text.parse::<DateTime>() {
        return utc(time);
    }
    if let Ok(date) = text.parse::<Date>() {
        return utc(date.to_datetime(jiff::civil::Time::midnight()));
    }
    // Seconds or milliseconds since 1970; the latter are larger by far.
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if let (Ok(number), true) = (whole.parse::<i64>(), fraction.bytes().all(|byte| byte.is_ascii_digit())) {
        let is_seconds = number.abs() < 100_000_000_000;
        let thousandths = format!("{fraction:0<3.3}").parse().ok().filter(|_| is_seconds).unwrap_or(0);
        let milliseconds = if is_seconds { number.checked_mul(1_000)? } else { number };
        return Timestamp::from_millisecond(milliseconds + thousandths).ok();
    }
    if let Ok(time) = strtime::parse("%d/%b/%Y:%H:%M:%S %z", text) {
        return time.to_timestamp().ok();
    }
    let american = ["%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M"];
    american.into_iter().find_map(|form| strtime::parse(form, text).ok()?.to_datetime().ok()).and_then(utc)
}

#[cfg(test)]
mod tests {
    use super::moment;
    use proptest::prelude::*;

    #[test]
    fn times_are_read_as_logs_write_them() {
        for (text, expected) in [
            ("2025-10-31 07:00:02", "2025-10-31T07:00:02Z"),
            ("2025-10-31T07:00:02.5Z", "2025-10-31T07:00:02.5Z"),
            ("2025-10-31T07:00:02+02:00", "2025-10-31T05:00:02Z"),
            ("2025-10-31", "2025-10-31T00:00:00Z"),
            ("2025-10-31 07:00", "2025-10-31T07:00:00Z"),
            ("31/Oct/2025:07:00:02 +0100", "2025-10-31T06:00:02Z"),
            ("[31/Oct/2025:07:00:02 +0000]", "2025-10-31T07:00:02Z"),
            ("1761894002", "2025-10-31T07:00:02Z"),
            ("1761894002123", "2025-10-31T07:00:02.123Z"),
            ("1761894002.25", "2025-10-31T07:00:02.25Z"),
            ("10/31/2025 7:00:02 PM", "2025-10-31T19:00:02Z"),
            ("10/31/2025 07:00", "2025-10-31T07:00:00Z"),
        ] {
            assert_eq!(moment(text).map(|time| time.to_string()).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "yesterday", "07:00:02", "31.10.2025", "1e400", "NaN"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(\\PC|[0-9/: .+-]){0,40}") {
            let _ = moment(&text);
        }
    }
}
