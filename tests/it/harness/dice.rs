//! Chance that comes out the same in every run.

/// Numbers that look random; a seed is all there is to them.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn of(seed: u64) -> Self {
        // Small seeds are spread over all bits, and none of them is zero.
        Self((seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// One of the numbers below `sides`.
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 8) % sides as u64).unwrap()
    }

    /// Once in so many times.
    pub(crate) fn one_in(&mut self, times: usize) -> bool {
        self.roll(times) == 0
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, among: &[&'a T]) -> &'a T {
        among[self.roll(among.len())]
    }
}

/// How many steps a test by dice shall take, where `BYLINE_STEPS` says so.
pub(crate) fn steps() -> Option<usize> {
    std::env::var("BYLINE_STEPS").ok()?.parse().ok()
}

/// The seed of such a test, where `BYLINE_SEED` says so.
pub(crate) fn seed() -> Option<u64> {
    std::env::var("BYLINE_SEED").ok()?.parse().ok()
}
