//! Access by index without a panic and without a branch that anybody reads.
//!
//! The search is nothing but indices into tables it made itself. A wrong one is a fault of ours: tests
//! stop at it, and a plan made beyond it is refused by the checker instead of stopping a server.

/// Checked access to a table.
pub trait At<T> {
    /// The value at the index, the default beyond the end.
    fn at(&self, index: usize) -> T;
    /// Sets the value at the index, nothing beyond the end.
    fn put(&mut self, index: usize, value: T);
}

impl<T: Copy + Default> At<T> for [T] {
    #[inline(always)]
    fn at(&self, index: usize) -> T {
        debug_assert!(index < self.len(), "{index} is beyond {}", self.len());
        self.get(index).copied().unwrap_or_default()
    }

    #[inline(always)]
    fn put(&mut self, index: usize, value: T) {
        debug_assert!(index < self.len(), "{index} is beyond {}", self.len());
        if let Some(place) = self.get_mut(index) {
            *place = value;
        }
    }
}
