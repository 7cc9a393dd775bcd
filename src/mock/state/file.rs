//! The state file itself: opened, written and read.

use std::fs::{File, OpenOptions, TryLockError};
use std::ops::Range;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Row, TransactionBehavior};

use super::error::StateError;
use super::row::{CREATE, INSERT, Reader, SELECT, SELECT_COUNTED, VERSION, counted, insert, version};
use crate::cake::{Decided, Policy, Setup, Totals};

/// `CAKE`: by this a state file is told from any other database.
const APPLICATION: i64 = 0x4341_4B45;

/// How long a lock of another program is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// A state file.
#[derive(Debug)]
pub struct StateFile {
    connection: Connection,
    path: PathBuf,
    /// Held as long as a mock writes to it.
    _lock: Option<File>,
}

impl StateFile {
    /// Opens a file to serve from it, or makes one where there is none. No other mock may use it meanwhile.
    pub fn open(path: &Path) -> Result<Self, StateError> {
        let lock = lock(path)?;
        let file = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE, Some(lock))?;
        if file.is_empty()? {
            file.make()?;
        }
        file.check()?;
        // Full: an answer is a promise, also where the power fails.
        file.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
        Ok(file)
    }

    /// Makes a new file. One that exists is left as it is.
    pub fn create(path: &Path) -> Result<Self, StateError> {
        if path.exists() {
            return Err(StateError::Exists { path: path.to_owned() });
        }
        Self::open(path)
    }

    /// Opens a file to read it, while a mock may write to it.
    pub fn read_only(path: &Path) -> Result<Self, StateError> {
        if !path.exists() {
            return Err(StateError::Missing { path: path.to_owned() });
        }
        let file = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE, None)?;
        // Of a file that was cut off, what is there can be read all the same.
        file.run("PRAGMA query_only = ON; PRAGMA writable_schema = ON;")?;
        file.check()?;
        Ok(file)
    }

    fn connect(path: &Path, flags: OpenFlags, lock: Option<File>) -> Result<Self, StateError> {
        let of = |error: rusqlite::Error| StateError::of(path, 0, &error);
        let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(of)?;
        connection.busy_timeout(PATIENCE).map_err(of)?;
        Ok(Self { connection, path: path.to_owned(), _lock: lock })
    }

    fn make(&self) -> Result<(), StateError> {
        let number = format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION};");
        self.run(&format!("BEGIN IMMEDIATE; {number} {CREATE} COMMIT;"))
    }

    fn is_empty(&self) -> Result<bool, StateError> {
        let tables: i64 = self.number("SELECT count(*) FROM sqlite_schema")?;
        Ok(tables == 0 && self.number("PRAGMA application_id")? == 0)
    }

    fn check(&self) -> Result<(), StateError> {
        let path = || self.path.clone();
        if self.number("PRAGMA application_id")? != APPLICATION {
            return Err(StateError::Foreign { path: path() });
        }
        match self.number("PRAGMA user_version")? {
            found if found > VERSION => Err(StateError::Newer { path: path(), found, known: VERSION }),
            _ => Ok(()),
        }
    }

    fn number(&self, query: &str) -> Result<i64, StateError> {
        self.connection.query_row(query, [], |row| row.get(0)).map_err(self.error())
    }

    fn run(&self, statements: &str) -> Result<(), StateError> {
        self.connection.execute_batch(statements).map_err(self.error())
    }

    fn error(&self) -> impl Fn(rusqlite::Error) -> StateError {
        |error| StateError::of(&self.path, 0, &error)
    }

    /// Adds what was decided and puts this setup in place of the one before, all of it or nothing; returns once it is on the
    /// disk.
    pub fn append<'d>(
        &mut self,
        decided: impl IntoIterator<Item = &'d Decided>,
        setup: Option<&Setup>,
        mask: &dyn Fn(&str) -> String,
    ) -> Result<(), StateError> {
        let path = &self.path;
        let add = |connection: &mut Connection| {
            // What is dropped before it is committed is undone.
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut statement = transaction.prepare_cached(INSERT)?;
            decided.into_iter().try_for_each(|decided| insert(&mut statement, decided, mask))?;
            drop(statement);
            if let Some(setup) = setup {
                let text = serde_json::to_string(setup).unwrap_or_default();
                transaction.execute("DELETE FROM setup", [])?;
                transaction.execute("INSERT INTO setup (settings) VALUES (?1)", [text])?;
            }
            transaction.commit()
        };
        add(&mut self.connection).map_err(|error| StateError::of(path, 0, &error))
    }

    /// What the instance was when the file was last served.
    pub fn setup(&self) -> Result<Setup, StateError> {
        let mut statement = self.connection.prepare("SELECT settings FROM setup").map_err(self.error())?;
        let mut rows = statement.query([]).map_err(self.error())?;
        let Some(row) = rows.next().map_err(self.error())? else { return Ok(Setup::default()) };
        let text: String = row.get(0).map_err(self.error())?;
        serde_json::from_str(&text).map_err(|error| StateError::Damaged {
            path: self.path.clone(),
            read: 0,
            reason: format!("its setup cannot be read: {error}"),
        })
    }

    /// Hands on every update in the order in which they were decided, and returns how many there are.
    pub fn each(&self, mut with: impl FnMut(Decided)) -> Result<u64, StateError> {
        let mut reader = Reader::default();
        self.rows(SELECT, 0..u64::MAX, |row| reader.read(row).map(&mut with))
    }

    /// Everything in the file counted, and how many updates that are. Two threads read a half each.
    pub fn totals(&self, policy: &Policy) -> Result<(Totals, u64), StateError> {
        let last = self.number("SELECT coalesce(max(number), 0) FROM decided")?.unsigned_abs();
        let half = last / 2;
        let mut totals = Totals::new(policy);
        let mut later = totals.sibling();
        let second = Self::read_only(&self.path)?;
        let (first, second) = thread::scope(|scope| {
            let second = scope.spawn(move || second.count(half..last, &mut later).map(|_| later));
            (self.count(0..half, &mut totals), second.join())
        });
        first?;
        totals.append(second.unwrap_or_else(|panic| resume_unwind(panic))?);
        Ok((totals, last))
    }

    /// Counts the updates behind the first `start` up to `end`, and returns how many there are in all up to there.
    pub fn count(&self, span: Range<u64>, totals: &mut Totals) -> Result<u64, StateError> {
        self.rows(SELECT_COUNTED, span, |row| counted(row).map(|counted| totals.count(&counted)))
    }

    fn rows(
        &self,
        query: &str,
        span: Range<u64>,
        mut with: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<u64, StateError> {
        let mut read = span.start;
        let of = |read: u64, error: rusqlite::Error| StateError::of(&self.path, read, &error);
        let mut statement = self.connection.prepare_cached(query).map_err(|error| of(read, error))?;
        // Rows are numbered from 1, and none is ever removed.
        let span = [span.start, span.end].map(|number| i64::try_from(number).unwrap_or(i64::MAX));
        let mut rows = statement.query(span).map_err(|error| of(read, error))?;
        while let Some(row) = rows.next().map_err(|error| of(read, error))? {
            let found = version(row).map_err(|error| of(read, error))?;
            if found > VERSION {
                return Err(StateError::Newer { path: self.path.clone(), found, known: VERSION });
            }
            with(row).map_err(|error| of(read, error))?;
            read += 1;
        }
        Ok(read)
    }
}

/// The file beside it by which a mock keeps others out.
pub(super) fn lock_of(path: &Path) -> PathBuf {
    let mut beside = path.as_os_str().to_owned();
    beside.push("-lock");
    beside.into()
}

/// A file beside it, locked as long as a mock runs: the database's own locks are given back between two updates.
fn lock(path: &Path) -> Result<File, StateError> {
    let unusable = |source| StateError::Unusable { path: path.to_owned(), source };
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(lock_of(path)).map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StateError::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(source)) => Err(unusable(source)),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{StateError, StateFile};
    use crate::cake::Decided;

    fn decided(attempt: u64, why: &str) -> Decided {
        Decided {
            at: Timestamp::UNIX_EPOCH,
            lead_id: "C8097F17".into(),
            buyer: None,
            attempt,
            code: None,
            why: why.into(),
            update: None,
            origin: None,
            scenario: None,
        }
    }

    #[test]
    fn on_a_full_disk_nothing_of_a_batch_is_kept_and_what_fits_is() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = StateFile::open(&folder.path().join("state.db")).unwrap();
        file.run("PRAGMA max_page_count = 5").unwrap();
        let long = "x".repeat(5_000);
        let batch: Vec<Decided> = (1..=9).map(|attempt| decided(attempt, &long)).collect();
        let error = file.append(&batch, None, &str::to_owned).unwrap_err();
        assert!(matches!(error, StateError::Full { .. }), "{error}");
        assert!(error.in_short().starts_with("the disk is full"));
        file.append(&[decided(1, "short")], None, &str::to_owned).unwrap();
        let mut attempts = Vec::new();
        file.each(|decided| attempts.push((decided.attempt, decided.why))).unwrap();
        assert_eq!(attempts, [(1, "short".to_owned())]);
    }
}
