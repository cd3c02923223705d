//! Numbers that look random and are the same in each run.

/// SplitMix64: small, and any seed is a good one.
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    /// One of these.
    pub fn one_of<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// Sizes of chunks: some ways of cutting are fine, some coarse.
    pub fn sizes(&mut self) -> Vec<usize> {
        let most = *self.one_of(&[1, 3, 8, 40, 400]);
        (0..1 + self.below(12)).map(|_| 1 + self.below(most)).collect()
    }
}
