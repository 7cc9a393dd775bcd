//! What a shell does to a command before its program sees it.

use super::part::lost;
use crate::support::look::{Found, Grade, Look, Variant};
use crate::support::ticket::{Form, MarkKind};

/// What to do about an & where the shell has to fill in a variable too.
const IN_DOUBLE_QUOTES: &str = "put the whole URL in double quotes: in single quotes the shell fills in no $ either";

/// An option of curl that a shell says it does not know as a command: `--data-urlencode: command not found`.
fn option_as_command(prose: &str) -> Option<&str> {
    const SAID: [&str; 5] =
        [": command not found", ": not found", "' is not recognized", "\" ist entweder falsch", "' n'est pas reconnu"];
    SAID.iter().flat_map(|said| prose.match_indices(said)).find_map(|(at, _)| {
        let before = &prose[..at];
        let word = &before[before.rfind([' ', '\'', '"', '\n']).map_or(0, |at| at + 1)..];
        (word.starts_with('-') && word.len() > 1 && word.len() < 30).then_some(word)
    })
}

pub(super) fn check(look: &mut Look<'_>) {
    let kinds = [
        (MarkKind::ShellQuotes, "shell-quotes", "the shell does not know {}"),
        (MarkKind::SingleQuotes, "shell-quotes", "cmd on Windows takes {} for a part of the text"),
        (MarkKind::ShellAmpersand, "shell-ampersand", "{}"),
        (MarkKind::ShellPercent, "shell-percent", "the shell reads {} as an argument"),
        (MarkKind::ShellDollar, "shell-dollar", "the shell reads {} as a variable"),
        (MarkKind::ShellNewline, "shell-newline", "{} is not part of the command"),
    ];
    // cmd takes what follows an & for another command, and says so.
    let names = ["api_key", "lead_id", "status", "sub_status"];
    let is_said = |name: &&str| look.prose.contains(&format!("'{name}' is not recognized as an internal"));
    if look.mark(MarkKind::ShellAmpersand).is_none() && names.iter().any(is_said) {
        let message = "what follows the first & is not sent";
        look.add_with("shell-ampersand", Grade::Certain, None, message, "put the whole URL in double quotes");
    }
    if look.item.form == Form::Curl
        && look.mark(MarkKind::ShellNewline).is_none()
        && let Some(option) = option_as_command(look.prose)
    {
        let help = if look.prose.contains("crlf") || look.prose.contains("dos2unix") {
            "save the script with the line ends of Unix (dos2unix does it): a carriage return after the \\ ends the line"
        } else {
            ""
        };
        let message = format!("the shell took {option} for a command, so the line before it did not go on");
        look.add_with("shell-newline", Grade::Certain, None, message, help);
    }
    // So does cron with a %.
    let place = look.request.and_then(|request| request.query.as_ref()).filter(|query| query.text().contains('%'));
    if let Some(query) = place
        && (look.prose.contains("* * *") || look.prose.contains("crontab"))
        && look.prose.contains("unterminated quoted string")
    {
        let help = "in a crontab write \\% in place of each %, or put the command into a script";
        let message = "in a crontab a % ends the command";
        look.add_with("shell-percent", Grade::Certain, Some(query.whole()), message, help);
    }
    for (kind, id, what) in kinds {
        if let Some(mark) = look.mark(kind) {
            let (place, detail) = (mark.place, mark.detail.clone());
            let shown = match kind {
                MarkKind::ShellAmpersand => lost(None, &detail),
                // The rest may hold a key or a person's name.
                MarkKind::ShellNewline => detail.split(['=', ' ']).next().unwrap_or_default().to_owned(),
                _ => detail.chars().take(80).collect(),
            };
            // The marks at the ends of lines may have been lost on the way here, unless the outcome shows that they were missing.
            let is_seen = kind != MarkKind::ShellNewline || look.evidence.is_failure();
            let grade = if is_seen { Grade::Certain } else { Grade::Likely };
            let has_variable = kind == MarkKind::ShellAmpersand
                && look.parameters.iter().any(|one| one.sent.text().starts_with('$') && look.is_unknown(&one.name));
            let help = if has_variable || detail.contains("=$") { IN_DOUBLE_QUOTES } else { "" };
            let is_of_another = kind == MarkKind::ShellNewline && matches!(&*shown, "\\" | "^" | "`");
            let message = if is_of_another {
                format!("{shown} joins no lines in this shell, so the command ends here")
            } else {
                let is_open = kind == MarkKind::ShellQuotes && matches!(&*shown, "\"" | "'" | "`");
                if is_open { format!("{shown} is not closed") } else { what.replace("{}", &shown) }
            };
            let found = Found::new(id, grade, Some(place), message).with_help(help);
            look.put(match kind {
                MarkKind::ShellPercent => found.of(Variant::Argument),
                MarkKind::SingleQuotes => found.of(Variant::SingleQuotes),
                _ => found,
            });
        }
    }
}
