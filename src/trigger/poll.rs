//! A look at the remote every so often: a webhook that got lost is made good.

use std::time::Duration;

use tokio::sync::watch;

use crate::rebuild::{Cause, RebuildHandle};

/// Asks for a look every `period`, a tenth earlier or later each time, so that many daemons do not
/// come to a remote in step; never while it is zero. Ends when nobody can change the period any more.
pub(crate) async fn poll(queue: RebuildHandle, mut period: watch::Receiver<Duration>) {
    loop {
        let now = *period.borrow_and_update();
        tokio::select! {
            () = tokio::time::sleep(jittered(now, random())), if !now.is_zero() => {}
            changed = period.changed() => match changed {
                Ok(()) => continue,
                Err(_) => return,
            },
        }
        if let Err(error) = queue.request(Cause::Polled) {
            tracing::error!(%error, "no build can be named");
        }
    }
}

/// `period` times 0.9 to 1.1.
fn jittered(period: Duration, random: u8) -> Duration {
    period.mul_f64(0.9 + 0.2 * f64::from(random) / 255.0)
}

fn random() -> u8 {
    let mut byte = [128_u8];
    // Without random numbers the middle will do.
    if getrandom::fill(&mut byte).is_err() {
        byte[0] = 128;
    }
    byte[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_stays_within_a_tenth() {
        let period = Duration::from_secs(100);
        assert_eq!(jittered(period, 0).as_secs(), 90);
        assert_eq!(jittered(period, 255).as_secs_f64().round(), 110.0);
    }
}
