//! The files of networks: `networks/NAME.yaml`.

use std::io::ErrorKind;
use std::path::Path;

use crate::cli::failure::Failure;
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
    if !is_name(name) {
        let file = Path::new(name);
        let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).filter(|stem| is_name(stem));
        let help = match stem {
            Some(stem) if file.extension().is_some_and(|extension| extension == "yaml") => {
                format!("write `--network {stem}` for {NETWORKS}/{stem}.yaml")
            }
            _ => format!("a name has letters, digits, - and _; northgrid for {NETWORKS}/northgrid.yaml"),
        };
        return Err(Failure::usage(format!("{name:?} is not the name of a network\n  help: {help}")));
    }
    match std::fs::read_to_string(&path) {
        Ok(text) => read_network(name, &path, text),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(missing(&directory, name)),
        Err(error) => {
            let help = match error.kind() {
                ErrorKind::InvalidData => "save it as UTF-8",
                _ => "see that it is a file you may read",
            };
            Err(Failure::usage(format!("cannot read {}: {error}\n  help: {help}", path.display())))
        }
    }
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
    if let Some(odd) = names.iter().find(|name| !is_name(name)) {
        let path = directory.join(format!("{odd}.yaml"));
        let help = "rename it: a network's name has letters, digits, - and _";
        return Err(Failure::usage(format!("{} is not named after a network\n  help: {help}", path.display())));
    }
    if names.is_empty() {
        let help =
            "write one for each network, or `caketester init --from FILE`; `caketester explain networks` shows how";
        return Err(Failure::usage(format!(
            "there is no file {}\n  help: {help}",
            directory.join("NAME.yaml").display()
        )));
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
    /// Of a file that was handed over, or of a name in networks/.
    pub(in crate::cli) fn of(file: Option<&Path>, name: Option<&str>) -> Result<Option<Self>, Failure> {
        match (file, name) {
            (Some(file), _) => handed(file).map(Some),
            (None, Some(name)) => Ok(Some(Self { network: open_network(Path::new(""), name)?, handed: None })),
            (None, None) => Ok(None),
        }
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
        match std::fs::read_to_string(&path) {
            Ok(text) if text == *handed => return Ok(()),
            Ok(_) => {
                let help = "compare the two, and remove it to take the new one";
                return Err(Failure::usage(format!(
                    "{} is there already, and differs\n  help: {help}",
                    path.display()
                )));
            }
            Err(_) => {}
        }
        output.file(&path, handed)?;
        output.out(&format!("wrote {}\n", path.display()));
        Ok(())
    }
}

/// A network by the file that it handed to a buyer.
fn handed(path: &Path) -> Result<Chosen, Failure> {
    let shown = path.display();
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    if !is_name(&stem) || path.extension().is_none_or(|extension| extension != "yaml") {
        let help = "its name becomes the network's: letters, digits, - and _, as in northgrid.yaml";
        return Err(Failure::usage(format!("{shown} is not named after a network\n  help: {help}")));
    }
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::usage(format!("cannot read {shown}: {error}\n  help: name the file that the network gave you"))
    })?;
    Ok(Chosen { network: read_network(&stem, path, text.clone())?, handed: Some(text) })
}

/// Whether a network can be called so: its name is part of paths, suites and commands.
pub(in crate::cli) fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(fits)
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
    let path = directory.join(format!("{name}.yaml"));
    let other = directory.join(format!("{name}.yml"));
    let help = if other.exists() {
        format!("rename {} to {name}.yaml", other.display())
    } else if let Some(nearest) = nearest(name, known.iter().map(String::as_str)) {
        format!("did you mean {nearest}?")
    } else if known.is_empty() {
        format!(
            "`caketester endpoint init {name}` asks and writes it; with a file that the network gave you, `caketester init --from FILE`"
        )
    } else {
        format!("there are {}", known.join(", "))
    };
    Failure::usage(format!("there is no network {name:?}: no file {}\n  help: {help}", path.display()))
}
