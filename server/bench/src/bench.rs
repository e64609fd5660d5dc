//! A run of the bench: how large it is, what it says on the way.

/// How large the measurements are, and where what they say goes.
#[derive(Debug, Clone, Copy)]
pub struct Bench {
    /// A tenth of everything: for a look whether it works, not for figures.
    pub quick: bool,
}

/// The part of everything that a quick run does.
const QUICK_PART: usize = 10;

impl Bench {
    /// So many, or a tenth of them in a quick run.
    pub fn many(self, count: usize) -> usize {
        if self.quick { (count / QUICK_PART).max(1) } else { count }
    }

    /// Says how far it is.
    pub fn say(self, text: &str) {
        println!("  {text}");
    }
}
