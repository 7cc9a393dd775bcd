//! The house has floors, and this file keeps them apart.
//!
//! A module imports only from the floors below its own; neighbours on one floor do not import each
//! other. So any file can be read knowing only what lies under it, and any upper part can be pulled
//! down without the rest noticing. The compiler would let all of this rot; this test does not.
//!
//! It reads each file as tokens, and a path is a path wherever it stands: in a `use`, in an
//! expression, inside a macro call, behind a `cfg`, in the string of an attribute.
//!
//! `src/lib.rs` and `src/main.rs` stand outside and may use anything. For that very reason nobody
//! inside imports through the crate root: `crate::Plan` does not say on which floor `Plan` lives.

use std::path::Path;
use std::{fs, io, mem};

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::{Attribute, Ident, Item, Lit};

/// Ground floor first. A new module in `src/` needs a place here.
const FLOORS: [&[&str]; 11] = [
    &["secret", "nearest", "plural", "visible", "write_whole"],
    &["protocol", "source"],
    &["cake"],
    &["scenario", "snapshot"],
    &["pack"],
    &["mock", "subject", "rules"],
    &["judge", "cake_mock"],
    &["run", "support", "live"],
    &["render"],
    &["console"],
    &["cli"],
];

/// Longer than this, and a file wants to be two. Its trailing test module does not count.
const MOST_LINES: usize = 400;

/// The words with which a path out of its module can begin.
const WAYS_OUT: [&str; 3] = ["crate", "caketester", "super"];

#[test]
fn every_module_imports_only_from_the_floors_below() {
    assert_house(floor_violations);
}

#[test]
fn every_file_opens_by_saying_what_it_is() {
    assert_house(silent_opening);
}

#[test]
fn no_file_is_too_long_to_read_in_one_sitting() {
    assert_house(excess_length);
}

#[test]
fn no_file_leads_back_to_itself() {
    let mut files = Vec::new();
    collect_files("src", &mut files).expect("src/ can be read");
    assert_eq!(circles(&files), Vec::<String>::new());
}

/// The files from which imports lead back to themselves. What a `mod.rs` hands on is looked at where it stands.
fn circles(files: &[(String, String)]) -> Vec<String> {
    let names: Vec<String> = files.iter().map(|(file, _)| module_path(file).join("/")).collect();
    let leads_to: Vec<Vec<usize>> = files
        .iter()
        .map(|(file, source)| {
            let mut walk = Walk { file, here: module_path(file), ..Walk::default() };
            walk.tokens(source.parse().unwrap_or_default());
            // The longest name that fits is the file; what is left of the path stands in it.
            let fits = |path: &str, name: &str| path == name || path.starts_with(&format!("{name}/"));
            let file_of =
                |path: &String| (0..names.len()).filter(|at| fits(path, &names[*at])).max_by_key(|at| names[*at].len());
            let found = walk.siblings.iter().filter_map(file_of);
            found.filter(|at| names[*at].contains('/') && names[*at] != walk.here.join("/")).collect()
        })
        .collect();
    let leads_back = |start: &usize| {
        let (mut seen, mut next) = (vec![false; names.len()], leads_to[*start].clone());
        while let Some(at) = next.pop() {
            if !mem::replace(&mut seen[at], true) {
                next.extend(&leads_to[at]);
            }
        }
        seen[*start]
    };
    (0..names.len()).filter(leads_back).map(|at| names[at].clone()).collect()
}

#[test]
fn a_circle_is_found_however_long_it_is() {
    let file = |name: &str, source: &str| (format!("src/{name}.rs"), source.to_owned());
    let files = [
        file("run/mod", "mod a; mod b; mod c; pub use a::A;"),
        file("run/a", "use super::b::B;"),
        file("run/b", "use crate::run::c::{C, D};"),
        file("run/c", "use super::{a::A, E};"),
        file("run/d", "use super::a::A; mod tests { use super::super::d::X; }"),
    ];
    assert_eq!(circles(&files), ["run/a", "run/b", "run/c"]);
}

#[track_caller]
fn assert_house<V: IntoIterator<Item = String>>(check: fn(&str, &str) -> V) {
    let mut files = Vec::new();
    collect_files("src", &mut files).expect("src/ can be read");
    let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.contains(&"src/lib.rs"), "not the house: {names:?}");
    let checked = files.iter().flat_map(|(name, text)| check(name, text));
    let violations: Vec<_> = checked.collect();
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}

fn collect_files(folder: &str, files: &mut Vec<(String, String)>) -> io::Result<()> {
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))? {
        let entry = entry?;
        let name = format!("{folder}/{}", entry.file_name().display());
        if entry.path().is_dir() {
            collect_files(&name, files)?;
        } else if entry.path().extension().is_some_and(|it| it == "rs") {
            files.push((name, fs::read_to_string(entry.path())?));
        }
    }
    files.sort();
    Ok(())
}

fn silent_opening(file: &str, source: &str) -> Option<String> {
    let silent = !source.starts_with("//!");
    silent.then(|| format!("{file}:1: does not open with a `//!` line"))
}

fn excess_length(file: &str, source: &str) -> Option<String> {
    let parsed = syn::parse_file(source).unwrap_or_else(|error| panic!("{file}: {error}"));
    let lines = match parsed.items.last() {
        Some(Item::Mod(last)) if last.ident == "tests" && last.attrs.iter().any(is_cfg_test) => {
            last.span().start().line - 1
        }
        _ => source.lines().count(),
    };
    (lines > MOST_LINES).then(|| format!("{file}: {lines} lines, {MOST_LINES} at most"))
}

fn is_cfg_test(attribute: &Attribute) -> bool {
    let condition = attribute.parse_args::<Ident>();
    attribute.path().is_ident("cfg") && condition.is_ok_and(|it| it == "test")
}

fn floor_violations(file: &str, source: &str) -> Vec<String> {
    let mut walk = Walk { file, here: module_path(file), ..Walk::default() };
    if walk.here.first().is_some_and(|it| floor_of(it).is_none()) {
        let complaint = "stands on no floor: give it one in tests/it/architecture.rs";
        walk.found.push(format!("{file} {complaint}"));
    }
    let tokens = source.parse::<TokenStream>();
    walk.tokens(tokens.unwrap_or_else(|error| panic!("{file}: {error}")));
    walk.found
}

/// `src/pack/load.rs` is `[pack, load]`; the two files outside are `[]`, the crate root.
fn module_path(file: &str) -> Vec<String> {
    if matches!(file, "src/lib.rs" | "src/main.rs") {
        return Vec::new();
    }
    let stem = file.trim_start_matches("src/").trim_end_matches(".rs");
    let stem = stem.trim_end_matches("/mod");
    stem.split('/').map(String::from).collect()
}

fn floor_of(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

fn word(tree: &TokenTree, word: &str) -> bool {
    matches!(tree, TokenTree::Ident(ident) if ident == word)
}

fn mark(tree: &TokenTree, mark: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == mark)
}

fn opens(group: &Group, with: &str) -> bool {
    group.to_string().starts_with(with)
}

/// Walks the tokens of one file, knowing at every step which module it is in.
#[derive(Default)]
struct Walk<'a> {
    file: &'a str,
    here: Vec<String>,
    in_attribute: bool,
    in_tests: bool,
    /// `#[cfg(test)]` is among the attributes just passed.
    after_cfg_test: bool,
    found: Vec<String>,
    /// What it takes from its own floor's module, tests apart.
    siblings: Vec<String>,
}

impl Walk<'_> {
    fn tokens(&mut self, tokens: TokenStream) {
        // Without its dollar sign `$crate` is just `crate`.
        let trees: Vec<_> = tokens.into_iter().filter(|it| !mark(it, '$')).collect();
        let mut rest = trees.as_slice();
        while !rest.is_empty() {
            rest = &rest[self.step(rest)..];
        }
    }

    /// Takes in what stands first in `trees` and says how many tokens that was.
    fn step(&mut self, trees: &[TokenTree]) -> usize {
        use TokenTree::{Group, Ident, Literal};
        let after_cfg_test = mem::take(&mut self.after_cfg_test);
        match trees {
            [hash, Group(body), ..] if mark(hash, '#') => {
                self.attribute(body);
                self.after_cfg_test = after_cfg_test || body.to_string() == "[cfg (test)]";
                2
            }
            [module, Ident(name), Group(body), ..] if word(module, "mod") => {
                let outer = self.in_tests;
                self.in_tests |= after_cfg_test && name == "tests";
                self.here.push(name.to_string());
                self.tokens(body.stream());
                self.here.pop();
                self.in_tests = outer;
                3
            }
            [include, bang, Group(body), ..] if word(include, "include") && mark(bang, '!') => {
                if !opens(body, "(concat ! (env ! (\"OUT_DIR\") ,") {
                    self.refuse(include.span(), "`include!` brings in source from elsewhere");
                }
                2
            }
            // `pub(in crate::x)` only says who may look in.
            [public, Group(body), ..] if word(public, "pub") && opens(body, "(in ") => 2,
            // `extern crate self as x` and `use self as x`, but not the cast `self as u8`.
            [first, own, then, ..]
                if (word(first, "crate") || word(first, "use")) && (word(own, "self") && word(then, "as")) =>
            {
                self.refuse(own.span(), "the crate root takes no other name");
                3
            }
            [root, ..] if WAYS_OUT.iter().any(|it| word(root, it)) => self.path(&[], trees),
            [Literal(text), ..] if self.in_attribute => {
                if let Lit::Str(text) = Lit::new(text.clone()) {
                    self.tokens(text.parse().unwrap_or_default());
                }
                1
            }
            [Group(body), ..] => {
                self.tokens(body.stream());
                1
            }
            _ => 1,
        }
    }

    /// Attributes hide paths in strings: `#[serde(default = "crate::x::y")]`. Doc comments, which
    /// are attributes too, may speak of anything.
    fn attribute(&mut self, body: &Group) {
        if opens(body, "[doc ") {
            return;
        }
        if opens(body, "[path ") || opens(body, "[cfg_attr ") && body.to_string().contains(", path =") {
            self.refuse(body.span(), "`#[path]` hides where a module lives");
        }
        if opens(body, "[macro_use") {
            self.refuse(body.span(), "`#[macro_use]` lets macros climb unseen");
        }
        let outer = mem::replace(&mut self.in_attribute, true);
        self.tokens(body.stream());
        self.in_attribute = outer;
    }

    /// Follows the path that opens `trees`, itself reached by `start`, to all its ends:
    /// `crate::a::b`, `super::{a, b::*}`, `crate as c`. Says how many tokens that was.
    fn path(&mut self, start: &[String], trees: &[TokenTree]) -> usize {
        let mut path = start.to_vec();
        let mut length = 0;
        loop {
            if let TokenTree::Group(group) = &trees[length] {
                let inner: Vec<_> = group.stream().into_iter().collect();
                let branches = inner.split(|it| mark(it, ','));
                for branch in branches.filter(|it| !it.is_empty()) {
                    self.path(&path, branch);
                }
                return length + 1;
            }
            path.push(trees[length].to_string());
            length += 1;
            let goes_on = |it| mark(it, '*') || !matches!(it, TokenTree::Punct(_));
            match &trees[length..] {
                [a, b, next, ..] if mark(a, ':') && mark(b, ':') && goes_on(next) => length += 2,
                rest => {
                    let renamed = rest.first().is_some_and(|it| word(it, "as"));
                    self.import(&path, renamed, trees[0].span());
                    return length;
                }
            }
        }
    }

    fn import(&mut self, path: &[String], renamed: bool, span: Span) {
        let target = self.resolve(path);
        if renamed && target.is_empty() {
            return self.refuse(span, "the crate root takes no other name");
        }
        let climbs = path.iter().all(|it| it == "super" || it == "*");
        if climbs && path.ends_with(&["*".into()]) && !self.in_tests {
            return self.refuse(span, "no `use super::*`: name what is meant");
        }
        let (Some(from), Some(to)) = (self.here.first(), target.first()) else {
            return;
        };
        let Some(own) = floor_of(from) else { return };
        if from == to && !self.in_tests {
            self.siblings.push(target.join("/"));
        }
        let theirs = match floor_of(to) {
            _ if from == to => return,
            Some(floor) if floor < own => return,
            Some(floor) => format!("floor {floor} ({to})"),
            None => "what stands on no floor".to_owned(),
        };
        let target = target.join("::");
        let complaint = format!("floor {own} ({from}) imports {theirs}: crate::{target}");
        self.refuse(span, &complaint);
    }

    /// A path that begins with one of the `WAYS_OUT`, counted from the crate root.
    fn resolve(&self, path: &[String]) -> Vec<String> {
        let mut target = self.here.clone();
        for (place, name) in path.iter().enumerate() {
            match name.as_str() {
                "crate" | "caketester" if place == 0 => target.clear(),
                "super" => drop(target.pop()),
                "self" => {}
                name => target.push(name.to_owned()),
            }
        }
        target
    }

    fn refuse(&mut self, span: Span, complaint: &str) {
        let line = span.start().line;
        self.found.push(format!("{}:{line}: {complaint}", self.file));
    }
}

/// Has `source` checked as if it were `file`. What follows a `//~` is what the checker must say of
/// that line; of all other lines it must say nothing.
#[track_caller]
fn assert_complaints(file: &str, source: &str) {
    let marks = source.lines().zip(1..).filter_map(|(line, number)| {
        let (_, complaint) = line.split_once("//~ ")?;
        Some(format!("{file}:{number}: {complaint}"))
    });
    assert_eq!(floor_violations(file, source), marks.collect::<Vec<_>>());
}

#[test]
fn an_upward_import_is_refused() {
    assert_eq!(
        floor_violations("src/pack/load.rs", "\nuse crate::run::plan::Plan;"),
        ["src/pack/load.rs:2: floor 4 (pack) imports floor 7 (run): crate::run::plan::Plan"],
    );
}

#[test]
fn a_sideways_import_is_refused() {
    let source = "
        use crate::subject::Exit; //~ floor 5 (mock) imports floor 5 (subject): crate::subject::Exit
        use super::subject::Exit; //~ floor 5 (mock) imports floor 5 (subject): crate::subject::Exit
    ";
    assert_complaints("src/mock/mod.rs", source);
    assert_complaints("src/mock.rs", source);
}

#[test]
fn imports_from_below_and_from_the_own_module_are_allowed() {
    let source = r#"
        use crate::{cake::*, pack::check::{self, Check}, secret::Secret as S};
        use std::{cli::X, io::{self as stdio, Write}};
        use super::{check::*, run};
        /// Serves [crate::cli::X].
        #[must_use]
        pub(in crate::run) fn f(self) -> (u8, &str) { (self as u8, "crate::cli::X") }
    "#;
    assert_complaints("src/pack/load.rs", source);
}

#[test]
fn the_two_files_outside_may_use_anything() {
    let source = "
        pub mod run;
        pub use caketester::{cli::*, run::Plan};
        use std::io::{self as stdio, Write};
        fn f(self) -> u8 { self as u8 }
    ";
    assert_complaints("src/lib.rs", source);
    assert_complaints("src/main.rs", source);
}

#[test]
fn imports_through_the_crate_root_are_refused() {
    let source = "
        use crate::Plan;  //~ floor 4 (pack) imports what stands on no floor: crate::Plan
        use crate::*;     //~ floor 4 (pack) imports what stands on no floor: crate::*
    ";
    assert_complaints("src/pack/load.rs", source);
}

#[test]
fn nested_uses_globs_renames_and_reexports_are_each_seen() {
    let source = "
        pub use caketester::cli;    //~ floor 4 (pack) imports floor 10 (cli): crate::cli
        #[cfg(test)]
        pub(crate) use {
            crate::{
                cake::A, run::{self,    //~ floor 4 (pack) imports floor 7 (run): crate::run
                    plan::*},           //~ floor 4 (pack) imports floor 7 (run): crate::run::plan::*
                cli::go as went,        //~ floor 4 (pack) imports floor 10 (cli): crate::cli::go
                cli::caketester,        //~ floor 4 (pack) imports floor 10 (cli): crate::cli::caketester
            },
            std::cli,
        };
    ";
    assert_complaints("src/pack/load.rs", source);
}

#[test]
fn a_path_is_seen_wherever_it_stands() {
    let source = r##"
        fn f() { crate::run::X; }                     //~ floor 4 (pack) imports floor 7 (run): crate::run::X
        fn f(x: &dyn crate::run::X<u8>) {}            //~ floor 4 (pack) imports floor 7 (run): crate::run::X
        impl<T: ::caketester::run::X> A for T {}      //~ floor 4 (pack) imports floor 7 (run): crate::run::X
        const X: u8 = A as crate::run::X::<u8>;       //~ floor 4 (pack) imports floor 7 (run): crate::run::X
        let Some(crate::run::X { .. }) = x;           //~ floor 4 (pack) imports floor 7 (run): crate::run::X
        println!("{}", [crate::run::X]);              //~ floor 4 (pack) imports floor 7 (run): crate::run::X
        macro_rules! m { () => { $crate::run::X } }   //~ floor 4 (pack) imports floor 7 (run): crate::run::X
        macro_rules! m { () => { crate::$run::X } }   //~ floor 4 (pack) imports floor 7 (run): crate::run::X
        struct S(pub(crate::run::X));                 //~ floor 4 (pack) imports floor 7 (run): crate::run::X
        #[derive(crate::run::X)]                      //~ floor 4 (pack) imports floor 7 (run): crate::run::X
        #[serde(default = "crate::run::X")]           //~ floor 4 (pack) imports floor 7 (run): crate::run::X
        #[cfg_attr(a, b(c = r#"T: crate::run::X"#))]  //~ floor 4 (pack) imports floor 7 (run): crate::run::X
    "##;
    assert_complaints("src/pack/load.rs", source);
}

#[test]
fn chains_of_super_are_followed_to_the_crate_root() {
    let source = "
        use super::run::X; use self::run::X;
        use super::super::run::X;              //~ floor 4 (pack) imports floor 7 (run): crate::run::X
        fn f() { self::super::super::run::X }  //~ floor 4 (pack) imports floor 7 (run): crate::run::X
        mod inner {
            use super::super::run::X;
            use super::{super::{super::run::X}};  //~ floor 4 (pack) imports floor 7 (run): crate::run::X
        }
    ";
    assert_complaints("src/pack/load.rs", source);
}

#[test]
fn super_glob_is_only_for_inline_test_modules() {
    let source = "
        use super::*;                              //~ no `use super::*`: name what is meant
        #[cfg(test)] #[allow(a)] mod tests { use super::*; mod deeper { use super::super::*; } }
        #[allow(a)] mod tests { use super::{*}; }  //~ no `use super::*`: name what is meant
        #[cfg(test)] mod other { use super::*; }   //~ no `use super::*`: name what is meant
        #[cfg(test)] mod tests { use super::super::super::*; }  //~ floor 4 (pack) imports what stands on no floor: crate::*
    ";
    assert_complaints("src/pack/load.rs", source);
}

#[test]
fn another_name_for_the_crate_root_is_refused() {
    let source = "
        use crate as house;             //~ the crate root takes no other name
        use crate::{self as house};     //~ the crate root takes no other name
        use super::super as house;      //~ the crate root takes no other name
        pub use caketester as house;    //~ the crate root takes no other name
        extern crate self as house;     //~ the crate root takes no other name
        use self as house;              //~ the crate root takes no other name
    ";
    assert_complaints("src/pack/load.rs", source);
    assert_complaints("src/lib.rs", source);
}

#[test]
fn source_and_macros_that_come_by_hidden_ways_are_refused() {
    let source = r#"
        #[path = "../run/plan.rs"]      //~ `#[path]` hides where a module lives
        #[cfg_attr(a, path = "b.rs")]   //~ `#[path]` hides where a module lives
        #[macro_use]                    //~ `#[macro_use]` lets macros climb unseen
        mod plan;
        std::include!("../run/plan.rs");    //~ `include!` brings in source from elsewhere
        include!(concat!(env!("OUT_DIR"), "/table.rs"));
        const TEXT: &str = include_str!("text.txt");
    "#;
    assert_complaints("src/pack/load.rs", source);
    assert_complaints("src/main.rs", source);
}

#[test]
fn a_module_without_a_floor_is_refused() {
    let complaint = "stands on no floor: give it one in tests/it/architecture.rs";
    for file in ["src/foo.rs", "src/foo/mod.rs", "src/bin/main.rs"] {
        assert_eq!(floor_violations(file, ""), [format!("{file} {complaint}")]);
    }
}

#[test]
fn a_file_that_does_not_say_what_it_is_is_refused() {
    let complaint = "src/cake.rs:1: does not open with a `//!` line".to_owned();
    assert_eq!(silent_opening("src/cake.rs", "//! Cake."), None);
    assert_eq!(silent_opening("src/cake.rs", "\n//! Cake."), Some(complaint));
}

#[test]
fn a_file_too_long_is_refused_but_its_trailing_tests_do_not_count() {
    let length = |lines: usize, end: &str| {
        let source = "const _: () = ();\n".repeat(lines) + end;
        excess_length("src/cake.rs", &source)
    };
    let complaint = Some("src/cake.rs: 401 lines, 400 at most".to_owned());
    let tests = "/// Proof.\n#[cfg(test)]\nmod tests {\n}\n";
    assert_eq!(length(400, tests), None);
    assert_eq!(length(401, tests), complaint);
    assert_eq!(length(397, &tests.replace("cfg", "allow")), complaint);
    assert_eq!(length(397, &tests.replace("(test)", "(unix)")), complaint);
    assert_eq!(length(397, &tests.replace("tests", "others")), complaint);
    assert_eq!(length(396, &(tests.to_owned() + "mod m;\n")), complaint);
}
