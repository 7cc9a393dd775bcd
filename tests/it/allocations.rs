//! How often a plain update asks for memory on its way through the simulated instance.

use allocation_counter::measure;
use bytes::Bytes;
use caketester::cake::{Instance, before_the_method, decide};
use caketester::pack::{World, read_instance_file};
use caketester::protocol::{Params, Request};
use caketester::source::SourceFile;

const QUERY: &str = "api_key=Hn3vY8dKe5TwQ6&lead_id=A8133F6D&status=Funded&sub_status=Full+Payment&loan_amount=25000";

fn instance() -> Instance {
    let file = SourceFile::new("instance.yaml", include_str!("../tickets/first/instance.yaml").to_owned());
    read_instance_file(&file, &|_| None).expect("it is right")
}

#[test]
fn what_needs_no_decoding_is_not_copied() {
    let plain = QUERY.replace("Full+Payment", "Full");
    let encoded = measure(|| drop(Params::decode(QUERY.as_bytes()))).count_total;
    let as_it_is = measure(|| drop(Params::decode(plain.as_bytes()))).count_total;
    assert_eq!((as_it_is, encoded - as_it_is), (1, 1), "the list of parameters, and the value with a +");
}

#[test]
fn the_platform_lets_an_update_through_without_memory() {
    let instance = instance();
    let head = format!("GET /api/1/buyers.asmx/UpdateLeadStatus?{QUERY} HTTP/1.1\r\nHost: h\r\n\r\n");
    let request = Request::of(Bytes::from(head), Bytes::new());
    let params = Params::decode(QUERY.as_bytes());
    let counted = measure(|| assert!(before_the_method(&request, &params, &instance.settings.policy).is_none()));
    assert_eq!(counted.count_total, 0);
}

#[test]
fn a_success_asks_for_the_update_alone() {
    let instance = instance();
    let params = Params::decode(QUERY.as_bytes());
    let mut update = None;
    let counted = measure(|| update = decide(&instance, &params).update);
    let update = update.expect("CAKE takes it");
    let copied = measure(|| drop(update.clone())).count_total;
    assert!(counted.count_total <= copied, "{} times, {copied} are the update's", counted.count_total);
}

#[test]
fn the_answer_to_a_plain_success_is_made_once() {
    let world = World::plain(instance());
    let head = format!("GET /api/1/buyers.asmx/UpdateLeadStatus?{QUERY} HTTP/1.1\r\nHost: h\r\n\r\n");
    let request = Request::of(Bytes::from(head), Bytes::new());
    let params = Params::decode(QUERY.as_bytes());
    let body = || world.reply(&request, &params).answer.body;
    let (first, second) = (body(), body());
    assert!(!first.is_empty());
    assert_eq!(first.as_ptr(), second.as_ptr(), "the same bytes, not equal ones");
}
