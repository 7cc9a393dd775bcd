//! Few leads and scenarios against very many.

use crate::child::Server;
use crate::compare::{Contender, measure, print};
use crate::packs::Generated;
use crate::servers::Kind;
use crate::{Arguments, Outcome};

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let Arguments { leads, scenarios, rounds, load, .. } = arguments;
    println!("\n## 10 leads and 10 scenarios, {leads} leads and {scenarios} scenarios; {rounds} rounds of {load} ms");
    let few = Generated::new(10, 10)?;
    let many = Generated::new(*leads, *scenarios)?;
    let contender = |name, pack: &Generated| -> Outcome<Contender> {
        Ok(Contender::new(name, Server::start(Kind::Mock, Some(pack.path()))?, pack.requests()))
    };
    let mut contenders = [contender("few", &few)?, contender("many", &many)?, contender("few again", &few)?];
    measure(&mut contenders, arguments)?;
    print(&contenders);
    Ok(())
}
