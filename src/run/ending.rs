//! When somebody asks a run to end before it is through.

use tokio::sync::watch;

use crate::subject::SubjectError;

/// Tells a run that it is to end.
#[derive(Debug, Clone)]
pub struct Ending(watch::Receiver<bool>);

impl Ending {
    /// One that never comes.
    pub fn never() -> Self {
        Self(watch::channel(false).1)
    }

    /// One that comes once this has.
    pub fn when(asked: impl Future<Output = ()> + Send + 'static) -> Self {
        let (tell, told) = watch::channel(false);
        tokio::spawn(async move {
            asked.await;
            // Nobody listens any more where the run is through.
            let _ = tell.send(true);
        });
        Self(told)
    }

    /// Waits for it.
    pub(super) async fn comes(&mut self) {
        if self.0.wait_for(|is_here| *is_here).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Does something, unless it comes first.
    pub(super) async fn or<T>(
        &mut self,
        doing: impl Future<Output = Result<T, SubjectError>>,
    ) -> Result<T, SubjectError> {
        tokio::select! {
            done = doing => done,
            () = self.comes() => Err(SubjectError::Interrupted),
        }
    }
}
