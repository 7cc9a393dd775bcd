//! Personal data in a ticket, in the few shapes that are what they look like.

use super::phrases::phrases;

/// Whether a text shows an identity or account number, or a date of birth.
pub(super) fn shows_personal_data(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let is_named = |name: &str| {
        lower.match_indices(name).any(|(at, _)| {
            let behind = &lower[at + name.len()..];
            let value = behind.trim_start_matches(|c: char| " =:\"'".contains(c));
            value.starts_with(|c: char| c.is_ascii_digit())
        })
    };
    phrases("personal").iter().any(|name| is_named(name))
        || lower.split(|c: char| !c.is_ascii_digit() && c != '-').any(is_ssn)
        || text.split(|c: char| !c.is_ascii_alphanumeric()).any(is_iban)
}

/// `DE02120300000000202051`, of any country, by its check digits. Nobody writes one in mixed letter case.
fn is_iban(word: &str) -> bool {
    let has = |is: fn(&u8) -> bool| word.as_bytes().iter().any(is);
    let is_shaped = (15..=34).contains(&word.len())
        && !(has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase))
        && word.bytes().take(2).all(|byte| byte.is_ascii_alphabetic())
        && word.bytes().skip(2).take(2).all(|byte| byte.is_ascii_digit());
    let digits = word.chars().cycle().skip(4).take(word.len()).filter_map(|c| c.to_digit(36));
    is_shaped && digits.fold(0, |rest, digit| (rest * if digit > 9 { 100 } else { 10 } + digit) % 97) == 1
}

/// `123-45-6789`
fn is_ssn(word: &str) -> bool {
    let parts: Vec<usize> = word.split('-').map(str::len).collect();
    parts == [3, 2, 4]
}

#[cfg(test)]
mod tests {
    use super::shows_personal_data;

    #[test]
    fn personal_data_is_told_from_leads_dates_and_telephone_numbers() {
        for text in [
            "ssn: 123-45-6789",
            "&ssn=123456789&x",
            "\"date_of_birth\": \"1980-02-01\"",
            "iban=DE02120300000000202051",
            "FR1420041010050500013M02606",
        ] {
            assert!(shows_personal_data(text), "{text}");
        }
        for text in [
            "2026-02-12T10:00",
            "lead_id=9A41C07E&loan_amount=25000",
            "555-123-4567",
            "ssn=***",
            "passport control",
            "DE03120300000000202051",
        ] {
            assert!(!shows_personal_data(text), "{text}");
        }
    }
}
