//! Members, tokens and enrolment codes: what an admin hands out.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{CoopId, MemberId};
use crate::domain::personal::{Personal, Secret};
use crate::domain::time::Timestamp;

/// What somebody may do with a token. A courier's phone has a key instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Rides rounds.
    Courier,
    /// Says what it gave and received.
    Shop,
    /// Plans and watches rounds.
    Coordinator,
    /// The same, and members, tokens and codes.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: &[Self] = &[Self::Courier, Self::Shop, Self::Coordinator, Self::Admin];

    /// The stable code, also the end of its key in `texts/`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Courier => "courier",
            Self::Shop => "shop",
            Self::Coordinator => "coordinator",
            Self::Admin => "admin",
        }
    }
}

impl Role {
    /// Whether a round may be made for them. In a small co-op the admin rides as well; a shop never does.
    #[must_use]
    pub const fn rides(self) -> bool {
        match self {
            Self::Courier | Self::Coordinator | Self::Admin => true,
            Self::Shop => false,
        }
    }
}

impl std::str::FromStr for Role {
    type Err = ();
    fn from_str(code: &str) -> Result<Self, ()> {
        Self::ALL.iter().copied().find(|role| role.code() == code).ok_or(())
    }
}

/// `POST /v1/members`: safe to repeat, because the id is the caller's.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewMember {
    /// The member's id: 16 random bytes.
    pub member: MemberId,
    /// Their name, unique in the co-op.
    pub name: Personal<String>,
    /// What they may do.
    pub role: Role,
}

/// A member, and one of `GET /v1/members`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Member {
    /// Their id.
    pub member: MemberId,
    /// Their name.
    pub name: Personal<String>,
    /// What they may do.
    pub role: Role,
}

/// `GET /v1/members`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Members {
    /// The co-op.
    pub co_op: CoopId,
    /// Its name.
    pub co_op_name: String,
    /// The time zone that draws its times.
    pub time_zone: String,
    /// Its members, by name.
    pub members: Vec<Member>,
}

/// `POST /v1/tokens` and `POST /v1/enrolment-codes`: for whom.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForMember {
    /// The member. A token takes their role.
    pub member: MemberId,
}

/// A token or code, shown once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Granted {
    /// What to keep: base64url of random bytes.
    pub secret: Secret<String>,
    /// Until when it works.
    pub until_ms: Timestamp,
}
