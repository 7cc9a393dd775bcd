//! `caketester client` from outside: what is asked for, what is said of it, and the exit codes.

mod support;

use support::caketester;

#[test]
fn the_builtin_client_passes_the_whole_pack_with_a_line_for_each_scenario() {
    let ran = caketester(["client", "--builtin"]).run();
    ran.exits_with(0).says("117 passed").complains_of_nothing();
}
