//! A message to the buyer, ready to send, and a note for the network where it has to act.

use super::again::Scope;
use super::asked::{beside, passed_on};
use super::cause::Who;
use super::diagnose::Diagnosis;
use super::evidence::Evidence;
use super::judged::Judged;
use super::keys::exposed;
use super::look::{Found, Grade, Variant};
use super::matter::{asks_for_a_value, asks_for_the_host, asks_whether_it_is_down, is_automatic, posts_a_lead};
use super::next::{Next, is_settled};
use super::personal::shows_personal_data;
use super::reply_besides::{further, others, readable, which};
use super::reply_cause::{here, lacks_the_host, several, shown_key, until_it_is_there, whether_it_was_down};
use super::settled::answers;
use super::ticket::{Form, Item, Ticket};
use super::wording::{ours, politely, sentence};
use super::words::{own_words, writes_for_the_network, writes_of_an_own_log};
use crate::plural::{capital, listed};

/// The message, and the note where there is one. Keys have still to be masked.
pub fn reply(ticket: &Ticket, diagnosis: &Diagnosis) -> (String, Option<String>) {
    let mut message = Message { ticket, diagnosis, words: own_words(ticket), text: String::new(), note: String::new() };
    if is_automatic(&message.words) {
        return (
            String::new(),
            Some("an automatic reply: send nothing, or two programs answer each other\n".to_owned()),
        );
    }
    message.write();
    let Message { text, note, .. } = message;
    (format!("Hello,\n\n{text}\nKind regards\n"), (!note.is_empty()).then_some(note))
}

/// Whether a command tells curl to print nothing of an answer with an HTTP status from 400 on.
fn hides_failures(ticket: &Ticket, item: &Item) -> bool {
    let command = ticket.text.get(item.place.range()).unwrap_or_default();
    let is_fail = |word: &str| {
        let short = word.strip_prefix('-').filter(|rest| rest.bytes().all(|byte| byte.is_ascii_alphabetic()));
        word == "--fail" || short.is_some_and(|letters| letters.len() < 6 && letters.contains('f'))
    };
    item.form == Form::Curl && command.split_whitespace().any(is_fail)
}

/// A message while it is written.
pub(super) struct Message<'t> {
    pub(super) ticket: &'t Ticket,
    pub(super) diagnosis: &'t Diagnosis,
    /// What the person wrote.
    pub(super) words: String,
    text: String,
    /// What is for the network alone.
    note: String,
}

pub(super) const ONLY_HTTP: &str = "HTTP 200 alone does not say that CAKE took an update: it comes with a refusal too. What counts is <code> in the XML.";
pub(super) const FOR_A_PERSON: &str = "it asks something that only a person can answer";

impl Message<'_> {
    fn write(&mut self) {
        let diagnosis = self.diagnosis;
        let Some(first) = diagnosis.causes().first() else { return };
        let is_certain = first.grade == Grade::Certain;
        let is_for_another_api = first.id == "other-service" && is_certain || posts_a_lead(&self.ticket.text);
        match (diagnosis.next, first.id) {
            (Next::Nothing, _) => {
                self.line("Thank you for letting us know. There is nothing more to do.");
                self.note("nothing is to be done: the person writes that it is solved");
            }
            (Next::Person, "not-a-request" | "other-service") if is_for_another_api => {
                self.line(&if is_certain {
                    capital(&sentence(&first.message))
                } else {
                    "Your message is about posting leads (d.ashx), not about a status update: another API takes them."
                        .to_owned()
                });
                self.paragraph("A colleague who knows that part will come back to you.");
                self.note(FOR_A_PERSON);
            }
            (Next::Person, "not-a-request" | "other-service") => {
                let answers = answers(&self.words, None, &self.ticket.text);
                if answers.is_empty() {
                    self.line("Thank you for your message. A colleague who can answer it will come back to you.");
                } else {
                    self.line("Thank you for your message.");
                    self.paragraph(&answers.join("\n"));
                }
                if !is_settled(&answers, &self.words) {
                    if !answers.is_empty() {
                        let open = self.open_for_a_person();
                        self.paragraph(&passed_on(&open));
                    }
                    self.note_for_a_person();
                }
            }
            (_, "not-a-request") => self.no_update(),
            (_, "nothing-wrong" | "cannot-tell") => self.no_cause(first),
            _ => self.cause(first),
        }
        let is_exposed = diagnosis.causes().iter().any(|found| found.id == "key-exposed")
            || diagnosis.first.is_none() && exposed(&self.ticket.text).is_some();
        let asks_whether_it_is_down = asks_whether_it_is_down(&self.words) && diagnosis.next != Next::Nothing;
        let is_answered = self.item().is_some_and(|(_, judged)| judged.evidence.is_answer());
        let is_explained = is_certain && matches!(first.who(), Who::Developer | Who::Buyer);
        if asks_whether_it_is_down {
            self.paragraph(whether_it_was_down(first, is_answered, is_explained));
        }
        if is_exposed && self.is_from_buyer() {
            self.paragraph(&shown_key(diagnosis, &self.ticket.text, self.awaits_a_key(first)));
        }
        let is_of_nobody =
            diagnosis.causes().iter().any(|found| found.id == "key-unknown" && found.grade == Grade::Certain);
        for found in diagnosis.causes() {
            let is_ours = found.who() == Who::Network && found.group() != "none";
            // What another cause explains is nothing to look for.
            let is_first = found.id == first.id;
            let is_explained = first.grade != Grade::Possible && first.who() == Who::Developer;
            let never_came = matches!(first.id, "dns" | "proxy") && found.grade == Grade::Possible;
            let follows = found.id == "http-5xx" || never_came || is_explained && found.id.starts_with("code-");
            if is_ours && (is_first || !follows) {
                let is_key = found.id == "key-exposed";
                let help = if is_key && first.variant == Variant::Foreign {
                    "find out what the key is for, and have it replaced"
                } else if is_key && !self.is_from_buyer() {
                    "keep the log to yourselves, or hide the keys in it"
                } else if is_key && is_of_nobody {
                    "no buyer has this key; ask the buyer to hide keys in tickets"
                } else {
                    found.help()
                };
                let grade = if found.grade == Grade::Possible { " (possible)" } else { "" };
                self.note(&format!("{}{grade}: {}: {help}", found.id, found.cause().title));
            }
            if !is_first && found.id == "wrong-instance" {
                self.note(&format!("wrong-instance: {}", found.message));
            }
            if is_first && found.id == "counted-twice" {
                let is_one = Scope::of(self.ticket, diagnosis).count == 1;
                let sums = if is_one { "the sum of this lead" } else { "the sums of these leads" };
                self.note(&format!("counted-twice: correct {sums} in the report"));
            }
        }
        if is_exposed && diagnosis.first.is_none() {
            self.note("key-exposed: the ticket shows what looks like a key");
        }
        if lacks_the_host(first) {
            self.note("write your host into the message, if they do not have it: no network's file names it here");
        }
        if shows_personal_data(&self.ticket.text) {
            self.note("the ticket shows personal data (an identity or account number, or a date of birth): remove it");
        }
        if asks_whether_it_is_down && !is_answered && !is_explained {
            self.note("somebody asks whether the service is down: look, and answer");
        }
        if first.id == "code-3" && first.who() == Who::Buyer {
            self.note("code-3: look whether a status was renamed or removed");
        }
    }

    /// What is asked beside the cause, and nothing above answers.
    pub(super) fn open_questions(&mut self, first: &Found) {
        let item = self.item().map(|(item, _)| item);
        let (paragraphs, questions) = beside(self.ticket, self.diagnosis, item, first);
        for paragraph in paragraphs {
            self.paragraph(&paragraph);
        }
        for question in questions {
            self.note(&format!("they also ask: {question:?}"));
        }
    }

    pub(super) fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// A line behind an empty one.
    pub(super) fn paragraph(&mut self, text: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.line(text);
    }

    pub(super) fn note(&mut self, text: &str) {
        self.note.push_str(text);
        self.note.push('\n');
    }

    /// The item that the message is about.
    pub(super) fn item(&self) -> Option<(&Item, &Judged)> {
        let judged = &self.diagnosis.items[self.diagnosis.first?];
        Some((&self.ticket.items[judged.item], judged))
    }

    /// Which update of the network's own log the message is about, and what came of it.
    fn about(&self) -> Option<String> {
        let (item, judged) = self.item()?;
        let Scope { leads, count, .. } = Scope::of(self.ticket, self.diagnosis);
        let cause = judged.causes.first().map(|found| found.id);
        let is_alike = |other: &&Judged| other.is_for_cake && other.causes.first().map(|found| found.id) == cause;
        let alike: Vec<&Judged> = self.diagnosis.items.iter().filter(is_alike).collect();
        let time = item.logged.time.as_deref().map(|time| format!(", at {}", readable(time))).unwrap_or_default();
        let which = match (&*leads, count) {
            ([lead], _) if alike.len() > 1 => {
                format!("{} status updates for lead {lead}, the first{time}", alike.len())
            }
            ([lead], _) => format!("your status update for lead {lead}{time}"),
            ([_, ..], 2..=10) => format!("your status updates for the leads {}", listed(&leads)),
            ([lead, ..], _) => format!("{count} of your status updates, the first for lead {lead}{time}"),
            ([], _) => return None,
        };
        let is_one_outcome = alike.iter().all(|other| other.evidence == judged.evidence);
        let (subject, object) = if alike.len() > 1 { ("They", "them") } else { ("It", "it") };
        let came = match judged.evidence {
            Evidence::Http(status) if is_one_outcome => format!(" {subject} failed with HTTP {status}."),
            Evidence::Code(code @ 1..) if is_one_outcome => format!(" CAKE refused {object} with code {code}."),
            _ => String::new(),
        };
        Some(format!("This is about {which}.{came}"))
    }

    /// Whether the buyer wrote it: a server's log was not, unless it is of the buyer's own program or proxy.
    pub(super) fn is_from_buyer(&self) -> bool {
        if writes_for_the_network(&self.words) {
            return false;
        }
        let is_own = writes_of_an_own_log(&self.words);
        let has_other = self.ticket.items.iter().any(|item| item.request.is_some() && !item.form.is_log());
        let mut logs = self.ticket.items.iter().map(|item| item.form).filter(|form| form.is_log());
        has_other || logs.all(|form| form == Form::LogJson || is_own && form != Form::CakeLog)
    }

    /// Whether nothing is to be sent before a new key is there, which is said with it.
    fn awaits_a_key(&self, first: &Found) -> bool {
        let has = |id: &str| self.diagnosis.causes().iter().any(|found| found.id == id);
        until_it_is_there(first.id).is_some() && has("key-exposed") && !has("key-unknown") && self.is_from_buyer()
    }

    /// Whether to send it again, and what counts as an answer.
    fn again(&mut self, again: &str, who: Who) {
        let again = politely(again);
        // Nobody has to wait for the network with it.
        let again = if who == Who::Network { capital(again.trim_start_matches("Then ")) } else { again };
        self.paragraph(&again);
        if who != Who::Network && ["we will look", "we have looked"].iter().any(|promise| again.contains(promise)) {
            self.note("the message promises that you look in the report whether it was counted or recorded");
        }
        let is_200 = self.item().is_some_and(|(item, judged)| {
            judged.evidence == Evidence::Fine
                && item.answer.as_ref().is_some_and(|answer| answer.http_status == Some(200))
        });
        let asks_for_it = again.contains("if CAKE does not answer with code 0");
        if is_200 && asks_for_it {
            self.line(ONLY_HTTP);
        }
        if asks_for_it && self.item().is_some_and(|(item, _)| hides_failures(self.ticket, item)) {
            self.line("Leave out curl's -f (--fail) for that: it hides the answer to a request that fails.");
        }
    }

    /// What is wrong, what to do, and what else there is.
    fn cause(&mut self, first: &Found) {
        let title = &first.cause().title;
        let who = first.who();
        let is_answer = first.id.starts_with("code-");
        // Whoever gets the reply has not seen the network's own log.
        let about = self.about().filter(|_| !self.is_from_buyer());
        let which = if about.is_some() { String::new() } else { which(self.ticket, self.diagnosis, first) };
        let opening = match first.grade {
            _ if is_answer => String::new(),
            Grade::Certain => format!("The cause{which}: "),
            Grade::Likely => format!("The most likely cause{which}: "),
            Grade::Possible => format!("One possible cause{which}: "),
        };
        if let Some(about) = about {
            self.line(&format!("{about}\n"));
        }
        if first.variant == Variant::Listed {
            // That the network has no such status would contradict what it said before.
            self.line(&capital(&sentence(&ours(&first.message))));
        } else {
            let is_told = first.variant == Variant::NoTarget;
            let title = sentence(&ours(if is_told { &first.message } else { title }));
            let why = ours(first.why());
            let here = if is_told { String::new() } else { here(self.ticket, self.diagnosis, first) };
            self.line(format!("{opening}{title}{here}\n{why}").trim_end());
        }
        if who == Who::Network {
            let side = if first.id == "code-4" { "This is on our side: nothing in your call causes it. " } else { "" };
            if first.variant == Variant::EndDate {
                self.paragraph(&format!("What to do: {}", sentence(&ours(first.help()))));
            } else {
                self.paragraph(&format!("{side}We are looking into it, and will come back to you."));
            }
            let is_taken = self.item().is_some_and(|(_, judged)| judged.evidence.is_taken());
            if first.id == "report-date" && is_taken && self.diagnosis.again(self.ticket).is_none() {
                self.line("Nothing has to be sent again: CAKE took what your message shows (code 0).");
            }
            if first.id == "report-date" && first.grade == Grade::Possible {
                self.line("If you choose the report's dates yourself, set them a day earlier and a day later, and look again.");
            }
        } else {
            let right = if first.id == "missing-parameter" && self.words.contains("optional") {
                "You are right: "
            } else {
                "What to do: "
            };
            if let Some(what) = until_it_is_there(first.id).filter(|_| self.awaits_a_key(first)) {
                self.paragraph(what);
            } else if lacks_the_host(first) && asks_for_the_host(&self.words) {
                self.paragraph("What to do: use our own host. We will send you its name.");
            } else {
                let mut help = ours(&several(self.diagnosis, first).unwrap_or_else(|| first.help().to_owned()));
                if first.id == "counted-twice" && Scope::of(self.ticket, self.diagnosis).count > 1 {
                    help = help.replace("this lead", "these leads").replace("the sum.", "the sums.");
                }
                let please = help.strip_prefix("send: ").map(|what| format!("Please send {what}"));
                self.paragraph(&please.unwrap_or_else(|| format!("{right}{}", sentence(&help))));
            }
        }
        let ask = ours(first.ask());
        // Whether a key is right that will be replaced, nobody needs to know.
        if !(ask.is_empty() || first.id == "code-1" && self.awaits_a_key(first)) {
            self.paragraph(&ask);
            if first.variant == Variant::Firewall {
                self.line("If it is our firewall, we will have it allowed there.");
            }
        }
        let item = self.item().map(|(item, _)| item);
        let besides =
            further(self.diagnosis, item, first).into_iter().chain(others(self.ticket, self.diagnosis, item, first));
        let besides: Vec<String> = besides.collect();
        let answers = answers(&self.words, item, &self.ticket.text);
        for text in besides {
            self.paragraph(&text);
        }
        // This instance asks for what the documentation calls optional.
        // Of a mistake that the ticket shows, nothing that was done on our side is the cause.
        let is_shown =
            matches!(who, Who::Developer | Who::Buyer) && first.grade != Grade::Possible && first.group() != "key";
        let is_asked_for = |answer: &&str| {
            first.id == "missing-parameter" && answer.contains("optional")
                || is_shown
                    && (answer.starts_with("Whether something was") || answer.starts_with("Whether your key was"))
        };
        for answer in answers.into_iter().filter(|answer| !is_asked_for(answer)) {
            self.paragraph(answer);
        }
        if let Some(again) = self.diagnosis.again(self.ticket).filter(|_| !self.awaits_a_key(first)) {
            self.again(&again, who);
        }
        if asks_for_a_value(&self.words) {
            self.paragraph("A colleague who can answer your question will come back to you.");
            self.note(FOR_A_PERSON);
        } else {
            self.open_questions(first);
        }
    }
}
