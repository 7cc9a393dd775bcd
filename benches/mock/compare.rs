//! Servers under the same load in turn, round after round: what disturbs the machine disturbs them all.

use std::rc::Rc;
use std::time::Duration;

use crate::child::{Memory, Server};
use crate::figures::{latency, median, ratios, spread};
use crate::load::{Until, put, sample};
use crate::servers::Kind;
use crate::{Arguments, Outcome};

/// One of the servers that are compared, and what was seen of it.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    pub(crate) server: Server,
    pub(crate) requests: Rc<[Vec<u8>]>,
    pub(crate) before: Memory,
    pub(crate) rates: Vec<f64>,
    pub(crate) processor: Vec<f64>,
    pub(crate) latencies: Vec<u32>,
}

impl Contender {
    pub(crate) fn new(name: &'static str, server: Server, requests: Rc<[Vec<u8>]>) -> Self {
        let before = server.memory();
        Self { name, server, requests, before, rates: vec![], processor: vec![], latencies: vec![] }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    println!(
        "\n## The same stub, {} connections, {} rounds of {} ms",
        arguments.connections, arguments.rounds, arguments.load
    );
    let sample: Rc<[Vec<u8>]> = Rc::new([sample()]);
    let contender = |name, server| Contender::new(name, server, Rc::clone(&sample));
    let mut contenders = vec![
        contender("bare hyper", Server::start(Kind::Hyper, None)?),
        contender("the mock", Server::start(Kind::Mock, None)?),
        contender("caketester serve", Server::caketester(None)?),
        contender("wiremock", Server::start(Kind::Wiremock, None)?),
        contender("httpmock", Server::start(Kind::Httpmock, None)?),
        contender("bare hyper again", Server::start(Kind::Hyper, None)?),
    ];
    if let Some(program) = &arguments.against {
        contenders.push(contender("the mock of the other build", Server::start_of(program, Kind::Mock, None)?));
    }
    measure(&mut contenders, arguments)?;
    print(&contenders);
    Ok(())
}

/// Puts each under load in turn. Every round begins with another, so none is always first.
pub(crate) fn measure(contenders: &mut [Contender], arguments: &Arguments) -> Outcome {
    let until = Until::Elapsed(Duration::from_millis(arguments.load));
    for round in 0..=arguments.rounds {
        for turn in 0..contenders.len() {
            let at = (turn + round) % contenders.len();
            let Contender { server, requests, rates, processor, latencies, .. } = &mut contenders[at];
            let seen = put(server, requests, arguments.connections, until)?;
            // The first round only warms up.
            if round > 0 {
                rates.push(seen.rate);
                processor.push(seen.processor);
                latencies.extend(seen.latencies);
            }
        }
    }
    Ok(())
}

/// Prints what was seen; the ratios are to the first, round by round.
pub(crate) fn print(contenders: &[Contender]) {
    println!(
        "| server | requests/s | ratio, median (middle half) | p50 µs | p99 µs | processor µs/request | ratio | memory before, most (MiB) |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let Some(first) = contenders.first() else { return };
    for contender in contenders {
        let Contender { name, rates, processor, latencies, before, server, .. } = contender;
        #[expect(clippy::cast_precision_loss, reason = "no memory here comes near 2^52 KiB")]
        let mib = |kib: u64| kib as f64 / 1024.0;
        println!(
            "| {name} | {:.0} | {} | {:.0} | {:.0} | {:.1} | {} | {:.1}, {:.1} |",
            median(rates),
            spread(&ratios(rates, &first.rates), 2),
            latency(latencies, 0.5),
            latency(latencies, 0.99),
            median(processor),
            spread(&ratios(processor, &first.processor), 2),
            mib(before.now),
            mib(server.memory().most),
        );
    }
}
