//! Numbers that only look random: the same on every machine, so that two runs measure the same work.

pub(super) struct Random(u64);

impl Random {
    /// Its own sequence for each pair, such as a post and one of its versions.
    pub(super) fn new(one: usize, other: usize) -> Self {
        let mut random =
            Self((one as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ ((other as u64) << 40) ^ 42);
        // Neighbouring seeds begin alike; a few steps part them.
        for _ in 0..4 {
            random.below(2);
        }
        random
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    /// True in so many of a thousand cases.
    pub(super) fn chance(&mut self, in_a_thousand: usize) -> bool {
        self.below(1000) < in_a_thousand
    }

    pub(super) fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }

    /// Of `limit`, the first ones far more often, as words and tags are used.
    pub(super) fn favouring_the_first(&mut self, limit: usize) -> usize {
        let (one, other) = (self.below(limit) + 1, self.below(limit) + 1);
        (one * other - 1) / limit
    }
}
