//! What the layer does to a call beside passing it on.

/// A call that changes a file or makes sure of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Bytes are written, or a file is made longer or shorter.
    Write,
    /// What was written is to be on the disk.
    Sync,
}

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// There is no room: writes fail, syncs do not.
    Full,
    /// The disk does not do it: writes and syncs fail.
    Io,
    /// The process is killed, half-way through a write.
    Kill,
}

/// What to do from now on, counted in calls from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Orders {
    /// Nothing.
    #[default]
    None,
    /// Fail the call of this number, and none after it.
    Once(Fault, u64),
    /// Fail every call from this number on.
    From(Fault, u64),
    /// Fail the sync of this number alone; writes are not counted.
    OnceAtSync(u64),
}

impl Orders {
    /// How the next call fails, if it does; `calls` are those so far and this one, `syncs` the syncs among them.
    pub(crate) fn of(self, call: Call, calls: u64, syncs: u64) -> Option<Fault> {
        let fault = match self {
            Self::None => return None,
            Self::Once(fault, number) => (calls == number).then_some(fault),
            Self::From(fault, number) => (calls >= number).then_some(fault),
            Self::OnceAtSync(number) => (call == Call::Sync && syncs == number).then_some(Fault::Io),
        };
        fault.filter(|fault| !(*fault == Fault::Full && call == Call::Sync))
    }
}
