//! The numbers that both sides hold each other to, each with its reason.

/// The schema that this code writes and the newest that it reads.
pub const SCHEMA: u64 = 1;
/// Stops in a round: a bike does 60 on a long day; 100 keeps a sequence record under its limit.
pub const STOPS_PER_ROUND_MAX: usize = 100;
/// Parcels at one stop: what fits a cargo bike, so that a record stays under its limit.
pub const PARCELS_PER_STOP_MAX: usize = 60;
/// Records in one change: an afternoon offline in a few changes, each cheap to check.
pub const RECORDS_PER_CHANGE_MAX: usize = 50;
/// Bytes of one change, uncompressed: room for 50 records of usual size.
pub const CHANGE_BYTES_MAX: usize = 64 * 1024;
/// Bytes of one record: ten times what a usual fact needs.
pub const RECORD_BYTES_MAX: usize = 2 * 1024;
/// Bytes of a record that lists stops: 100 stops of 17 bytes, and room for what comes.
pub const SEQUENCE_BYTES_MAX: usize = 8 * 1024;
/// Heads that one change names: more only after an attack on one's own round; naming some is enough.
pub const DEPS_PER_CHANGE_MAX: usize = 64;
/// Records that a fact may say it has seen or follows: the amendments and the withdrawal of one stop. With 60
/// parcels and two full lists a fact still fits its bytes.
pub const SEEN_MAX: usize = 16;
/// Records that a reaction names as its causes: every custody fact about the parcels of one stop, in all rounds, and
/// what took them back. With 60 parcels and a full list a reaction still fits its bytes.
pub const CAUSES_MAX: usize = 256;
/// Cards that one request gives back per round: with every push of a full request they fit its bytes.
pub const CARDS_GIVEN_BACK_MAX: usize = 32;
/// Delegations that one request shows beside its body: the sender's, and those of the phones its member had before,
/// of which there is one a year.
pub const DELEGATIONS_SHOWN_MAX: usize = 16;
/// Bytes of changes and cards that one request gives back after a rollback, over all its rounds: what is pushed
/// beside them still fits a request, and a phone on a bad link gets through.
pub const GIVEN_BACK_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of a card: names, an address and instructions.
pub const CARD_BYTES_MAX: usize = 4 * 1024;
/// Characters of a name or an address line: what a label holds.
pub const NAME_CHARACTERS_MAX: usize = 120;
/// Characters of the instructions on a card: what is read on a doorstep.
pub const INSTRUCTIONS_CHARACTERS_MAX: usize = 500;
/// Seconds of service at a stop: four hours, longer is another round.
pub const SERVICE_SECONDS_MAX: u32 = 4 * 3600;
/// Length of a window: a round lives a day.
pub const WINDOW_HOURS_MAX: i64 = 24;
/// Changes that one request pushes per round: 800 acts, more go with the next request.
pub const PUSHES_PER_ROUND_MAX: usize = 16;
/// Rounds that one request names.
pub const ROUNDS_PER_REQUEST_MAX: usize = 32;
/// Bytes of a sync request after inflation: every push of a full request of one round, with room.
pub const REQUEST_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Records in a round, the plan's with the facts: a long day makes 300. What is pushed beyond waits, it is never
/// refused. Only what its holder's devices write counts: nobody else can close a round to the courier who rides it.
pub const RECORDS_PER_ROUND_MAX: u64 = 5_000;
/// Bytes of a round's changes: 5,000 records of usual size, four times over. Measured in the server's
/// `board::work_tests` (dev profile, two busy cores): a long day is folded in 9 ms and tried in 14; with 5,000 records
/// in 5,000 changes it takes 115 and 250 ms, with 4 MiB of sequences 110 and 80.
pub const ROUND_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// Log rows of one answer: the rest follows with the next request.
pub const ROWS_PER_ANSWER_MAX: usize = 500;
/// Bytes of rows in one answer, about: what a phone on a bad link gets through before it drops.
pub const ANSWER_ROW_BYTES_MAX: usize = 1024 * 1024;
/// Rounds made of drafts in one act, and couriers of one plan: every courier of a town.
pub const ROUNDS_DIVIDED_MAX: usize = 100;
/// Drafts that one plan names, and an act beside its own: a day of a town, some 30 orders each.
pub const DRAFTS_DIVIDED_MAX: usize = 20;
