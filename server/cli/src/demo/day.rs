//! The day of the town as it is run from a terminal: the page, the block in the terminal, the account at the end.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use core_sync::domain::time::Timestamp;
use core_sync::texts::Language;
use serde_json::json;
use town::Places;
use town::play::page::Page;
use town::play::{Account, PlayError, Seen, ServerWords, Stage, play};

use super::DemoArguments;
use super::scratch::Scratch;
use super::screen::Screen;
use crate::failure::Failure;
use crate::output::Output;
use crate::shell::Shell;

/// Forty phones wait for the disk at once, each for its own file: two threads would make them queue.
const THREADS: usize = 16;
const SECOND: Duration = Duration::from_secs(1);
/// The co-op of the invented town.
const PORT_BRUME: &str = "Port-Brume";

/// Runs it.
pub(super) fn run(arguments: &DemoArguments, places: &Places, shell: &Shell) -> Result<Output, Failure> {
    let account_file = arguments.account.as_deref().map(AccountFile::make).transpose()?;
    let scratch = Scratch::make(arguments.keep.as_deref())?;
    let begun = shell.moment().monotonic_ms;
    let stage = Stage {
        places,
        co_op: co_op(arguments.places.as_deref()),
        seed: arguments.seed,
        hours: arguments.hours,
        midnight: yesterday(shell.moment().time)?,
        folder: scratch.path().to_owned(),
        start_server: start_server()?,
    };
    let minute = SECOND.checked_div(arguments.speed);
    let played = shell.block_on_threads(THREADS, async {
        let (account, page) = tokio::select! {
            played = watched(stage, minute, arguments, shell) => played?,
            _ = tokio::signal::ctrl_c() => {
                return Err(Failure::yours("interrupted", shell.word("town.interrupted")));
            }
        };
        let taken = shell.moment().monotonic_ms.saturating_sub(begun);
        let account = Account { wall_seconds: Duration::from_millis(taken).as_secs_f64(), ..account };
        // On the disk before anybody is waited for.
        if let Some(file) = account_file {
            file.write(&account)?;
        }
        page.end().await;
        Ok(account)
    });
    let account = played??;
    let mut lines = Vec::new();
    if account.sabotage > 0 {
        let taken = account.sabotage.to_string();
        lines.push(shell.phrase("town.account.sabotage", &[("taken", &taken)]));
    }
    lines.extend(account.lines(shell.language));
    lines.extend(next_steps(arguments.keep.as_deref(), shell));
    let mut output = Output::new(format!("\n{}", lines.join("\n")), json!(account));
    output.exit_code = u8::from(!account.holds());
    Ok(output)
}

async fn watched(
    stage: Stage<'_>,
    minute: Option<Duration>,
    arguments: &DemoArguments,
    shell: &Shell,
) -> Result<(Account, Page), Failure> {
    let page = Page::serve().await.map_err(|error| failed(&error))?;
    let mut screen = Screen::new(shell);
    screen.hello(&format!("http://{}/", page.address));
    let name = stage.co_op.clone();
    let attribution = arguments.places.is_some().then(|| shell.word("town.attribution"));
    let mut watch = |seen: Seen<'_>| match seen {
        Seen::Scenery(scenery) => page.show_town(&name, shell.language, attribution.as_deref(), scenery),
        Seen::Frame(frame) => {
            page.show(&frame.json(None), false);
            screen.show(frame);
        }
        Seen::Over(frame, account) => {
            let lines: Vec<(Language, Vec<String>)> =
                Language::ALL.iter().map(|language| (*language, account.lines(*language))).collect();
            page.show(&frame.json(Some(&lines)), true);
            screen.over(frame);
        }
    };
    let played = play(stage, minute, arguments.sabotage, &mut watch).await;
    let account = played.map_err(|error| failed(&error))?;
    Ok((account, page))
}

fn failed(error: &PlayError) -> Failure {
    match error {
        PlayError::TooFewPlaces { .. } => Failure::yours("places", error.to_string()),
        PlayError::Sabotage { .. } => Failure::yours("sabotage", error.to_string()),
        PlayError::File { .. }
        | PlayError::Init(_)
        | PlayError::Process { .. }
        | PlayError::Open(_)
        | PlayError::Serve(_)
        | PlayError::Away(_)
        | PlayError::No { .. }
        | PlayError::Answer { .. }
        | PlayError::Client(_)
        | PlayError::Phone { .. }
        | PlayError::Stuck { .. }
        | PlayError::Task(_)
        | PlayError::Witness { .. }
        | PlayError::Listen { .. }
        | PlayError::Database(_) => Failure::chain("demo", error),
    }
}

/// The co-op is named after its folder of places.
fn co_op(places: Option<&Path>) -> String {
    let folder = places.and_then(|places| std::fs::canonicalize(places).ok());
    let name = folder.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| PORT_BRUME.to_owned())
}

/// The local midnight before last: the whole day lies in the past, and whoever goes on with its folder today finds its
/// rounds on the board.
fn yesterday(now: Timestamp) -> Result<Timestamp, Failure> {
    let wrong = |_| Failure::ours("demo", "the day's times cannot be computed");
    let zone = jiff::tz::TimeZone::get("Europe/Paris").map_err(wrong)?;
    let now = jiff::Timestamp::from_millisecond(now.0).map_err(wrong)?.to_zoned(zone);
    let midnight = now.yesterday().and_then(|day| day.start_of_day()).map_err(wrong)?;
    Ok(Timestamp(midnight.timestamp().as_millisecond()))
}

/// This program again, as the server of the day; the environment brings no settings of ours with it.
fn start_server() -> Result<town::play::StartServer, Failure> {
    let binary = std::env::current_exe()
        .map_err(|error| Failure::ours("program", format!("this program cannot find itself: {error}")))?;
    Ok(Box::new(move |words: &ServerWords| {
        let mut command = Command::new(&binary);
        command.arg("serve-fed").arg("--data-dir").arg(&words.folder);
        command.args(["--listen", &words.listen, "--seed", &words.seed.to_string()]);
        command.args(["--start", &words.start.to_string()]);
        for setting in crate::serve::OTHER_VARIABLES {
            command.env_remove(setting);
        }
        command
    }))
}

/// What to try next.
fn next_steps(keep: Option<&Path>, shell: &Shell) -> Vec<String> {
    let Some(folder) = keep else { return vec![String::new(), shell.word("town.account.try_keep")] };
    let folder = quoted(&folder.display().to_string());
    let admin = format!("tournee admin --token-file {folder}/admin.token");
    vec![
        String::new(),
        shell.phrase("town.account.kept", &[("folder", &folder)]),
        shell.word("town.account.kept_keys"),
        format!("  tournee serve --data-dir {folder}/data --background"),
        format!("  {admin} add-member Dahlia --role courier"),
        format!("  {admin} code Dahlia --out {folder}/dahlia.code"),
        format!("  tournee courier --folder {folder}/dahlia enrol --code-file {folder}/dahlia.code"),
        format!("  tournee coordinator --token-file {folder}/admin.token make-round Dahlia"),
        format!("  tournee coordinator --token-file {folder}/admin.token board"),
        format!("  tournee stop {folder}/data"),
    ]
}

/// As a shell takes it for one word.
fn quoted(path: &str) -> String {
    let plain = |character: char| character.is_alphanumeric() || "/._-".contains(character);
    if path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

/// The file of the account, made before the day so that a day is not played for nothing.
struct AccountFile {
    path: PathBuf,
    file: std::fs::File,
}

impl AccountFile {
    fn make(path: &Path) -> Result<Self, Failure> {
        // What an earlier day left there stays until this one has something to say.
        let file = std::fs::File::options().create(true).write(true).truncate(false).open(path);
        Ok(Self { path: path.to_owned(), file: file.map_err(|error| Failure::file(path, &error))? })
    }

    fn write(mut self, account: &Account) -> Result<(), Failure> {
        use std::io::Write as _;
        let json =
            serde_json::to_string_pretty(account).map_err(|error| Failure::chain("account", &error))?;
        let written = self.file.set_len(0).and_then(|()| writeln!(self.file, "{json}"));
        written.map_err(|error| Failure::file(&self.path, &error))
    }
}
