//! The store on a real file: what was saved is there, once, whatever happens between two transactions.

mod acts;
mod confirming;
mod forgetting;
mod opening;
mod rebuilding;
