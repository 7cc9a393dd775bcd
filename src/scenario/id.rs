//! The id of a scenario: its path in the pack, never used again for another.

use std::fmt;

/// `codes/wrong-case`: an area and a name, each of lower-case letters, digits and `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScenarioId(String);

impl ScenarioId {
    /// The id of a path below `scenarios/`, without its `.yaml`; the error says what is wrong with it.
    pub fn new(path: &str) -> Result<Self, String> {
        let parts: Vec<&str> = path.split('/').collect();
        let [area, name] = parts[..] else {
            return Err(format!("{path:?} is not of the form area/name"));
        };
        for part in [area, name] {
            let starts_well = part.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
            let well_made = part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            if !starts_well || !well_made {
                return Err(format!(
                    "{part:?} may hold only lower-case letters, digits and -, and no - at its beginning"
                ));
            }
        }
        Ok(Self(path.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the `/`.
    pub fn area(&self) -> &str {
        self.0.split_once('/').map_or(&*self.0, |(area, _)| area)
    }

    /// The part behind it.
    pub fn name(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, name)| name)
    }
}

impl fmt::Display for ScenarioId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::ScenarioId;

    #[test]
    fn an_id_is_an_area_and_a_name() {
        let id = ScenarioId::new("codes/wrong-case").unwrap();
        assert_eq!((id.area(), id.name()), ("codes", "wrong-case"));
        for bad in ["codes", "codes/", "/x", "a/b/c", "Codes/x", "codes/x_y", "codes/-x", "codes/x.y", "codes/ü"] {
            assert!(ScenarioId::new(bad).is_err(), "{bad}");
        }
    }
}
