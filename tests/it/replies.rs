//! Replies that a support person can send as they are: what each kind of ticket gets, and what it must not get.

use caketester::pack::read_instance_file;
use caketester::source::SourceFile;
use caketester::support::{Knowledge, diagnose, read, reply};

use crate::support::caketester;

const URL: &str = "https://track.northgrid.example.com/api/1/buyers.asmx/UpdateLeadStatus?api_key=***";
const SEND_AGAIN: &str = "Then send";

/// The reply to a ticket, in which `URL` stands for the beginning of one.
fn reply_to(ticket: &str) -> String {
    written(ticket).0
}

/// The reply, and the note beside it.
fn written(ticket: &str) -> (String, String) {
    let ticket = read(ticket.replace("URL", URL).as_bytes());
    let (text, note) = reply(&ticket, &diagnose(&ticket, &Knowledge::default()));
    (text, note.unwrap_or_default())
}

/// Each ticket with what its reply says and what it does not say.
fn assert_replies(tickets: &[(&str, &[&str], &[&str])]) {
    for (ticket, says, does_not_say) in tickets {
        let reply = reply_to(ticket);
        says.iter().for_each(|words| assert!(reply.contains(words), "{words:?} is missing\n{ticket}\n{reply}"));
        does_not_say.iter().for_each(|words| assert!(!reply.contains(words), "{words:?}\n{ticket}\n{reply}"));
    }
}

#[test]
fn what_cake_took_is_not_sent_again_with_its_amounts() {
    assert_replies(&[
        (
            "URL&lead_id=60C5E91B&status=Funded&loan_amount=25k&commission=310 <result><code>0</code></result>",
            &[
                "here loan_amount=25000",
                "once more with loan_amount corrected and without commission",
                "may not be summed",
            ],
            &[SEND_AGAIN],
        ),
        (
            "URL&lead_id=60C5E91B&status=Funded&substatus=Full+Payment&loan_amount=25000 <result><code>0</code></result>",
            &["from the next lead on", "without loan_amount, which has already been counted"],
            &[SEND_AGAIN],
        ),
        (
            "Should we send it again? URL&lead_id=60C5E91B&status=Funded&loan_amount=100 <result><code>0</code></result>",
            &["Please do not send it again: loan_amount would count twice.", "answer your question will come back"],
            &[SEND_AGAIN, "HTTP 200"],
        ),
        (
            "Doubled amount, twice code 0: URL&lead_id=60C5E91B&status=Funded&loan_amount=100",
            &["send nothing more for this lead; we have to correct the sum"],
            &[SEND_AGAIN],
        ),
    ]);
}

#[test]
fn what_may_have_been_recorded_waits_until_the_network_has_looked() {
    for failure in ["HTTP/1.1 504 Gateway Timeout", "java.net.SocketException: Connection reset"] {
        let reply = reply_to(&format!("URL&lead_id=60C5E91B&status=Funded&loan_amount=100\n{failure}\n"));
        assert!(reply.contains("Please do not send updates that failed this way again"), "{reply}");
        assert!(reply.contains("until we have looked in our report"), "{reply}");
        assert!(!reply.contains(SEND_AGAIN) && !reply.contains("in time"), "{reply}");
    }
    let never_sent = reply_to("curl: (28) Failed to connect to h.example port 443 after 5001 ms: Timeout was reached");
    assert!(never_sent.contains("nothing was sent") && never_sent.contains("again later"), "{never_sent}");
    let harmless = reply_to("URL&lead_id=60C5E91B&status=Funded\nHTTP/1.1 504 Gateway Timeout\n");
    assert!(harmless.contains("\nSend the update again later, and if"), "{harmless}");
}

#[test]
fn where_nothing_was_repaired_nothing_is_sent_again() {
    assert_replies(&[
        (
            "HTTP/1.1 403 Forbidden\nServer: cloudflare\n\n<html><body>you have been blocked</body></html>",
            &["a firewall's page came back", "the public address from which you send", "we will have it allowed"],
            &[SEND_AGAIN, "with our"],
        ),
        (
            "URL&lead_id=60C5E91B&status=Funded\nHTTP/1.1 429 Too Many Requests\n",
            &["fewer updates"],
            &[SEND_AGAIN, "Retry-After"],
        ),
        (
            "HTTP/1.1 302 Found\nLocation: https://track.northgrid.example.com/login.aspx?ReturnUrl=x\n",
            &["a login page", "We are looking into it"],
            &[SEND_AGAIN, "final URL", "Location header"],
        ),
        (
            "URL&lead_id=60C5E91B&status=Funded <result><code>1</code></result>",
            &["that we gave you"],
            &[SEND_AGAIN, "on your Buyer Card"],
        ),
    ]);
}

#[test]
fn several_updates_are_these_updates_and_the_taken_one_is_left_out() {
    let refused = "<result><code>3</code></result>";
    let two =
        format!("URL&lead_id=60C5E91B&status=funded\n{refused}\n\nURL&lead_id=7E02B9C4&status=funded\n{refused}\n");
    let taken = "URL&lead_id=undefined&status=Funded -> <result><code>2</code></result>\nURL&lead_id=E83C6410&status=Funded -> <result><code>0</code></result>\n";
    assert_replies(&[
        (&two, &["(leads 60C5E91B and 7E02B9C4)", "these updates again"], &["the update again"]),
        (taken, &["CAKE took that of E83C6410 (code 0)"], &["(lead undefined)"]),
    ]);
}

#[test]
fn what_does_not_fail_is_passed_on_to_a_person() {
    let questions = ["If an update failed", "To find the cause", "send us", "HTTP 200", SEND_AGAIN];
    assert_replies(&[
        (
            "Do we send the difference, or the new sum? Nothing is broken, we only want to know.",
            &["come back to you"],
            &questions,
        ),
        (
            "Our return says \"return window closed\", can you extend it? \
             https://track.northgrid.example.com/buyers/api/1/leads.asmx/Return?api_key=Hn3vY8dKe5TwQ6&contract_id=112&lead_id=7E02B9C4",
            &["not a status update", "wait until somebody who handles returns"],
            &["is missing", SEND_AGAIN],
        ),
        ("Our outgoing address will be 203.0.113.80, please whitelist it.", &["come back to you"], &questions),
        ("Please credit lead 7E02B9C4, the phone number does not work.", &["come back to you"], &questions),
        (
            "Is there a bulk call? URL&lead_id=60C5E91B&status=Funded",
            &["answer your question will come back"],
            &questions,
        ),
        (
            "upper case names are ok? URL&Lead_ID=60C5E91B&STATUS=Funded -> success",
            &["Letter case does not matter"],
            &questions,
        ),
        (
            "Thanks, that solved it!\n\n> URL&lead_id=60C5E91B&status=funded\n> <result><code>3</code></result>\n",
            &["nothing more to do"],
            &questions,
        ),
        ("That did it.\n\n> URL&lead_id=60C5E91B&status=funded\n", &["nothing more to do"], &questions),
    ]);
}

#[test]
fn a_failure_is_asked_for_what_the_ticket_does_not_give() {
    assert_replies(&[
        ("it does nothing since 9:40 ET", &["three things", "1. the URL", "the lead ID"], &["the time"]),
        (
            "URL&lead_id=60C5E91B&status=Funded does not work",
            &["the whole answer", "At what time"],
            &["lead ID", "HTTP 200"],
        ),
        (
            "prints <Response [200]>, none is there. URL&lead_id=60C5E91B&status=Funded",
            &["HTTP 200 alone"],
            &["code 0,"],
        ),
        ("Our key is Hn3vY8dKe5TwQ6, nothing happens", &["Your message shows your API key"], &[]),
        ("It fails with code 1: {'api_key': settings.CAKE_KEY}", &[], &["Your message shows"]),
    ]);
}

#[test]
fn nobodys_personal_values_are_repeated() {
    for ticket in [
        "fails: URL&lead_id=60C5E91B&status=Funded&notes=%3Cp%3EJane+Roe+078-05-1120%3C/p%3E",
        "code 3: URL&lead_id=60C5E91B&status=Funded&notes=Jane+&+John+Roe+(555)+0142",
        "code 3: URL&lead_id=60C5E91B&status=Funded&notes=Jane+%23+Roe&more=#John+Roe+0142",
    ] {
        let ticket = read(ticket.replace("URL", URL).as_bytes());
        let diagnosis = diagnose(&ticket, &Knowledge::default());
        let text = caketester::render::ticket_text(&ticket, &diagnosis, None, &str::to_owned);
        for out in [reply(&ticket, &diagnosis).0, text] {
            assert!(!out.contains("Roe") && !out.contains("Jane") && !out.contains("0142"), "{out}");
        }
    }
}

#[test]
fn whoever_asks_whether_to_send_again_is_told() {
    let line = |time: &str, end: &str| {
        format!(
            "203.0.113.9 - - [12/Feb/2026:09:14:{time} +0000] \"GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=60C5E91B&status=Funded&loan_amount=25000 HTTP/1.1\" {end} \"-\" \"okhttp/4.9\"\n"
        )
    };
    let gave_up = format!(
        "Your report says 75,000 for lead 60C5E91B, the loan was 25,000. Our job retries after 2 seconds. How do we get it right again?\n\n{}{}{}",
        line("01", "499 0"),
        line("04", "499 0"),
        line("07", "200 61")
    );
    assert_replies(&[
        (
            "We updated lead E83C6410 yesterday evening (31 January) and got success, but the Lead Status Master Report from 01/01/2026 to 01/31/2026 does not show it. Should we resend all of yesterday's leads?",
            &["Please do not send it again: CAKE took it, and amounts would count twice."],
            &[SEND_AGAIN],
        ),
        (&gave_up, &["the same update came 3 times", "send nothing more for this lead"], &[SEND_AGAIN]),
        (
            "From our job:\nPOST /api/1/buyers.asmx/UpdateLeadStatus HTTP/1.1\nHost: track.northgrid.example.com\nContent-Type: application/json\n\n{\"api_key\": \"***\", \"lead_id\": \"C0FFB12A\", \"status\": \"Funded\", \"loan_amount\": 25000}\n\nThe same address works in Chrome (success). Do we need to send that lead again?",
            &["from the next update on", "was taken another way is not sent again: loan_amount would count twice"],
            &[SEND_AGAIN],
        ),
    ]);
}

#[test]
fn where_no_url_is_pasted_the_report_is_spoken_of() {
    assert_replies(&[
        (
            "GET 200 on all 12 updates, but none of them is in the report.",
            &["HTTP 200 alone does not say that CAKE took the update", "Please send the whole answer."],
            &[SEND_AGAIN],
        ),
        (
            "Our system says success for lead 60C5E91B but it is missing in the Lead Status report.",
            &["the report's dates do not include the update"],
            &[SEND_AGAIN],
        ),
    ]);
}

#[test]
fn a_question_that_is_settled_is_answered() {
    let cloudfront = include_str!("../tickets/more/cloudfront-question.txt");
    assert_replies(&[
        (cloudfront, &["CloudFront writes each % as %25 in its log: what was sent is encoded once."], &["colleague"]),
        (
            "Before we go live: a lead goes from In Progress to Funded. Do we call UpdateLeadStatus a second time with the same lead_id, or is there another method for changes? We tried URL&lead_id=9A41C07E&status=In+Progress and got code 0.",
            &["call UpdateLeadStatus again with the same lead_id: the new status takes the place"],
            &["colleague"],
        ),
        ("still getting 2 for some of them. pls advise asap", &["Which lead ID was sent?"], &["colleague"]),
    ]);
}

#[test]
fn causes_are_named_as_they_are() {
    assert_replies(&[
        (
            "Missing parameter: sub_status.\n\nBut your documentation says optional!",
            &["You are right: the documentation calls sub_status optional"],
            &[],
        ),
        (
            "has it expired? curl: (60) SSL certificate problem: unable to get local issuer certificate",
            &["does not know the issuer"],
            &["has expired"],
        ),
        (
            "System.Net.WebException: Could not create SSL/TLS secure channel.",
            &["the TLS handshake failed"],
            &["share no version"],
        ),
        (
            "URL&lead_id=6OC5E91B&status=Funded <result><code>2</code></result>",
            &["the second character of \"6OC5E91B\" is the letter O"],
            &[],
        ),
        (
            "it returns 200 in our log: URL&lead_id=60C5E91B&status=x <result><code>3</code></result>",
            &["code 3 is a refusal, whatever the HTTP status"],
            &["?."],
        ),
        (
            "URL&lead_id=60C5E91B&status=Approved%20&%20Signed&loan_amount=$12,500.00 <result><code>3</code></result>",
            &["status ends at its &", "here loan_amount=12500."],
            &[],
        ),
        (
            "URL&lead_id=6OC5E91B&status=Funded <result><code>2</code></result>\nURL&lead_id=7E02B9C4&status=Fundet <result><code>3</code></result>\n",
            &["Also, for lead 7E02B9C4, possibly: the status is misspelled."],
            &[],
        ),
    ]);
}

#[test]
fn what_else_is_wrong_is_as_sure_as_it_is_and_no_more_is_promised() {
    let no_number = "URL&lead_id=2F7B05DA&status=Funded&loan_amount=5,000.00\n";
    let misnamed = "URL&leadid=0E91AD55&status=Funded <error>Missing parameter: lead_id.</error>\n";
    assert_replies(&[
        (
            &format!("{misnamed}{no_number}"),
            &[
                "Also, for lead 2F7B05DA, most likely: the amount is not a plain number.",
                "Do not send it again before we have looked whether loan_amount was counted.",
            ],
            &[],
        ),
        (
            "URL&lead_id=D41F77A3&status=Funded&Loan Amount=5000",
            &["then Loan Amount may have been counted, and we will look first"],
            &["would count twice"],
        ),
        (
            "$r = file_get_contents(\"URL&lead_id=$lead&status=$status\");",
            &["Encode each value by itself before it is put into the URL: rawurlencode in PHP does."],
            &["Also", "possibly"],
        ),
    ]);
}

#[test]
fn what_somebody_wants_to_know_without_a_question_mark_is_passed_on() {
    assert_replies(&[
        (
            "URL&lead_id=60C5E91B&status=funded <result><code>3</code></result>\nPlease let me know how long a lead stays open for updates.",
            &["You also ask: \"Please let me know how long a lead stays open for updates.\""],
            &[],
        ),
        (
            "URL&lead_id=60C5E91B&status=funded <result><code>3</code></result>\nPlease let me know what is wrong. Let me know if you need more.",
            &[],
            &["You also ask"],
        ),
    ]);
}

#[test]
fn what_explains_the_code_shown_goes_before_what_a_shell_did_to_an_amount() {
    let curl = "curl -G \"https://track.northgrid.example.com/api/1/buyers.asmx/UpdateLeadStatus\" -d api_key=*** -d lead_id=60C5E91B --data-urlencode \"status=In%20Progress\" --data-urlencode \"loan_amount=$25,000\"";
    let (refused, taken) = (
        format!("{curl}\n<result><code>3</code></result>\n"),
        format!("{}\n<result><code>0</code></result>\n", curl.replace("In%20Progress", "Funded")),
    );
    assert_replies(&[
        (&refused, &["cause: the status is percent-encoded twice", "loan_amount=25000: digits alone"], &["=5000"]),
        (
            &taken,
            &["loan_amount=25000: digits alone", "we will look whether loan_amount was counted"],
            &["for this lead once more"],
        ),
    ]);
}

#[test]
fn a_status_over_two_lines_is_likely_broken_there() {
    for ticket in [
        "URL&lead_id=9A41C07E&status=In\nProgress\ngives code 3",
        "curl \"URL&lead_id=9A41C07E&status=In\nProgress\"\ngives code 3",
    ] {
        let reply = reply_to(ticket);
        assert!(reply.contains("most likely cause") && reply.contains("send the status in one line"), "{reply}");
    }
}

#[test]
fn other_apis_are_named_and_passed_on() {
    let host = "https://track.northgrid.example.com";
    let post = format!(
        "Why are our leads rejected?\nPOST {host}/d.ashx?ckm_campaign_id=412&ckm_key=pQ7sLm2Vb9\n<result><code>1</code><msg>Invalid campaign key</msg></result>"
    );
    let report = format!("Is this down?\n{host}/api/4/reports.asmx/CampaignSummary?api_key=XXXX&start_date=01/01/2026");
    let unwanted = ["is missing", "API key", "UpdateLeadStatus", SEND_AGAIN];
    assert_replies(&[
        (&post, &["posting leads (d.ashx)", "will come back to you", "shows a key"], &unwanted),
        (&report, &["a report (reports.asmx)", "will come back to you", "Whether our service was down"], &unwanted),
    ]);
}

#[test]
fn nothing_that_nobody_knows_is_told_as_a_fact() {
    assert_replies(&[
        (
            "All calls: <result><code>1</code><msg>Restricted</msg></result>",
            &["may mean the same", "do not send in a loop"],
            &[],
        ),
        ("URL&lead_id=60C5E91B&status=Funded&Loan+Amount=100 gives code 0", &["may be ignored"], &["is ignored"]),
        (
            "In the console: blocked by CORS policy. URL&lead_id=60C5E91B&status=Funded",
            &["may have arrived", "send nothing again before"],
            &[SEND_AGAIN],
        ),
        ("Are you having an outage? Nothing comes back.", &["your message alone does not show"], &[]),
    ]);
    let rate = reply_to("We send 40000 updates an hour: <result><code>1</code><msg>Restricted</msg></result>");
    assert!(!rate.contains("How many updates"), "{rate}");
}

#[test]
fn a_key_in_the_path_is_named_and_personal_data_is_to_be_removed() {
    let path = URL.split('?').next().unwrap_or_default();
    let reply_ = reply_to(&format!("GET {path}/Hn3vY8dKe5TwQ6?lead_id=15C9D0E2&status=Funded"));
    assert!(reply_.contains("the key seems to be in the path"), "{reply_}");
    let ticket = read(format!("{URL}&lead_id=60C5E91B&status=funded&ssn=123-45-6789").as_bytes());
    let note = reply(&ticket, &diagnose(&ticket, &Knowledge::default())).1.unwrap_or_default();
    assert!(note.contains("personal data") && !note.contains("6789"), "{note}");
}

#[test]
fn a_log_of_several_updates_says_what_came_of_each() {
    let line = |lead: &str| {
        format!(
            "203.0.113.9 - - [12/Feb/2026:09:14:01 +0000] \"GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id={lead}&status=Funded HTTP/1.1\" 200 61 \"-\" \"okhttp\"\n"
        )
    };
    let reply = reply_to(&format!("Did these arrive?\n\n{}{}", line("60C5E91B"), line("7E02B9C4")));
    assert!(reply.contains("Leads 60C5E91B and 7E02B9C4: HTTP 200; the log does not show CAKE's code."), "{reply}");
}

#[test]
fn a_request_that_looks_right_and_failed_is_not_called_right() {
    assert_replies(&[
        (
            "Our update is not accepted: URL&lead_id=60C5E91B&status=Funded",
            &["Please send the whole answer"],
            &["right"],
        ),
        (
            "URL&lead_id=60C5E91B&status=Funded\n404 - File or directory not found.",
            &["One possible cause: the host"],
            &[],
        ),
        (
            "http://track.northgrid.example.com/api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=60C5E91B&status=Funded gives HTTP 301.",
            &["begins with http instead of https", "begin the URL with https://"],
            &[],
        ),
        (
            "Our job on Windows Server 2008 fails: Could not create SSL/TLS secure channel. URL&lead_id=60C5E91B&status=Funded",
            &["the TLS handshake failed"],
            &["Which system"],
        ),
    ]);
}

#[test]
fn what_code_0_contradicts_is_not_called_right() {
    let bare = URL.split('?').next().unwrap_or_default();
    let reply = reply_to(&format!("{bare}?lead_id=60C5E91B&status=Funded <result><code>0</code></result>"));
    assert!(
        reply.contains("CAKE took this update: it answered with code 0.") && !reply.contains("is right"),
        "{reply}"
    );
}

#[test]
fn what_is_missing_in_the_report_is_looked_for_in_the_request() {
    let curl = format!("curl -G '{URL}' -d lead_id=60C5E91B -d status=Funded --data-urlencode '@note.txt'");
    assert_replies(&[
        (
            "Code 0, but the amount is missing in the report: URL&lead_id=60C5E91B&status=Funded&loan_amount=",
            &["most likely cause: a field is empty. Here: loan_amount has no value"],
            &["may not be one"],
        ),
        (&format!("Code 0, but the note is missing in the report\n{curl}"), &["--data-urlencode NAME@note.txt"], &[]),
    ]);
}

#[test]
fn whoever_does_not_know_the_host_is_told_that_it_comes() {
    assert_replies(&[(
        "Nobody told us where to send to. GET https://getcake.com/api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=60C5E91B&status=Funded",
        &["the host is not our CAKE", "use our own host. We will send you its name."],
        &[],
    )]);
}

#[test]
fn that_it_will_work_then_is_only_said_where_it_is_known() {
    let ticket = read(format!("{URL}&lead_id=60C5E91B&status=in+progress gives code 3").as_bytes());
    let file = SourceFile::new("instance.yaml", include_str!("../tickets/first/instance.yaml").to_owned());
    let instance = read_instance_file(&file, &|_| None).expect("it is right");
    let with_file = reply(&ticket, &diagnose(&ticket, &Knowledge::of_instance(instance))).0;
    assert!(with_file.contains("CAKE should answer with code 0"), "{with_file}");
    let without = reply(&ticket, &diagnose(&ticket, &Knowledge::default())).0;
    assert!(without.contains("if CAKE does not answer with code 0, send us its answer"), "{without}");
}

#[test]
fn a_settled_question_beside_a_cause_is_answered_too() {
    assert_replies(&[(
        "1) why code 2? 2) May we leave out sub_status when we have none? URL&lead_id=E83C641O&status=Funded",
        &["is the letter O", "sub_status is optional: it may be empty or left out"],
        &[],
    )]);
}

#[test]
fn a_lead_that_somebody_names_is_not_asked_for() {
    assert_replies(&[
        (
            "All of them: <result><code>2</code></result>\nlead_id was 00417 in that case.",
            &["When was the lead"],
            &["Which lead ID"],
        ),
        (
            "curl: (28) Operation timed out\ncurl 'URL&lead_id=60C5E91B&status=Funded&loan_amount=5'",
            &["At what time"],
            &["Which lead IDs"],
        ),
        ("Is Declined a valid status for us, and which sub statuses are there?", &["A colleague"], &["we need"]),
    ]);
}

#[test]
fn what_somebody_filters_by_is_not_asked_for_and_a_key_that_is_right_stays_in_use() {
    let bearer = "We send this: GET /api/1/buyers.asmx/UpdateLeadStatus?lead_id=60C5E91B&status=Funded HTTP/1.1\nHost: go.example\nAuthorization: Bearer Zt7mQ2vX9kLp\n\nMissing parameter: api_key.";
    assert_replies(&[
        (
            "Success but the report shows nothing. I filter 14 Nov to 14 Nov. URL&lead_id=60C5E91B&status=Funded <result><code>0</code></result>",
            &["a day earlier and a day later", "At what time"],
            &["Which dates"],
        ),
        (bearer, &["the header Authorization", "Then send", "change to it as soon as you have it"], &["wait"]),
    ]);
}

#[test]
fn a_key_that_is_not_in_the_file_is_not_at_fault_where_the_rest_arrives() {
    let ticket = read(
        format!("The sub status never shows, the rest is fine\n{}", URL.replace("***", "Zt7mQ2vX9kLp")).as_bytes(),
    );
    let file = SourceFile::new("instance.yaml", include_str!("../tickets/first/instance.yaml").to_owned());
    let instance = read_instance_file(&file, &|_| None).expect("it is right");
    let known = diagnose(&ticket, &Knowledge::of_instance(instance));
    assert!(known.causes().iter().all(|found| found.id != "key-unknown"), "{:?}", known.causes());
}

#[test]
fn an_update_that_was_overwritten_is_sent_again_without_its_amount() {
    let line = |time: &str, rest: &str| {
        format!(
            "198.51.100.7 - - [03/Nov/2026:{time} +0000] \"GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=9A41C07E&{rest} HTTP/1.1\" 200 63 \"-\" \"crm\"\n"
        )
    };
    let log = [line("10:02:11", "status=Funded&loan_amount=12000"), line("23:30:00", "status=In+Progress")].concat();
    assert_replies(&[(
        &format!("It was funded but the report has In Progress. Shall we just resend the Funded one?\n{log}"),
        &["if Funded is still right, send it again, but without loan_amount, which would count twice"],
        &[],
    )]);
}

#[test]
fn what_fails_is_explained_by_what_was_meant() {
    let curl = "curl -G 'URL' -d lead_id=D41F77A3 --data-urlencode status@Funded";
    let header = "GET /api/1/buyers.asmx/UpdateLeadStatus?lead_id=2F7B05DA&status=Funded&api_key= HTTP/1.1\nHost: go.example\nX-Api-Key: Gx5Pd1Wm7u\n\nHTTP/1.1 200 OK\n\n<result><code>1</code><msg>invalid key</msg></result>";
    assert_replies(&[
        (curl, &["put = in place of the @ before Funded"], &[]),
        (header, &["api_key is empty, and the key seems to be in the header X-Api-Key"], &["refusal is taken"]),
        (
            "Our job says all OK: <result><code>-1</code><msg>Restricted</msg></result>",
            &["\"Restricted\" is a refusal, whatever the HTTP status"],
            &[],
        ),
        (
            "The report from 10/01/2026 to 10/31/2026 lacks our updates of 31 October. Send again? URL&lead_id=60C5E91B&status=Funded&loan_amount=9000 <result><code>0</code></result>",
            &["most likely cause: the report's dates", "loan_amount would count twice"],
            &[],
        ),
        (
            "Can we simply send Funded for the same lead_id later? And is sub_status mandatory on each call?",
            &["takes the place of the old one", "sub_status is optional"],
            &["colleague"],
        ),
    ]);
}

#[test]
fn a_name_that_nothing_says_is_a_field_is_not_called_right() {
    assert_replies(&[
        (
            "Is this call right? URL&lead_id=60C5E91B&status=Funded&loan_amt=100",
            &["Please compare \"loan_amt\" with our list of field names"],
            &[],
        ),
        ("Is this call right? URL&lead_id=60C5E91B&status=Funded", &["looks right"], &["field names"]),
        (
            "The colour is not in your report. URL&lead_id=60C5E91B&status=Funded&size=7&favourite_colour=blue <result><code>0</code></result>",
            &["\"favourite_colour\" may not be one of our field names"],
            &["dates"],
        ),
        (
            "The amount stays empty in your report. URL&lead_id=60C5E91B&status=Funded&loan_amt=100 <result><code>0</code></result>",
            &["\"loan_amt\" may not be one of our field names"],
            &["count twice"],
        ),
    ]);
}

#[test]
fn an_answer_that_names_the_list_of_addresses_tells_the_cause_itself() {
    let page = "HTTP/1.1 403 Forbidden\nContent-Type: text/html\n\n<html><body>Your IP address is not on the whitelist.</body></html>\n";
    assert_replies(&[(
        &format!("Since Monday we get\n\n{page}\nURL&lead_id=60C5E91B&status=Funded"),
        &["The most likely cause: the sending address is not allowed", "From which public address"],
        &["not from CAKE"],
    )]);
}

#[test]
fn a_code_that_did_not_come_or_came_before_is_not_the_answer() {
    const FUNDED: &str = "URL&lead_id=9A41C07E&status=Funded&loan_amount=7000";
    let tickets = [
        ("It was always code 0 until Monday, since then we get code 1 with the same key.", "code 1"),
        ("Does not answer with code 0, answers with code 2.", "code 2"),
        ("Half of the calls succeed with code 0, the others fail with code 3.", "code 3"),
        ("Since the release we no longer see code 0, only an error 500.", ""),
        ("Früher kam Code 0, jetzt kommt Code 3.", "code 3"),
    ];
    for (words, code) in tickets {
        assert_replies(&[(&format!("{words} {FUNDED}"), &[code], &["CAKE took", "count twice"])]);
    }
    assert_replies(&[
        ("Yesterday code 0, today code 3.", &["CAKE answered with code 3"], &["CAKE took"]),
        ("We expected code 0 but never get it. What we get is an empty body and HTTP 200.", &[], &["CAKE took"]),
        (&format!("{FUNDED} gives <Result><Code>3</Code></Result>"), &["code 3"], &["cut off"]),
        (&format!("{FUNDED} says 3"), &["code 3"], &["looks right"]),
    ]);
}

#[test]
fn twice_is_not_always_an_amount_that_counts_twice() {
    const TAKEN: &str = "URL&lead_id=9A41C07E&status=Funded&loan_amount=18000 <code>0</code>";
    assert_replies(&[
        (
            &format!("I checked twice, the amount is missing in the report. Shall I send it again?\n{TAKEN}"),
            &["Please do not send it again"],
            &["more than once", "correct the sum"],
        ),
        (
            "Do we get in trouble if we report the same lead twice with the same amount? Our queue delivers at least once.",
            &[],
            &["more than once", "correct the sum"],
        ),
        (&format!("The amount counts twice in your report.\n{TAKEN}"), &["more than once"], &[]),
    ]);
}

#[test]
fn a_key_is_spoken_of_only_where_one_is_shown() {
    let trace = "java.net.UnknownHostException: track.northgrid.example.com\n\tat java.base/java.net.Inet6AddressImpl.lookupAllHostAddr(Native Method)\n";
    let id = "X-Amzn-Trace-Id: Root=1-68fd8234-6b5a49382716f5e4d3c2b1a0\n";
    assert_replies(&[
        (&format!("Nothing arrives since 3 am.\n{trace}"), &["the host name is not found"], &["API key"]),
        (&format!("{trace}\n{id}(key removed)"), &[], &["shows your API key"]),
        (&format!("{trace}\nour key is q7RtV2mXb9LpZ4KsWc81"), &["shows"], &[]),
    ]);
}

#[test]
fn a_key_between_brackets_is_no_placeholder() {
    let between = |open: &str, close: &str| {
        format!("{}&lead_id=2F7B05DA&status=Funded  code 1", URL.replace("***", &format!("{open}Gx5Pd1Wm7u{close}")))
    };
    for (open, close) in [("[", "]"), ("{", "}"), ("<", ">")] {
        assert_replies(&[(&between(open, close), &["quotation marks or brackets around it"], &["placeholder"])]);
    }
    let named = format!("{}&lead_id=2F7B05DA&status=Funded  code 1", URL.replace("***", "[your-key]"));
    assert_replies(&[(&named, &["placeholder"], &[])]);
}

#[test]
fn a_space_in_the_name_of_a_field_is_no_value_that_was_cut() {
    for name in ["Policy Number=P-99", "loan amount=25000"] {
        let ticket = format!(
            "It is empty in the report.\nURL&lead_id=9A41C07E&status=Funded&commission=5&{name}\n<result><code>0</code></result>"
        );
        assert_replies(&[(&ticket, &["sent by its label"], &["ends at its &", "%26"])]);
    }
}

#[test]
fn an_address_that_the_ticket_leaves_out_is_not_wrong() {
    for base in ["...", "$CAKE_URL", "{{baseUrl}}", "buyers.asmx", "https://..."] {
        let ticket = format!(
            "{base}/UpdateLeadStatus?api_key=xxx&lead_id=9A41C07E&status=fundet\ngives <result><code>3</code></result>"
        );
        assert_replies(&[(&ticket, &["fundet"], &["the path is not", "placeholder"])]);
    }
}

#[test]
fn whether_to_send_again_is_answered_where_it_is_asked() {
    assert_replies(&[
        (
            "URL&lead_id=D41F77A3&status=Funded&loan_amount=25k came back code 0, the sum does not move. Do I send it again with 25000?",
            &["do not send it again yet", "we will look whether loan_amount was counted"],
            &[],
        ),
        (
            "HTTP/1.1 200 OK\nContent-Type: text/html\n\n<html><iframe src=\"/_Incapsula_Resource?x\"></iframe></html>\n\nShould we just run the job again?",
            &["do not send the update again yet: it would be stopped in the same way"],
            &[],
        ),
        (
            "My filter is 10/01/2025 - 10/31/2025 and the lead is missing in the report. Should I send it again? URL&lead_id=71D0C4AE&status=Funded <code>0</code>",
            &["do not send it again: CAKE took it"],
            &[],
        ),
    ]);
}

#[test]
fn a_second_try_after_one_that_the_client_gave_up_counts_twice() {
    let line = |time: &str, end: &str| {
        format!(
            "10.0.4.17 - - [12/Nov/2025:{time} +0000] \"GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=D41F77A3&status=Funded&loan_amount=25000 HTTP/1.1\" {end} \"-\" \"go\"\n"
        )
    };
    for first in ["499 0", "504 0", "408 0"] {
        let log = [line("09:14:03", first), line("09:14:33", "200 62")].concat();
        let ticket = format!("Your report says $50,000 for D41F77A3 but the loan is $25,000.\n{log}");
        assert_replies(&[(&ticket, &["sent more than once", "switch automatic retries off"], &["whole answer"])]);
    }
}

#[test]
fn what_a_shell_or_a_spreadsheet_did_is_known_by_what_it_says() {
    assert_replies(&[
        (
            "start \"\" URL&lead_id=7E02B9C4&status=Funded\n'lead_id' is not recognized as an internal or external command,",
            &["cuts the URL at an &", "double quotes"],
            &[],
        ),
        (
            "By hand it works with code 0.\n15 2 * * * curl -s \"URL&lead_id=7E02B9C4&status=Not%20Interested\"\n/bin/sh: 1: Syntax error: Unterminated quoted string",
            &["in a crontab write \\%"],
            &["CAKE took"],
        ),
        (
            "Code 2: URL&lead_id=9.41E+07&status=Funded",
            &["a spreadsheet made a number of the ID", "format the column as text"],
            &["white space"],
        ),
        (
            "Your documentation says 'sub_status optional', but we get\nMissing parameter: sub_status.\nfor URL&lead_id=7E02B9C4&status=Funded",
            &["sub_status"],
            &["you may leave it out"],
        ),
    ]);
}

#[test]
fn an_automatic_reply_gets_none() {
    let ticket = read(b"Automatic reply: I am out of the office until November 3.");
    let (message, note) = reply(&ticket, &diagnose(&ticket, &Knowledge::default()));
    assert!(message.is_empty() && note.is_some_and(|note| note.contains("send nothing")), "{message}");
}

#[test]
fn what_is_said_of_other_updates_questions_and_places_is_so() {
    let line = |time: &str, query: &str| {
        format!(
            "10.0.4.17 - - [12/Nov/2025:{time} +0000] \"GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&{query} HTTP/1.1\" 200 62 \"-\" \"go\"\n"
        )
    };
    let log = [
        line("06:00:01", "lead_id=0E91AD55&status=Un%20%20qualified&sub_status=%20"),
        line("06:00:04", "lead_id=&status=Funded"),
    ];
    assert_replies(&[
        (&format!("Half of it is missing.\n{}", log.concat()), &["06:00:04"], &[]),
        (
            "We sent this by mistake, can you undo it? URL&lead_id=5D6E8F01&status=Funded <code>0</code>",
            &["takes the place of the wrong one"],
            &[],
        ),
        (
            "Our colleague says JSON and I say XML. Who is right? {\"d\":{\"code\":0,\"msg\":\"x\"}}",
            &["The documented answer is XML"],
            &[],
        ),
        (
            "Is your service down? URL&lead_id=5D6E8F01&status=Funded Missing parameter: lead_id.",
            &["Our service is not down: it answered what your message shows."],
            &["does not show it"],
        ),
        (
            &format!("Code 1, with the key. {}&lead_id=5D6E8F01&status=Funded", URL.replace("***", "Gx5Pd1Wm7u%0A")),
            &["the key holds a line break"],
            &["a space in"],
        ),
        (
            &URL.replace("api_key=***", "api_key:Gx5Pd1Wm7u&lead_id:E83C6410&status:Funded"),
            &["put = in place of each :"],
            &["without a name"],
        ),
    ]);
}

#[test]
fn a_number_that_is_a_persons_is_not_shown_beside_the_cause() {
    let ticket = read(
        "URL&lead_id=9A41C07E&status=funded&phone=15125550143&zip=78701&loan_amount=25000 code 3"
            .replace("URL", URL)
            .as_bytes(),
    );
    let shown =
        caketester::render::ticket_text(&ticket, &diagnose(&ticket, &Knowledge::default()), None, &str::to_owned);
    assert!(!shown.contains("15125550143") && !shown.contains("78701") && shown.contains("25000"), "{shown}");
}

#[test]
fn code_is_not_taken_for_what_it_sends() {
    for (code, ends) in [("f\"", "\")"), ("$\"", "\");")] {
        let call = format!("get({code}URL{ends} gives code 2, why?")
            .replace("URL", &format!("{}&lead_id={{lead.id}}&status={{quote(status)}}", URL.replace("***", "{key}")));
        assert_replies(&[(&call, &["code 2"], &["placeholder", "documentation or a template"])]);
    }
    let right = format!("Is this right? get(f\"{}&lead_id={{lead}}&status={{status}}\")", URL.replace("***", "{key}"));
    assert_replies(&[(&right, &["Which values are sent, the code does not show"], &["The request looks right"])]);
}

#[test]
fn what_was_repeated_or_set_wrong_is_put_right() {
    assert_replies(&[
        (
            "We set it to Funded by mistake: URL&lead_id=9A41C07E&status=Funded <code>0</code>. It should be Unqualified. May we just send it again with the other status?",
            &["takes the place of the wrong one"],
            &["do not send it again", "nothing more"],
        ),
        (
            "Our script repeated every update three times, with loan_amount. URL&lead_id=9A41C07E&status=Funded&loan_amount=25000 The job is still running. What should we do?",
            &["switch repeats off first", "send us the lead IDs"],
            &["field names"],
        ),
        (
            "We get success every time, but the sum stays at 0. URL&lead_id=A8133F6D&status=Funded&loan_amount=25.000,00",
            &["here loan_amount=25000", "do not send it again yet"],
            &["unless CAKE answered with code 0"],
        ),
        (
            "May we send the same update twice? Nothing is wrong so far.",
            &["a second time changes nothing"],
            &["four things"],
        ),
        (
            "New IP 203.0.113.77 since Sunday: <result><code>-1</code><msg>Restricted</msg></result>",
            &["we will look whether the address is allowed"],
            &["public address"],
        ),
    ]);
}

#[test]
fn code_that_does_not_encode_is_told_with_the_function_of_its_language() {
    let of_ruby = "#{ENV[\"CAKE_KEY\"]}&lead_id=#{lead}&status=#{status}";
    assert_replies(&[
        (
            &format!("code 3 at times:\nuri = URI(\"{}{of_ruby}\")\n", URL.replace("***", "")),
            &["code 3", "Also: the code puts values into the URL as they are", "ERB::Util.url_encode"],
            &["everything after #"],
        ),
        (
            "=WEBSERVICE(\"URL&lead_id=\"&A2&\"&status=\"&B2) gives #VALUE!",
            &["most likely cause: the code puts values", "ENCODEURL"],
            &["the lead ID is empty"],
        ),
        (
            "code 3: $url = \"URL&lead_id=\" . $lead . \"&status=\" . urlencode(urlencode($status));",
            &["percent-encoded twice"],
            &["as they are"],
        ),
        (
            "code 3: $url = \"URL&lead_id=\" . $lead . \"&status=\" . rawurlencode($status);",
            &["code 3"],
            &["as they are"],
        ),
    ]);
}

#[test]
fn a_key_hidden_in_words_is_no_mistake_whatever_the_words() {
    for mask in ["OUR KEY", "<our key>", "<our_key>", "OURKEY", "our-key", "<api-key>", "[our key]", "<the api key>"] {
        for ticket in
            ["code 3: URL&lead_id=60C5E91B&status=funded", "code 3: curl \"URL&lead_id=60C5E91B&status=funded\""]
        {
            let reply = reply_to(&ticket.replace("URL", &URL.replace("***", mask)));
            assert!(reply.contains("letter case"), "{mask}\n{reply}");
            assert!(
                !reply.contains("space is not encoded") && !reply.contains("shows your API key"),
                "{mask}\n{reply}"
            );
        }
    }
}

#[test]
fn one_status_that_was_taken_and_refused_is_not_called_unknown() {
    assert_replies(&[(
        "A: URL&lead_id=60C5E91B&status=Funded (code 0)\nB: URL&lead_id=F0E41C8D&status=Funded (code 3)\n",
        &["CAKE took the same status for lead 60C5E91B"],
        &["we have no such status"],
    )]);
}

#[test]
fn what_was_taken_before_a_pause_is_not_sent_again() {
    assert_replies(&[(
        "URL&lead_id=60C5E91B&status=Funded <result><code>0</code></result>\nURL&lead_id=F0E41C8D&status=Funded\nRestricted\n",
        &["do not send updates again that CAKE took (code 0), such as those of 60C5E91B"],
        &[],
    )]);
}

#[test]
fn a_refusal_that_the_file_contradicts_is_for_the_network() {
    let file = SourceFile::new("instance.yaml", include_str!("../tickets/first/instance.yaml").to_owned());
    let know = Knowledge::of_instance(read_instance_file(&file, &|_| None).expect("it is right"));
    let reply_to = |key: &str, rest: &str| {
        let ticket = read(format!("{}&{rest}", URL.replace("***", key)).as_bytes());
        reply(&ticket, &diagnose(&ticket, &know))
    };
    let code_2 = "lead_id=9A41C07E&status=Funded\n<result><code>2</code><msg>lead not found</msg></result>";
    let (hidden, _) = reply_to("***", code_2);
    assert!(
        hidden.contains("we have a lead with this ID") && !hidden.contains("When was the lead bought?"),
        "{hidden}"
    );
    let (right, note) = reply_to("q7RtV2mXb9LpZ4KsWc81", code_2);
    assert!(right.contains("We are looking into it") && !right.contains("What to do"), "{right}");
    assert!(note.is_some_and(|note| note.contains("there is a lead with this ID")), "{right}");
    let code_3 = "lead_id=9A41C07E&status=funded\n<result><code>3</code><msg>status not recognized</msg></result>";
    let (other, note) = reply_to("Zz81mQpL0vBn3TrY", code_3);
    assert!(other.contains("send exactly: Funded") && !other.contains("CAKE should answer with code 0"), "{other}");
    assert!(note.is_some_and(|note| note.contains("has no such key")), "{other}");
}

#[test]
fn a_question_beside_the_cause_is_answered_or_passed_on() {
    let cut = "URL&lead_id=#9A41C07E&status=Funded";
    let with = |question: &str| {
        format!("It fails. {question}\n{cut}\nHTTP/1.1 500 Internal Server Error\n\nMissing parameter: lead_id.\n")
    };
    for open in ["Do you pay for returned leads?", "Is there a test environment?", "Can we call you back tomorrow?"] {
        let reply = reply_to(&with(open));
        assert!(reply.contains(&format!("You also ask: \"{open}\" A colleague will come back")), "{open}\n{reply}");
    }
    // What is supposed is for the person who sends the reply.
    for supposed in ["Are you purging leads?", "Is it replication lag in your database?"] {
        let (text, note) = written(&with(supposed));
        assert!(!text.contains("You also ask") && text.contains("the cause is not on our side"), "{text}");
        assert!(note.contains(&format!("they also ask: \"{supposed}\"")), "{note}");
    }
    for (settled, answer) in [
        ("Is it the firewall?", "The firewall is not the cause"),
        ("Did you delete the lead?", "the cause is not on our side"),
        ("Did your IP address change?", "Whether our address changed, we will look."),
        ("Why is that?", "The cause"),
        ("What are we doing wrong?", "The cause"),
        ("When will it be fixed?", "The cause"),
    ] {
        let reply = reply_to(&with(settled));
        assert!(reply.contains(answer) && !reply.contains("You also ask"), "{settled}\n{reply}");
    }
}

#[test]
fn code_whose_url_begins_with_a_variable_is_read_as_code() {
    for code in [
        "url = f\"{HOST}/api/1/buyers.asmx/UpdateLeadStatus?api_key={KEY}&lead_id={lead}&status={status}\"",
        "var url = $\"{Host}/api/1/buyers.asmx/UpdateLeadStatus?api_key={key}&lead_id={lead}&status={status}\";",
        "uri = URI(\"#{HOST}/api/1/buyers.asmx/UpdateLeadStatus?api_key=#{KEY}&lead_id=#{lead}&status=#{status}\")",
        "const url = `${HOST}/api/1/buyers.asmx/UpdateLeadStatus?api_key=${key}&lead_id=${lead}&status=${status}`;",
    ] {
        let reply = reply_to(&format!("We get code 3 for Approved & Signed, all others work.\n{code}\n"));
        assert!(reply.contains("most likely cause: the code puts values"), "{code}\n{reply}");
        assert!(!reply.contains("placeholder") && !reply.contains("remove the #"), "{code}\n{reply}");
    }
}

#[test]
fn a_log_without_answers_asks_for_one_and_calls_nothing_refused_for_its_length() {
    let line = |lead: &str, bytes: u32| {
        format!(
            "198.51.100.7 - - [03/Nov/2026:10:02:11 +0000] \"GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id={lead}&status=Funded HTTP/1.1\" 200 {bytes} \"-\" \"crm\"\n"
        )
    };
    let log = [line("9A41C07E", 96), line("F0E41C8D", 63), line("3BD8027A", 63)].concat();
    assert_replies(&[(
        &format!("Nothing ever arrives, all 200.\n{log}"),
        &["the XML with <code>. If your program", "another length than the others"],
        &["refused", "Please send the whole answer"],
    )]);
}

#[test]
fn a_key_that_will_be_replaced_is_not_to_be_compared() {
    let ticket = "Our API key: Zt7mQ2vX9kLp\nURL&lead_id=9A41C07E&status=Funded\n<result><code>1</code><msg>invalid api key</msg></result>";
    let reply = reply_to(ticket);
    assert!(reply.contains("wait for the new key") && !reply.contains("Are key and host the same?"), "{reply}");
}

#[test]
fn an_amount_sent_with_two_statuses_is_told_without_contradiction() {
    assert_replies(&[(
        "Why is the amount doubled? URL&lead_id=60C5E91B&status=Approved&loan_amount=15000 <result><code>0</code></result>\nURL&lead_id=60C5E91B&status=Funded&loan_amount=15000 <result><code>0</code></result>\n",
        &["an amount was sent more than once", "send nothing more for this lead"],
        &["still right, send it again"],
    )]);
}

#[test]
fn a_row_of_postman_that_is_switched_off_is_told() {
    let collection = r#"{"info":{"name":"x","schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},"item":[{"name":"u","request":{"method":"GET","url":{"raw":"URL&status=Funded","query":[{"key":"lead_id","value":"E11F09AA","disabled":true}]}}}]}"#;
    assert_replies(&[(collection, &["its row is switched off", "tick the box"], &[])]);
}

#[test]
fn a_part_of_a_key_is_not_taken_for_a_lead_id() {
    let ticket = "curl \"URL&lead_id=55120&status=Sold\"\n<result><code>2</code><msg>lead not found</msg></result>\n";
    let reply = reply_to(&ticket.replace("URL", &URL.replace("***", "3f2504e0-4f89-11d3-9a0c-0305e82c3301")));
    assert!(!reply.to_uppercase().contains("3F2504E0"), "{reply}");
}

#[test]
fn a_key_in_a_question_is_not_repeated() {
    for (ticket, is_passed_on) in [
        (
            "We get code 1, <result><code>1</code><msg>invalid api key</msg></result>. Is our key pX7-Lq2-Vm9-Tz4e still valid?",
            false,
        ),
        (
            "API key: pX7-Lq2-Vm9-Tz4e\nDo you pay for pX7-Lq2-Vm9-Tz4e?\n<result><code>1</code><msg>invalid api key</msg></result>",
            true,
        ),
        (
            "key = \"pX7-Lq2-Vm9-Tz4e\"\nIs pX7-Lq2-Vm9-Tz4e still ours?\nURL&lead_id=9A41C07E&status=Funded <code>1</code>",
            false,
        ),
    ] {
        let reply = reply_to(ticket);
        assert!(!reply.contains("pX7") && reply.contains("on what else you ask") == is_passed_on, "{reply}");
    }
    let ran = caketester(["why", "-", "--reply"])
        .run_with_stdin("Is our key pX7-Lq2-Vm9-Tz4e right? <result><code>1</code></result>\n");
    ran.exits_with(0).never_says("pX7");
    let ran =
        caketester(["why", "-"]).run_with_stdin("Is our key pX7-Lq2-Vm9-Tz4e right? <result><code>1</code></result>\n");
    ran.exits_with(0).never_says("pX7");
}

#[test]
fn what_code_looks_for_in_an_answer_is_no_answer() {
    for code in [
        "if (!body.includes('<code>0</code>')) throw new Error(body);",
        "return \"<code>0</code>\" in r.text",
        "if (strpos($body, '<code>0</code>') === false) { fail(); }",
        "assert \"<result><code>0</code>\" in text",
        "curl \"URL&lead_id=9A41C07E&status=Converted\" | grep -q \"<code>0</code>\" || echo failed",
    ] {
        let reply = reply_to(&format!("It fails every time.\nURL&lead_id=9A41C07E&status=Converted\n{code}\n"));
        assert!(!reply.contains("CAKE took"), "{code}\n{reply}");
    }
}

#[test]
fn a_status_that_code_and_library_encode_is_told() {
    assert_replies(&[(
        "code 3 but for Funded: requests.get(\"https://track.northgrid.example.com/api/1/buyers.asmx/UpdateLeadStatus\", params={\"api_key\": KEY, \"lead_id\": lead, \"status\": quote(status)})",
        &["percent-encoded twice", "encode the value once"],
        &["compare the status"],
    )]);
}

#[test]
fn what_cake_took_in_the_same_ticket_says_what_was_meant() {
    let taken = "URL&lead_id=ED093DB3&status=Not+Interested -> <result><code>0</code></result>\n";
    let refused = |rest: &str, code: u8| format!("{taken}URL&{rest} -> <result><code>{code}</code></result>");
    let cased = refused("lead_id=CADAB461&status=Not+interested", 3);
    let short = refused("lead_id=CADAB461&status=Hold", 3);
    let lead = refused("lead_id=ed093db3&status=Not+Interested", 2);
    assert_replies(&[
        (
            &cased,
            &["CAKE took \"Not Interested\" in another update", "send only the update of CADAB461 again"],
            &["we spell it"],
        ),
        // Another status is not a misspelled one, however short it is.
        (&short, &["we have no such status"], &["Not Interested"]),
        (
            "URL&lead_id=ED093DB3&status=Qualified -> <result><code>0</code></result>\nURL&lead_id=CADAB461&status=Unqualified -> <result><code>3</code></result>",
            &["we have no such status"],
            &["send exactly"],
        ),
        (&lead, &["send exactly: ED093DB3, as in the update that CAKE took"], &["only the update of"]),
    ]);
}

#[test]
fn what_the_ticket_shows_is_not_asked_for() {
    assert_replies(&[
        (
            "HTTP/1.1 500 Internal Server Error\n\nRequest format is invalid: multipart/form-data; boundary=x.",
            &["the call is sent as multipart/form-data"],
            &["Which HTTP method"],
        ),
        (
            "HTTP/1.1 403 Forbidden\n\n<html>Request unsuccessful. Incapsula incident ID: 12</html>",
            &[
                "Please send us the public address from which you send.",
                "Once we say that our firewall lets you through",
            ],
            &["CF-RAY"],
        ),
        (
            "GET URL&lead_id=9A41C07E&status=Sold -> 200\nSyntaxError: Unexpected token '<', \"<result><c\"... is not valid JSON\n\nIs CAKE down?",
            &["read the answer as text or XML", "Our service is not down"],
            &["Please send the whole answer"],
        ),
        (
            "URL&lead_id=9A41C07E&status=Don%26%2339%3Bt+Call\nA potentially dangerous Request.QueryString value was detected",
            &["take the plain text (Don't Call)", "send: status=Don%27t%20Call"],
            &["leave out the <"],
        ),
    ]);
}

#[test]
fn an_empty_answer_beside_a_list_of_addresses_is_about_the_address() {
    let ticket = "URL&lead_id=9A41C07E&status=Sold\nHTTP/1.1 200 OK\nContent-Length: 0\n\nOnly 203.0.113.10 is in your whitelist.";
    assert_replies(&[(ticket, &["the sending address is not allowed"], &["list that"])]);
    let logged = |client: &str| {
        format!(
            "Your API whitelist has 203.0.113.0/24.\n{client} - - [31/Oct/2025:07:00:02 +0000] \"GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=9A41C07E&status=Sold HTTP/1.1\" 200 0 \"-\" \"x\""
        )
    };
    assert!(reply_to(&logged("198.51.100.7")).contains("the sending address is not allowed"));
    assert!(!reply_to(&logged("203.0.113.77")).contains("the sending address is not allowed"));
}

#[test]
fn a_report_that_ends_with_the_day_of_an_update_is_told_by_its_date() {
    let ticket = |end: &str| {
        format!(
            "It is missing in the report from 2025-10-01 to {end}, code 0.\n192.0.2.1 - - [31/Oct/2025:07:00:02 +0000] \"GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=9A41C07E&status=Sold HTTP/1.1\" 200 56 \"-\" \"x\""
        )
    };
    assert!(reply_to(&ticket("2025-10-31")).contains("set the end of the report a day later"));
    assert!(!reply_to(&ticket("2025-11-02")).contains("a day later:"));
}

#[test]
fn a_colleague_who_passes_on_what_a_buyer_sent_has_no_key_of_his_own() {
    let ticket = "lead_id=9A41C07E&status=Sold HTTP/1.1\nHost: cake.example\n\nHTTP/1.1 200 OK\n\n<result><code>4</code></result>";
    let sent =
        |who: &str| format!("{who}\n\nGET /api/1/buyers.asmx/UpdateLeadStatus?api_key=q7RtV2mXb9LpZ4KsWc81&{ticket}");
    let (of_buyer, _) = written(&sent("It fails for us, whatever we send:"));
    let (of_colleague, note) = written(&sent("A second buyer on our instance gets this:"));
    assert!(of_buyer.contains("We will send you a new key"), "{of_buyer}");
    assert!(!of_colleague.contains("new key") && note.contains("key-exposed"), "{of_colleague}\n{note}");
}

#[test]
fn what_cake_refused_at_one_time_and_took_at_another_is_told_so() {
    let twice = |code: u8, msg: &str| {
        format!(
            "First:\nURL&lead_id=9A41C07E&status=Funded\n<result><code>{code}</code><msg>{msg}</msg></result>\n\
             An hour later:\nURL&lead_id=9A41C07E&status=Funded\n<result><code>0</code><msg>success</msg></result>"
        )
    };
    assert_replies(&[(
        &twice(2, "lead ID not found"),
        &["CAKE did not have the lead yet", "send one that got code 2 again later"],
        &["no lead with this ID", SEND_AGAIN],
    )]);
    // With the same answer it is the same request, mentioned again.
    let requests = |ticket: &str| read(ticket.replace("URL", URL).as_bytes()).items.len();
    assert_eq!([0, 1].map(|code| requests(&twice(code, "success"))), [1, 2]);
}

#[test]
fn an_older_mail_that_is_quoted_below_is_past() {
    let ticket = "This fails:\nURL&lead_id=9A41C07E&status=Funded%20\n<result><code>3</code></result>\n\n\
                  > On Monday we wrote:\n> https://YOUR_DOMAIN/api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=60C5E91B&status=Sold\n";
    assert_replies(&[(ticket, &["spaces"], &["60C5E91B", "placeholder"])]);
}

#[test]
fn a_column_alone_says_nothing_of_a_sum() {
    let table = "Our key is in a hidden column.\nlead_id\tstatus\tloan_amount\tcode\n9A41C07E\tFunded\t9500\t0\n60C5E91B\tFunded\t4750\t0\n7C5B02EA\tfunded\t9500\t3\n";
    assert_replies(&[(table, &[], &["counted", "correct the sum"])]);
}

#[test]
fn a_lead_that_the_command_line_leaves_out_is_not_called_absent() {
    let line = |lead: &str| {
        format!(
            "192.0.2.1 - - [31/Oct/2025:07:00:02 +0000] \"GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id={lead}&status=Sold HTTP/1.1\" 200 56 \"-\" \"x\"\n"
        )
    };
    let log = format!("Leads 60C5E91B and 7C5B02EA are missing.\n{}{}", line("60C5E91B"), line("9A41C07E"));
    let ran = caketester(["why", "-", "--lead", "9A41C07E", "--reply"]).run_with_stdin(&log);
    ran.exits_with(0).never_says("has no request");
}

#[test]
fn whose_roots_lack_an_issuer_is_told_where_they_stand_and_not_asked() {
    let asked = "Which system and which program send?";
    let error = |text: &str| format!("{text}\nURL&lead_id=9A41C07E&status=Funded");
    assert_replies(&[
        (
            &error(
                "GuzzleHttp\\Exception\\RequestException: cURL error 60: SSL certificate problem: unable to get local issuer certificate",
            ),
            &["php.ini", "never turn verification off"],
            &[asked, "cacerts", "whole chain"],
        ),
        (
            &error(
                "tls: failed to verify certificate: x509: certificate signed by unknown authority. Issuer: Zscaler Root",
            ),
            &["the proxy's root"],
            &[asked, "php.ini", "whole chain"],
        ),
        (
            &error("curl: (60) SSL certificate problem: unable to get local issuer certificate"),
            &[asked, "whole chain"],
            &["php.ini"],
        ),
    ]);
}

#[test]
fn a_reply_to_the_networks_own_log_says_first_which_updates_it_is_about() {
    let line = |lead: &str| {
        format!(
            "192.0.2.1 - - [31/Oct/2025:07:00:02 +0000] \"GET /buyers/api/1/leads.asmx/UpdateLeadStatus?api_key=***&lead_id={lead}&status=Sold HTTP/1.1\" 404 56 \"-\" \"x\"\n"
        )
    };
    let (one, two) = (line("60C5E91B"), format!("{}{}", line("60C5E91B"), line("7C5B02EA")));
    assert_replies(&[
        (
            &one,
            &[
                "This is about your status update for lead 60C5E91B, at 31/Oct/2025:07:00:02 +0000. It failed with HTTP 404.",
            ],
            &["The cause ("],
        ),
        (
            &two,
            &["your status updates for the leads 60C5E91B and 7C5B02EA. They failed with HTTP 404.\n\nThe cause: "],
            &["The cause ("],
        ),
    ]);
}

#[test]
fn a_load_balancer_without_a_server_is_looked_at_and_the_update_sent_again() {
    let line = "https 2025-10-26T02:11:48.551007Z app/x/6b 192.0.2.99:50122 - -1 -1 -1 503 - 471 337 \"GET https://h.example:443/api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=17B72A59&status=Funded&loan_amount=1 HTTP/1.1\" \"x\" c TLSv1.2 -\n";
    let (reply, note) = written(line);
    assert!(
        reply.contains("So the request did not reach CAKE.") && reply.contains("\nSend the update again"),
        "{reply}"
    );
    assert!(!reply.contains("Then") && reply.contains(", at 2025-10-26T02:11:48Z."), "{reply}");
    assert!(note.contains("the load balancer's targets"), "{note}");
}

#[test]
fn one_fault_is_told_once() {
    assert_replies(&[
        (
            "Is the service down? curl -u K7m2Q9xT4bLw8ZrN: 'https://h.example/api/1/buyers.asmx/UpdateLeadStatus?lead_id=4E7A90C2&status=Funded'\nMissing parameter: api_key.",
            &["the request has it in basic authentication", "not as a user name", "Our service is not down"],
            &["Also", "not on our side"],
        ),
        (
            "System.Net.WebException: The remote server returned an error: (407) Proxy Authentication Required.\nurl = URL&lead_id=2E83CD2D&status=Funded\n\nPlease check your firewall.",
            &["give the program the proxy's user name and password", "Our firewall is not the cause"],
            &["have the host allowed"],
        ),
        (
            "HTTP/1.1 500 Internal Server Error\n\nMissing parameter: sub_status.\n\nBut your documentation says optional!",
            &["sub_status did not arrive.\n\nYou are right"],
            &["Some instances"],
        ),
    ]);
}

#[test]
fn a_command_that_hides_failures_is_told_to_show_them() {
    let command = |option: &str| format!("curl {option} 'URL&status=Funded'\nMissing parameter: lead_id.");
    let told = "Leave out curl's -f";
    assert_replies(&[
        (&command("-fsS"), &[told], &[]),
        (&command("--fail"), &[told], &[]),
        (&command("-sS"), &[], &[told]),
    ]);
}

#[test]
fn http_200_alone_is_no_answer() {
    let text =
        "{\"message\":\"CAKE replied 200\",\"http.url\":\"URL&lead_id=C639A526%20&status=Funded\",\"http.status\":200}";
    assert_replies(&[(text, &["HTTP 200 alone does not say that CAKE took an update"], &[])]);
}

#[test]
fn what_the_ticket_already_settles_is_not_asked_or_advised() {
    assert_replies(&[
        (
            "commons-httpclient 3.1, JRE 1.6.0_45\njavax.net.ssl.SSLHandshakeException: Received fatal alert: protocol_version\nURL&lead_id=9A41C07E&status=Funded",
            &["use Java 8 or later"],
            &["-Dhttps.protocols", "Which system"],
        ),
        (
            "From a laptop in the office it answers success.\ncurl: (6) Could not resolve host: track.northgrid.example.com\nURL&lead_id=9A41C07E&status=Funded",
            &["another one can", "So the name is right.", "DNS"],
            &["misspelled", "compare the host"],
        ),
        (
            "Is our key wrong? <result><code>4</code><msg>lead statuses not enabled</msg></result>",
            &["Code 4 has nothing to do with the key"],
            &[],
        ),
        (
            "URL&lead_id=9A41C07E&status=Funded\nHTTP/1.1 200 OK\n\n<html><body>Request Rejected. Your support ID is: 10846291773205518840</body></html>",
            &["the public address", "send them again once this is solved: what got such a page did not reach CAKE"],
            &["number that the page shows"],
        ),
        (
            "C:\\>curl -s 'URL&lead_id=63FA0B7E&status=Funded'\n'lead_id' is not recognized as an internal or external command,",
            &["put the URL in double quotes, not in single ones"],
            &["as ' or", "Also"],
        ),
        (
            "VICIdial Dispo Call URL\nURL&lead_id=--A--vendor_lead_code--B--&status=--A--dispo--B-- <result><code>2</code></result>",
            &["put VAR in front of the URL", "Also, most likely: status is \"--A--dispo--B--\""],
            &["by the status"],
        ),
    ]);
}

#[test]
fn a_lead_that_is_missing_beside_another_is_told_too() {
    let line = |time: &str, lead: &str, status: &str, agent: &str| {
        format!(
            "192.0.2.1 - - [31/Oct/2025:{time} +0000] \"GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id={lead}&status={status} HTTP/1.1\" 200 56 \"-\" \"{agent}\"\n"
        )
    };
    let log = format!(
        "Lead D7B3105E shows In Progress, why?\nLead C42F96A1 is not in the report at all.\n\n{}{}",
        line("07:00:02", "D7B3105E", "Funded", "crm"),
        line("23:00:02", "D7B3105E", "In+Progress", "nightly")
    );
    assert_replies(&[(
        &log,
        &["by \"nightly\" sets \"In Progress\"", "the log has no request for lead C42F96A1"],
        &[],
    )]);
    let broken = format!(
        "Lead 9A41C07E is missing.\n{}",
        line("07:00:02", "x", "y", "z").replace("&lead_id=x&", ";lead_id=9A41C07E;")
    );
    let ran = caketester(["why", "-", "--lead", "9A41C07E", "--reply"]).run_with_stdin(&broken);
    ran.exits_with(0).never_says("has no request");
}

#[test]
fn a_log_of_many_updates_that_cake_took_says_so_of_all() {
    let row = |lead: &str| {
        format!(
            "2025-10-31 07:00:02,/api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id={lead}&status=Sold,Success\n"
        )
    };
    let rows: String = (0..13).map(|at| row(&format!("9A41C0{at:02}"))).collect();
    assert_replies(&[(
        &format!("Is all well?\n\nDate,Request,Result\n{rows}"),
        &["13 updates: CAKE took them (code 0)."],
        &["CAKE took this update"],
    )]);
}

#[test]
fn what_only_resembles_a_sign_is_none() {
    let wants_list = "Send us an invoice. URL&lead_id=9A41C07E&status=Funded";
    assert_replies(&[
        (
            "$ curl -s 'URL&lead_id=9A41C07E&status=Funded'\n<result><code>0</code></result>\n[1001] Running curl -s 'URL&lead_id=undefined&status=Funded'\n<result><code>2</code></result>",
            &["undefined"],
            &[],
        ),
        (
            "We got a new key. URL&lead_id=9A41C07E&status=Funded <result><code>2</code></result>",
            &[],
            &["CAKE knows the key"],
        ),
        (wants_list, &[], &["with our settings"]),
        (
            "Lead | Status | Info | Result\n9A41C07E | Funded | https://t.example.com/help?lead=1&status=2 | code 3\n7E02B9C4 | Funded | https://t.example.com/help?lead=1&status=2 | code 3\n",
            &["9A41C07E"],
            &[],
        ),
        (
            "Nothing works, not in the browser either.\ncurl: (6) Could not resolve host: track.nortgrid.example.com\nURL&lead_id=9A41C07E&status=Funded",
            &[],
            &["the name is right"],
        ),
        ("http_get(URL&lead_id=9A41C07E&status=Funded) returned an error (see below): code 3", &[], &["a space"]),
        (
            "C:\\>curl -H 'Accept: text/xml' \"URL&lead_id=9A41C07E&status=undefined\"",
            &[],
            &["double quotes, not in single ones"],
        ),
        ("$ curl \"URL&lead_id=9A41C07E&status=Funded", &["\" is not closed"], &["does not know"]),
        ("curl \"URL&lead_id=9A41C07E&Funded\"\nMissing parameter: status.", &["status=Funded"], &["--data-urlencode"]),
        (
            "We sent 407 updates, all failed. curl: (56) Received HTTP code 403 from proxy after CONNECT\nURL&lead_id=9A41C07E&status=Funded",
            &[],
            &["HTTP 407"],
        ),
        (
            "Java 64-bit 8u60\njavax.net.ssl.SSLHandshakeException: Received fatal alert: protocol_version\nURL&lead_id=9A41C07E&status=Funded",
            &["-Dhttps.protocols"],
            &["Java 6 cannot"],
        ),
        (
            "The page shows a support ID, I forgot to note it.\nURL&lead_id=9A41C07E&status=Funded\nHTTP/1.1 200 OK\n\n<html><body>Request Rejected</body></html>",
            &["number that the page shows"],
            &[],
        ),
    ]);
}

#[test]
fn of_a_log_with_several_outcomes_none_is_told_for_all() {
    let line = |lead: &str, status: u16| {
        format!(
            "192.0.2.1 - - [31/Oct/2025:07:00:02 +0000] \"GET /buyers/api/1/leads.asmx/UpdateLeadStatus?api_key=***&lead_id={lead}&status=Sold HTTP/1.1\" {status} 56 \"-\" \"x\"\n"
        )
    };
    let mixed = format!("{}{}", line("60C5E91B", 404), line("7C5B02EA", 403));
    let same = format!("{}{}", line("60C5E91B", 404), line("60C5E91B", 404));
    let lambda = "https 2025-10-26T02:11:48.551007Z app/x/6b 192.0.2.99:50122 - 0.000 3.2 0.000 502 - 471 337 \"GET https://h.example:443/api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=17B72A59&status=Funded&loan_amount=1 HTTP/1.1\" \"x\" c TLSv1.2 -\n";
    assert_replies(&[
        (&mixed, &["for the leads 60C5E91B and 7C5B02EA."], &["failed with HTTP"]),
        (&same, &["2 status updates for lead 60C5E91B", "They failed with HTTP 404."], &[]),
        (lambda, &["Please do not send updates that failed this way again"], &["did not reach CAKE"]),
    ]);
}

#[test]
fn a_key_in_a_job_that_stands_alone_is_hidden() {
    let text = "curl -s 'https://h.example/api/1/buyers.asmx/UpdateLeadStatus?api_key=K1secretkeyAAAA&lead_id=9A41C07E&status=Funded' &\n[1]+  Done   curl -s 'https://h.example/api/1/buyers.asmx/UpdateLeadStatus?api_key=mykeypurple&lead_id=9A41C07E&status=Funded'\nIs it true that mykeypurple is our key?";
    let ran = caketester(["why", "-", "--reply"]).run_with_stdin(text);
    ran.exits_with(0).never_says("mykeypurple");
}

#[test]
fn a_log_that_names_its_day_in_its_heading_gives_it_to_each_line() {
    let log = "#Software: Microsoft Internet Information Services 8.0\n#Date: 2025-09-30 00:00:07\n#Fields: time cs-method cs-uri-stem cs-uri-query sc-status\n00:00:07 GET /api/1/buyers.asmx/UpdateLeadStatus api_key=***&lead_id=2BCEDBB6&status= 200\n";
    assert_replies(&[(log, &["at 2025-09-30 00:00:07"], &[])]);
}
