//! A script: the steps of one run, drawn from its seed before anything is played.
//!
//! A step names what is tried and carries a number for its own choices; what it comes to depends on the world that it
//! meets. So any part of a script is a script, and a failing one can be cut down.

use crate::chance::Chance;

/// Couriers with a phone at the beginning.
pub(crate) const COURIERS: usize = 8;
/// Coordinators.
pub(crate) const COORDINATORS: usize = 3;
/// Steps of a script: enough for 300 acts and 20 faults with a margin, few enough for about a second.
const STEPS: usize = 860;

/// A step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What is tried.
    pub deed: Deed,
    /// For its choices.
    pub draw: u64,
}

/// What is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// A courier taps.
    Tap,
    /// A phone wakes up and syncs.
    Wake,
    /// A coordinator plans, or sends again what had no answer.
    Plan,
    /// A coordinator settles an item.
    Settle,
    /// A shop says what it gave or received.
    Counter,
    /// Minutes pass.
    Minutes,
    /// Something goes wrong beside the network.
    Trouble(Trouble),
}

macro_rules! troubles {
    ($($(#[$doc:meta])* $variant:ident = $code:literal;)+) => {
        /// What goes wrong beside the network, which goes wrong by itself while a phone wakes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Trouble { $($(#[$doc])* $variant,)+ }

        impl Trouble {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// As it is counted and told.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }
    };
}

troubles! {
    /// The server's process dies and comes back.
    ServerDies = "server dies";
    /// The server's disk takes no byte while a command is carried out.
    ServerDiskRefuses = "server's disk refuses to write";
    /// The server's clock jumps by up to a day.
    ServerClockJumps = "server's clock jumps";
    /// A backup is made.
    BackupTaken = "backup";
    /// A backup is restored.
    BackupRestored = "backup restored";
    /// The server's folder is copied while it stands still.
    FolderCopied = "server's folder copied";
    /// The copy is put back.
    FolderPutBack = "server's folder put back";
    /// The disk of the running server is copied.
    SnapshotTaken = "snapshot";
    /// The snapshot is resumed.
    SnapshotResumed = "snapshot resumed";
    /// A phone's process dies and comes back.
    PhoneDies = "phone dies";
    /// A phone's disk takes no byte at a tap.
    PhoneDiskRefuses = "phone's disk refuses to write";
    /// A phone's clock jumps by days.
    PhoneClockJumps = "phone's clock jumps";
    /// A phone's folder is copied, for later.
    PhoneCopied = "phone's folder copied";
    /// A phone's folder comes back as it was when it was copied.
    PhoneRestored = "phone's folder back";
    /// A phone's folder is copied to a second phone, and both go on.
    PhoneCloned = "phone cloned";
    /// A device is revoked.
    Revoked = "device revoked";
    /// Who was shut out, or is not known, enrols anew.
    Found = "device found again";
    /// A request that was sent long ago arrives.
    LateRequest = "late request";
    /// A hostile phone sends crafted changes.
    Hostile = "hostile phone";
}

/// The script of a seed.
#[must_use]
pub fn script(seed: u64) -> Vec<Step> {
    let mut chance = Chance::of(seed);
    let mut steps = Vec::with_capacity(STEPS);
    for _ in 0..STEPS {
        let deed = match chance.below(100) {
            0..43 => Deed::Tap,
            43..65 => Deed::Wake,
            65..78 => Deed::Plan,
            78..80 => Deed::Settle,
            80..83 => Deed::Counter,
            83..92 => Deed::Minutes,
            _ => match chance.pick(Trouble::ALL) {
                Some(trouble) => Deed::Trouble(trouble),
                None => Deed::Minutes,
            },
        };
        steps.push(Step { deed, draw: chance.next_draw() });
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_one_script_and_another_seed_another() {
        assert_eq!(script(7), script(7));
        assert_ne!(script(7), script(8));
    }

    #[test]
    fn every_trouble_comes_up_within_a_few_seeds() {
        let steps: Vec<Step> = (1..=5).flat_map(script).collect();
        for trouble in Trouble::ALL {
            assert!(steps.iter().any(|step| step.deed == Deed::Trouble(*trouble)), "{trouble:?}");
        }
    }
}
