//! `caketester explain`: a code, and a scenario.

use crate::support::{caketester, exported_pack};

#[test]
fn a_code_is_explained_with_who_has_to_act_and_what_to_try() {
    let told = caketester(["explain", "3"]).run();
    insta::assert_snapshot!(told.exits_with(0).stdout, @"
    code 3
      meaning   status not recognised: it has to match a configured status exactly, letter case and spaces included
      basis     documented
      client    rejected
      to act    whoever changed the spelling: the buyer's mapping, or the network's set-up
      to try    compare status and sub-status with the network's list, letter for letter, spaces included
    ");
    for (code, words) in [("0", "nobody"), ("1", "Buyer Card"), ("2", "CAKE Lead ID"), ("4", "the network")] {
        caketester(["explain", code]).run().exits_with(0).says(words);
    }
    caketester(["explain", "10"]).run().exits_with(0).says("none that is known");
}

#[test]
fn a_scenario_is_explained_with_who_has_to_act_and_what_to_try() {
    let told = caketester(["explain", "codes/status-absent"]).run();
    insta::assert_snapshot!(told.exits_with(0).stdout, @r#"
    codes/status-absent: The network has not configured this status
      meaning   The network drops or renames a status and forgets to tell its buyers. A client that misses the refusal leaves a hole in the Lead Status Master Report which both sides find months later.
      basis     documented: CAKE's own article says so, and a client can be held to it
      update    lead_id="5A1E0008" status="Funded"
      answer    code 3, because status "Funded" is not configured
      client    rejected
      to act    whoever changed the spelling: the buyer's mapping, or the network's set-up
      to try    compare status and sub-status with the network's list, letter for letter, spaces included

      more      caketester scenarios show codes/status-absent
      check     caketester client --only codes/status-absent -- PROGRAM …
    "#);
}

#[test]
fn each_step_of_a_scenario_is_explained_by_the_answer_it_gets_in_the_end() {
    let told = caketester(["explain", "platform/sub-status-demanded"]).run();
    insta::assert_snapshot!(told.exits_with(0).stdout, @r#"
    platform/sub-status-demanded: The service insists on sub_status, if only an empty one
      meaning   A strict web service of this platform wants every parameter it declares. A client that leaves sub_status out gets a line of text here, not XML, and nothing is recorded; one that sends it empty is served.
      basis     assumed: nobody outside CAKE knows, and this is one way it may be

      step with-one
      update    lead_id="5A1E0904" status="Funded" sub_status="Full Payment"
      answer    code 0, because every check passed
      client    updated
      to act    nobody
      to try    nothing; sending the update again sets the status anew, to the same

      step without-one
      update    lead_id="5A1E0905" status="Funded"
      answer    HTTP 500 without a code, because the parameter sub_status was not sent
      client    updated or unknown
      to act    whoever runs the client; where it stays like this, the network
      to try    keep the update and send it again later, which sets the same status; if that fails too, show the network the request and the whole answer

      more      caketester scenarios show platform/sub-status-demanded
      check     caketester client --only platform/sub-status-demanded -- PROGRAM …
    "#);
    caketester(["explain", "updates/retry-after-503"]).run().exits_with(0).says("answer    code 0,");
    caketester(["explain", "answers/code-7"]).run().exits_with(0).says("answer    code 7,").says("send it again later");
}

#[test]
fn a_scenario_of_a_pack_on_disk_is_explained_with_commands_that_name_it() {
    let pack = exported_pack();
    let told = caketester(["explain", "codes/success", "--pack", "."]).in_dir(pack.path()).run();
    told.exits_with(0).says("caketester scenarios show codes/success --pack .\n");
    told.says("caketester client --pack . --only codes/success -- PROGRAM");
}

#[test]
fn what_is_neither_is_told_with_what_was_meant() {
    let told = caketester(["explain", "status-absent"]).run();
    told.exits_with(4).complains("did you mean codes/status-absent?");
}
