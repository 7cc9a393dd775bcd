//! Time zones by their names in the IANA database, and what was probably meant by another.

use jiff::tz::TimeZone;

use crate::nearest::nearest;

/// What people call a time zone, and its name in the IANA database.
const ABBREVIATED: [(&str, &str); 13] = [
    ("PST", "America/Los_Angeles"),
    ("PDT", "America/Los_Angeles"),
    ("PT", "America/Los_Angeles"),
    ("MDT", "America/Denver"),
    ("MT", "America/Denver"),
    ("CST", "America/Chicago"),
    ("CDT", "America/Chicago"),
    ("CT", "America/Chicago"),
    ("EDT", "America/New_York"),
    ("ET", "America/New_York"),
    ("CEST", "Europe/Berlin"),
    ("BST", "Europe/London"),
    ("IST", "Asia/Kolkata"),
];

/// Names that the IANA database has and that mean something else than most who write them: the hours from UTC all year, what is meant,
/// and what says the same.
const WITHOUT_DAYLIGHT_SAVING: [(&str, &str, &str, &str); 2] =
    [("EST", "UTC-5", "America/New_York", "Etc/GMT+5"), ("MST", "UTC-7", "America/Denver", "America/Phoenix")];

/// Why a text names no time zone, and what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownZone {
    /// What is wrong.
    pub message: String,
    /// What to write.
    pub help: String,
}

/// The time zone of this name.
pub fn time_zone(name: &str) -> Result<TimeZone, UnknownZone> {
    if let Some((_, offset, meant, same)) = WITHOUT_DAYLIGHT_SAVING.iter().find(|(known, ..)| *known == name) {
        let message = format!("{name:?} is {offset} all year, without daylight saving time");
        return Err(UnknownZone { message, help: format!("write {meant}, or {same} if you mean that") });
    }
    let zones = jiff::tz::db();
    if let Ok(zone) = zones.get(name) {
        return Ok(zone);
    }
    let known: Vec<String> = zones.available().map(|zone| zone.to_string()).collect();
    let meant = ABBREVIATED.iter().find(|(short, _)| short.eq_ignore_ascii_case(name.trim()));
    let help = match (meant, nearest(name, known.iter().map(String::as_str))) {
        (Some((short, name)), _) => format!("{short} is an abbreviation; write a name of the IANA database: {name}"),
        (None, Some(nearest)) => format!("did you mean {nearest}?"),
        (None, None) => "write a name of the IANA database, for example America/Los_Angeles".to_owned(),
    };
    Err(UnknownZone { message: format!("there is no time zone {name:?}"), help })
}

#[cfg(test)]
mod tests {
    use super::time_zone;

    #[test]
    fn a_zone_is_known_by_its_iana_name_and_what_was_meant_is_suggested() {
        assert_eq!(time_zone("America/Los_Angeles").unwrap().iana_name(), Some("America/Los_Angeles"));
        let help = |name: &str| time_zone(name).unwrap_err().help;
        assert!(help("PST").ends_with("America/Los_Angeles"));
        assert_eq!(help("America/Los_Angelos"), "did you mean America/Los_Angeles?");
        assert!(help("MST").starts_with("write America/Denver"));
    }
}
