//! The files of networks: `networks/NAME.yaml`.

use std::path::Path;

use crate::cli::failure::Failure;
use crate::cli::files::{read_text, read_text_if_there};
use crate::cli::output::Output;
use crate::nearest::nearest;
use crate::pack::Network;
use crate::scenario::Need;
use crate::source::SourceFile;

/// The directory they are in, beside `caketester.yaml`.
pub(in crate::cli) const NETWORKS: &str = "networks";

/// The network of this name.
pub(in crate::cli) fn open_network(folder: &Path, name: &str) -> Result<Network, Failure> {
    let directory = folder.join(NETWORKS);
    let path = directory.join(format!("{name}.yaml"));
    insist_on_a_name(name)?;
    match read_text_if_there(&path, "see that it is a file you may read")? {
        Some(text) => read_network(name, &path, text),
        None => Err(missing(&directory, name)),
    }
}

/// Whether a network can be called so: its name is part of paths, suites and commands.
fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(fits)
}

/// Refuses a name that a network cannot have. If the network's file was given, the help says the name.
pub(in crate::cli) fn insist_on_a_name(name: &str) -> Result<(), Failure> {
    if is_name(name) {
        return Ok(());
    }
    let stem = name.rsplit(['/', '\\']).next().and_then(|file| file.strip_suffix(".yaml")).filter(|stem| is_name(stem));
    let help = match stem {
        Some(stem) => format!("write {stem} for {NETWORKS}/{stem}.yaml"),
        None => format!("a name has letters, digits, - and _; northgrid for {NETWORKS}/northgrid.yaml"),
    };
    Err(Failure::usage(format!("{name:?} is not the name of a network\n  help: {help}")))
}

/// Refuses a file whose name is not that of a network.
fn insist_on_a_file(path: &Path) -> Result<String, Failure> {
    let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".yaml"));
    name.filter(|name| is_name(name)).map(str::to_owned).ok_or_else(|| {
        let help = "rename it: its name becomes the network's: letters, digits, - and _, as in northgrid.yaml";
        Failure::usage(format!("{} is not named after a network\n  help: {help}", path.display()))
    })
}

/// A network of its file's text.
pub(in crate::cli) fn read_network(name: &str, path: &Path, text: String) -> Result<Network, Failure> {
    let file = SourceFile::new(path.display().to_string().replace('\\', "/"), text);
    Network::read(name, &file).map_err(Failure::mistakes)
}

/// What is said of a network before a run, in a line.
pub(in crate::cli) fn heading(network: &Network) -> String {
    let Network { name, host, time_zone, contact, .. } = network;
    let known = [("host", host), ("time zone", time_zone), ("contact", contact)];
    let known = known.into_iter().filter_map(|(what, is)| Some(format!(", {what} {}", is.as_ref()?)));
    format!("network {name}{}\n", known.collect::<String>())
}

/// The names of all networks, in their order.
pub(in crate::cli) fn all_networks(folder: &Path) -> Result<Vec<String>, Failure> {
    let directory = folder.join(NETWORKS);
    let names = names(&directory);
    names.iter().try_for_each(|name| insist_on_a_file(&directory.join(format!("{name}.yaml"))).map(drop))?;
    if names.is_empty() {
        let path = directory.join("NAME.yaml");
        let help =
            "write one for each network, or `caketester init --from FILE`; `caketester explain networks` shows how";
        return Err(Failure::usage(format!("there is no file {}\n  help: {help}", path.display())));
    }
    Ok(names)
}

/// The network that settings are written for.
pub(in crate::cli) struct Chosen {
    network: Network,
    /// The text of the file that it handed to the buyer, which is still to be copied.
    handed: Option<String>,
}

impl Chosen {
    /// One that has a file in networks/.
    pub(in crate::cli) fn named(name: &str) -> Result<Self, Failure> {
        Ok(Self { network: open_network(Path::new(""), name)?, handed: None })
    }

    /// One by the file that it handed over, which is called after it.
    pub(in crate::cli) fn handed(path: &Path) -> Result<Self, Failure> {
        let name = insist_on_a_file(path)?;
        let text = read_text(path, "name the file that the network gave you")?;
        Ok(Self { network: read_network(&name, path, text.clone())?, handed: Some(text) })
    }

    pub(in crate::cli) fn name(&self) -> &str {
        &self.network.name
    }

    /// Whether its file is still to be copied.
    pub(in crate::cli) fn is_handed_over(&self) -> bool {
        self.handed.is_some()
    }

    /// Whether the network may have what a client has to send for this.
    pub(in crate::cli) fn has(&self, need: Need) -> bool {
        self.network.cannot().all(|none| none != need)
    }

    /// Copies its file to where it is looked for; one that is there is not overwritten.
    pub(in crate::cli) fn copy(&self, output: &Output) -> Result<(), Failure> {
        let Some(handed) = &self.handed else { return Ok(()) };
        let path = Path::new(NETWORKS).join(format!("{}.yaml", self.name()));
        if path.exists() {
            if std::fs::read_to_string(&path).is_ok_and(|text| text == *handed) {
                return Ok(());
            }
            let help = "compare the two, and remove it to take the new one";
            return Err(Failure::usage(format!("{} is there already, and differs\n  help: {help}", path.display())));
        }
        output.file(&path, handed)?;
        output.out(&format!("wrote {}\n", path.display()));
        Ok(())
    }
}

fn names(directory: &Path) -> Vec<String> {
    let files = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let names = files.filter_map(|file| file.file_name().into_string().ok()?.strip_suffix(".yaml").map(str::to_owned));
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort();
    names
}

fn missing(directory: &Path, name: &str) -> Failure {
    let known = names(directory);
    let misnamed = directory.join(format!("{name}.yml"));
    let help = match nearest(name, known.iter().map(String::as_str)) {
        _ if misnamed.exists() => format!("rename {} to {name}.yaml", misnamed.display()),
        Some(nearest) => format!("did you mean {nearest}?"),
        None if known.is_empty() => format!(
            "`caketester endpoint init {name}` asks and writes it; with a file that the network gave you, `caketester init --from FILE`"
        ),
        None => format!("there are {}", known.join(", ")),
    };
    let path = directory.join(format!("{name}.yaml"));
    Failure::usage(format!("there is no network {name:?}: no file {}\n  help: {help}", path.display()))
}
