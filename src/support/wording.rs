//! The words of messages: who speaks, and how a sentence begins and ends.

use super::look::{Found, Variant};
use super::phrases::Says;
use crate::plural::capital;

/// The words of a network that writes to its buyer.
pub(super) fn ours(text: &str) -> String {
    let words = [
        ("ask the network to look at the Buyer Card", "tell us, and we will look at the key on our side"),
        ("the network looks first", "we will look first"),
        ("before the network has looked", "before we have looked"),
        ("ask the network", "ask us"),
        ("send the network", "send us"),
        ("once the network says that the address may call", "once we say that the address may call"),
        ("the network gave", "we gave"),
        ("unless the network adds", "unless we add"),
        ("the network says that its firewall lets", "we say that our firewall lets"),
        ("the network has", "we have"),
        ("The network has", "We have"),
        ("the network looks", "we will look"),
        ("reach the network", "reach us"),
        ("it has to correct the sums", "we have to correct the sums"),
        ("the network spells", "we spell"),
        ("the network uses", "we use"),
        ("the buyer's", "your"),
        ("the network's", "our"),
        ("in its report", "in our report"),
        ("this instance", "our CAKE"),
        ("the instance has", "we have"),
        ("the instance's", "our"),
        ("no buyer of the instance has", "none of our buyers has"),
        ("no buyer has", "none of our buyers has"),
    ];
    words.iter().fold(text.to_owned(), |text, (theirs, ours)| text.replace(theirs, ours))
}

/// The text as a sentence: with a full stop, unless it has its end.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim_end();
    // What is to be sent exactly has no full stop.
    if text.ends_with(['.', '?', '!', ':']) || text.says(&["send exactly: ", "send: "]) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

/// Whether to send it again, as it is said to the buyer.
pub(super) fn politely(again: &str) -> String {
    let again = ours(again);
    sentence(&match again.strip_prefix("do not") {
        Some(rest) => format!("Please do not{rest}"),
        None if again.starts_with("send") => format!("Then {again}"),
        None => capital(&again),
    })
}

/// A further cause in a sentence or two.
pub(super) fn also(found: &Found, is_help_given: bool) -> String {
    let title = &found.cause().title;
    if is_help_given {
        return sentence(&ours(&found.message));
    }
    // The message says it better than the title.
    if matches!(found.variant, Variant::Nameless | Variant::Beside) {
        return format!("{} {}", sentence(&found.message), capital(&sentence(found.help())));
    }
    format!("{}{} {}", sentence(&ours(title)), said(found), capital(&sentence(&ours(found.help()))))
}

/// The actual value, unless that says the title again.
pub(super) fn said(found: &Found) -> String {
    let (title, message) = (&found.cause().title, &found.message);
    let is_near = strsim::normalized_levenshtein(&title.to_lowercase(), &message.to_lowercase()) > 0.5;
    // What is in quotes is a value.
    let is_again = is_near && !message.contains('"')
        || message.is_empty()
        || found.id.starts_with("code-")
        // Why it happens says it.
        || found.id == "report-date"
        // Who bought a lead is nobody else's business.
        || found.id == "lead-of-another-buyer"
        || title.to_lowercase().contains(&message.to_lowercase());
    // No capital: it may begin with a parameter's name.
    if is_again { String::new() } else { format!(" Here: {}", sentence(&ours(message))) }
}

#[cfg(test)]
mod tests {
    use super::{ours, sentence};
    use crate::plural::listed;
    use crate::support::all_causes;

    #[test]
    fn a_message_to_the_buyer_does_not_speak_of_the_network() {
        for cause in all_causes() {
            if cause.who == crate::support::Who::Network {
                continue;
            }
            for text in [&cause.title, &cause.why, &cause.change, &cause.ask] {
                let text = ours(text).to_lowercase();
                assert!(!text.contains("the network") && !text.contains("this network"), "{}: {text}", cause.id);
                assert!(!text.ends_with("our"), "{}: {text}", cause.id);
            }
        }
    }

    #[test]
    fn a_question_keeps_its_mark() {
        assert_eq!((sentence("is it?"), sentence("it is")), ("is it?".to_owned(), "it is.".to_owned()));
        assert_eq!(listed(&["A".into(), "B".into(), "C".into()]), "A, B and C");
    }
}
