//! Wall and CPU time of steps that follow each other.

use rustix::time::{ClockId, clock_gettime};

/// Seconds of one step.
#[derive(Clone, Copy, Debug, Default)]
pub struct Took {
    pub wall: f64,
    /// Of all threads.
    pub cpu: f64,
}

impl Took {
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            wall: self.wall + other.wall,
            cpu: self.cpu + other.cpu,
        }
    }

    pub(super) fn less(self, other: Self) -> Self {
        Self {
            wall: self.wall - other.wall,
            cpu: self.cpu - other.cpu,
        }
    }
}

/// Measures steps one after the other.
pub(super) struct Watch(Took);

impl Watch {
    pub(super) fn start() -> Self {
        Self(now())
    }

    pub(super) fn lap(&mut self) -> Took {
        let (before, now) = (self.0, now());
        self.0 = now;
        Took {
            wall: now.wall - before.wall,
            cpu: now.cpu - before.cpu,
        }
    }
}

fn now() -> Took {
    let seconds = |clock| {
        let time = clock_gettime(clock);
        time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
    };
    Took {
        wall: seconds(ClockId::Monotonic),
        cpu: seconds(ClockId::ProcessCPUTime),
    }
}
