//! From the start to the ready line, and what loading many scenarios takes.

use std::process::{Command, Stdio};
use std::time::Instant;

use caketester::judge::{Recording, survey};
use caketester::pack::{Origin, load};

use crate::child::Server;
use crate::figures::spread;
use crate::packs::Generated;
use crate::{Arguments, Outcome};

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    println!("\n## Start and loading, {} rounds, in milliseconds", arguments.rounds);
    let many = Generated::new(10, arguments.scenarios)?;
    let recording = Recording { exact: false, write: true };
    let survey_of = |origin: Origin| -> Outcome<(usize, usize)> {
        let (pack, _) = load(origin, &|_| None)?;
        let (report, different) = survey(&pack, recording, &pack.redactor)?;
        Ok((report.missing.len(), different.len()))
    };
    // Snapshots are written once, so that every round reads them.
    survey_of(Origin::Directory(many.path().to_owned()))?;
    // All names first: a directory that is read while its files are renamed may show them twice.
    let files: Vec<_> = std::fs::read_dir(many.path().join("snapshots"))?.collect::<Result<_, _>>()?;
    for path in files.iter().map(std::fs::DirEntry::path) {
        std::fs::rename(&path, path.with_extension(""))?;
    }
    let mut times: [Vec<f64>; 6] = Default::default();
    for _ in 0..arguments.rounds {
        let version = || -> Outcome {
            let command =
                Command::new(env!("CARGO_BIN_EXE_caketester")).arg("--version").stdout(Stdio::null()).status();
            command?;
            Ok(())
        };
        times[0].push(timed(version)?);
        times[1].push(timed(|| Server::caketester(None).map(drop))?);
        times[2].push(timed(|| survey_of(Origin::Standard).map(drop))?);
        let directory = || Origin::Directory(many.path().to_owned());
        times[3].push(timed(|| Server::caketester(Some(many.path())).map(drop))?);
        times[4].push(timed(|| Ok(load(directory(), &|_| None).map(drop)?))?);
        times[5].push(timed(|| match survey_of(directory())? {
            (0, 0) => Ok(()),
            others => Err(format!("snapshots missing or different: {others:?}").into()),
        })?);
    }
    let scenarios = arguments.scenarios;
    let names = [
        "the program and its version alone".to_owned(),
        "`caketester serve` until its ready line, standard pack".to_owned(),
        "loading the standard pack and checking its snapshots".to_owned(),
        format!("`caketester serve` until its ready line, {scenarios} scenarios"),
        format!("loading and linting {scenarios} scenarios"),
        format!("loading {scenarios} scenarios and checking their snapshots"),
    ];
    println!("| what | median (middle half) |");
    println!("|---|---|");
    for (name, times) in names.iter().zip(&times) {
        println!("| {name} | {} |", spread(times, 1));
    }
    Ok(())
}

/// Milliseconds that something takes.
pub(crate) fn timed(run: impl FnOnce() -> Outcome) -> Outcome<f64> {
    let started = Instant::now();
    run()?;
    Ok(started.elapsed().as_secs_f64() * 1_000.0)
}
