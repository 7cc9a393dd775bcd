//! Whether the mock's memory grows with the requests it has answered.

use std::rc::Rc;

use crate::child::Server;
use crate::load::{Until, put, sample};
use crate::servers::Kind;
use crate::{Arguments, Outcome};

/// How often memory is looked at.
const LOOKS: u64 = 10;

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    println!("\n## Memory over {} requests", arguments.requests);
    println!("| requests | memory now (MiB) | most so far (MiB) |");
    println!("|---|---|---|");
    let server = Server::start(Kind::Mock, None)?;
    let requests: Rc<[Vec<u8>]> = Rc::new([sample()]);
    let each = (arguments.requests / LOOKS / arguments.connections as u64).max(1);
    let mut sent = 0;
    for look in 0..=LOOKS {
        let memory = server.memory();
        println!(
            "| {sent} | {}.{} | {}.{} |",
            memory.now / 1024,
            memory.now % 1024 * 10 / 1024,
            memory.most / 1024,
            memory.most % 1024 * 10 / 1024
        );
        if look < LOOKS {
            sent += put(&server, &requests, arguments.connections, Until::Sent(each))?.latencies.len();
        }
    }
    Ok(())
}
