//! How one spelling of a name comes from another. A scenario about spelling is about any name: where the network has
//! another, its variant is derived from that.

/// What is different in a variant of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Spelling {
    Lower,
    Upper,
    /// Something invisible before it and behind it.
    Within(String, String),
    /// Another character in place of its spaces.
    Joined(char),
    /// The character at this place is missing, of so many.
    Missing(usize, usize),
}

impl Spelling {
    /// How a variant comes from a name; nothing where it is no variant of it.
    pub(super) fn between(name: &str, variant: &str) -> Option<Self> {
        if name == variant {
            return None;
        }
        if let Some(at) = variant.find(name)
            && variant.trim() == name.trim()
        {
            return Some(Self::Within(variant[..at].to_owned(), variant[at + name.len()..].to_owned()));
        }
        if name.to_lowercase() == variant.to_lowercase() {
            return Some(if variant == variant.to_uppercase() { Self::Upper } else { Self::Lower });
        }
        let (of_name, of_variant): (Vec<char>, Vec<char>) = (name.chars().collect(), variant.chars().collect());
        if let Some(joint) = name.find(' ').and_then(|_| joint(&of_name, &of_variant)) {
            return Some(Self::Joined(joint));
        }
        let at = of_name.iter().zip(&of_variant).position(|(a, b)| a != b).unwrap_or(of_variant.len());
        let is_missing = of_variant.len() + 1 == of_name.len() && of_name[at + 1..] == of_variant[at..];
        is_missing.then_some(Self::Missing(at, of_name.len()))
    }

    /// The same variant of another name; nothing where that name has none.
    pub(super) fn of(&self, name: &str) -> Option<String> {
        let (lower, upper) = (name.to_lowercase(), name.to_uppercase());
        let chars: Vec<char> = name.chars().collect();
        let variant = match self {
            Self::Lower => [lower, upper].into_iter().find(|variant| variant != name)?,
            Self::Upper => [upper, lower].into_iter().find(|variant| variant != name)?,
            Self::Within(before, behind) => format!("{before}{name}{behind}"),
            Self::Joined(joint) if name.contains(' ') => name.replace(' ', &joint.to_string()),
            Self::Joined(joint) if name.contains(*joint) => name.replace(*joint, " "),
            // Copied along with the name, it stands at its end.
            Self::Joined(joint) if joint.is_whitespace() => format!("{name}{joint}"),
            Self::Joined(joint) => {
                let (before, behind) = chars.split_at(chars.len() / 2);
                before.iter().chain([joint]).chain(behind).collect()
            }
            Self::Missing(at, of) => {
                let left_out = at * chars.len() / of;
                let kept = chars.iter().enumerate().filter(|(place, _)| *place != left_out);
                kept.map(|(_, c)| c).collect()
            }
        };
        (variant != name && !variant.trim().is_empty()).then_some(variant)
    }
}

/// The character that stands in place of every space, and is all that differs.
fn joint(name: &[char], variant: &[char]) -> Option<char> {
    let pairs = || name.iter().zip(variant);
    let joint = *pairs().find(|(a, _)| **a == ' ')?.1;
    let fits = |(a, b): (&char, &char)| if *a == ' ' { *b == joint } else { a == b };
    (name.len() == variant.len() && pairs().all(fits)).then_some(joint)
}

#[cfg(test)]
mod tests {
    use super::Spelling;

    #[test]
    fn a_variant_is_derived_from_any_name() {
        let variants = [
            ("Funded", "funded"),
            ("Funded", "FUNDED"),
            ("Funded", "Funded "),
            ("In Progress", "In-Progress"),
            ("In Progress", "In\u{a0}Progress"),
            ("Unqualified", "Unqualifed"),
        ];
        let names = ["Closed - Paid", "lost", "In-Progress", "成約", "X"];
        let derived: Vec<String> = variants
            .iter()
            .map(|(name, variant)| {
                let spelling = Spelling::between(name, variant).unwrap();
                assert_eq!(spelling.of(name).as_deref(), Some(*variant));
                format!("{variant:?}: {:?}", names.map(|name| spelling.of(name)))
            })
            .collect();
        insta::assert_debug_snapshot!(derived);
        for (name, other) in [("Funded", "Funded"), ("Funded", "Closed"), ("Lost", "Last"), ("a b", "a b c")] {
            assert_eq!(Spelling::between(name, other), None, "{other}");
        }
    }
}
