//! Keys and what they sign: changes, requests and delegations. Ed25519 (RFC 8032), strict verification.
//!
//! Every signature is over the hash of a domain string and length-prefixed parts, so that one made for
//! a change is never valid for a request.

pub mod delegation;
pub mod envelope;
pub mod key;
pub mod shop_fact;
