//! What a reply says where the ticket shows no cause: what is missing, or that the request is right.

use super::asked::{MOST, all_questions};
use super::look::{Found, Grade, Variant};
use super::matter::questions;
use super::next::{Next, NoCause, TAKEN, needed};
use super::outcome::outcomes;
use super::phrases::Says;
use super::reply::{FOR_A_PERSON, Message, ONLY_HTTP};
use super::reply_besides::{further, others};
use super::reply_cause::writes_of_fields;
use super::settled::{answers, is_it_right};
use super::ticket::{Form, MarkKind};
use super::wording::{politely, sentence};
use crate::plural::{capital, listed};

impl Message<'_> {
    /// Notes what a person has to answer.
    pub(super) fn note_for_a_person(&mut self) {
        self.note(FOR_A_PERSON);
        self.note_questions(self.open_for_a_person());
    }

    fn note_questions(&mut self, questions: Vec<String>) {
        for question in questions.into_iter().take(MOST) {
            self.note(&format!("they ask: {question:?}"));
        }
    }

    /// The questions that nothing settles.
    pub(super) fn open_for_a_person(&self) -> Vec<String> {
        let item = self.item().map(|(item, _)| item);
        let is_settled = |question: &String| {
            let lower = question.to_lowercase();
            !answers(&lower, item, &self.ticket.text).is_empty() || is_it_right(&lower).is_some()
        };
        all_questions(self.ticket).into_iter().filter(|question| !is_settled(question)).take(MOST).collect()
    }

    /// The ticket has neither a request nor an answer.
    pub(super) fn no_update(&mut self) {
        let needed = needed(&self.words);
        let count = ["no", "one", "two", "three", "four"][needed.len()];
        let what = if needed.len() == 1 { "thing" } else { "things" };
        self.line(&format!("Thank you for your message. To find the cause, we need {count} {what}:\n"));
        for (at, what) in needed.iter().enumerate() {
            self.line(&format!("{}. {what}", at + 1));
        }
        let tools = ["zapier", "pabbly", "make.com", "n8n", "power automate", "hubspot", "integromat", "airtable"];
        if self.words.says(&tools) {
            self.paragraph("Your tool keeps a history of its runs: open one that failed, or the last one, and copy what it sent and what came back, with the key hidden.");
        }
        if self.words.means("of-another") {
            self.paragraph("The people who run the program that sends the updates can find these. Until then, a few lead IDs are enough for us to start looking.");
        }
        self.note_questions(all_questions(self.ticket));
    }

    /// The request looks right, or nothing shows why it failed.
    pub(super) fn no_cause(&mut self, first: &Found) {
        let Some((item, judged)) = self.item() else { return };
        if first.variant == Variant::ReadAsJson {
            self.line(&format!("{}: what CAKE answered is not in your message.", capital(&first.message)));
            self.paragraph(&format!("What to do: {}", sentence(first.help())));
            self.paragraph(first.ask());
            return;
        }
        let NoCause { is_failure, is_taken, is_200, answers, .. } =
            NoCause::of(item, judged, &self.words, &self.ticket.text);
        let is_for_a_person = self.diagnosis.next == Next::Person;
        let outcomes = outcomes(self.ticket, self.diagnosis);
        let is_several = !outcomes.is_empty();
        let besides = if is_several {
            others(self.ticket, self.diagnosis, Some(item), first)
        } else {
            further(self.diagnosis, Some(item), first)
        };
        let to_compare = listed(&judged.not_compared);
        let is_known = writes_of_fields(item, &self.words);
        // What a person has yet to answer is not called right.
        self.line(match first.id {
            _ if is_taken && is_several => "Your log shows what came of each update:",
            _ if is_taken && (is_for_a_person || first.grade != Grade::Certain) => {
                "CAKE took this update: it answered with code 0."
            }
            _ if is_taken => "CAKE took this update: it answered with code 0, and the request is right.",
            "nothing-wrong" if !is_for_a_person && first.grade == Grade::Certain && !is_failure => {
                "The request is right: with our settings CAKE should answer with code 0."
            }
            "nothing-wrong" if !is_for_a_person && is_several && item.form == Form::LogW3c => {
                "The requests arrived, and look right."
            }
            "nothing-wrong" if !is_for_a_person && is_several => "The requests look right.",
            "nothing-wrong" if !is_for_a_person && item.marks.iter().any(|mark| mark.kind == MarkKind::Variable) => {
                "The address and the names of the parameters look right. Which values are sent, the code does not show."
            }
            "nothing-wrong" if !is_for_a_person => "The request looks right.",
            _ if is_failure && !is_for_a_person => {
                "Thank you for your message. What you sent does not show the cause yet."
            }
            _ => "Thank you for your message.",
        });
        if is_several {
            self.paragraph(&outcomes.join("\n"));
        }
        for other in &besides {
            self.paragraph(&other.strip_prefix("Also: ").map_or_else(|| other.clone(), capital));
        }
        if let Some(again) = self.diagnosis.again(self.ticket) {
            self.paragraph(&politely(&again));
        }
        let is_certain = first.id == "nothing-wrong" && first.grade == Grade::Certain && !is_for_a_person;
        let answers: Vec<&str> = answers.into_iter().filter(|answer| !(is_certain && *answer == TAKEN)).collect();
        if !answers.is_empty() {
            self.paragraph(&answers.join("\n"));
        }
        if first.id == "nothing-wrong" && !is_several && !to_compare.is_empty() && !is_known {
            self.paragraph(&format!(
                "Please compare {to_compare} with our list of field names: CAKE may ignore a name that it does not know, without an error."
            ));
        }
        if is_for_a_person {
            let what = if questions(&self.words) > 0 { "your question" } else { "your message" };
            self.paragraph(&format!("A colleague who can answer {what} will come back to you."));
            self.note_for_a_person();
            return;
        }
        if is_failure {
            self.open_questions(first);
        }
        if is_200 && !is_taken && (is_failure || answers.is_empty()) {
            self.paragraph(ONLY_HTTP);
            if !self.is_from_buyer() {
                self.note("the log does not show what CAKE answered: look these leads up in CAKE");
            }
        }
        match first.ask() {
            "" if is_failure || answers.is_empty() => {
                self.paragraph("We are looking into it, and will come back to you.");
            }
            "" => {}
            ask => self.paragraph(ask),
        }
    }
}
