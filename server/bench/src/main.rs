//! `bench_server`: measures what the product costs and says which goals hold.
//!
//! It owns its arguments and what is printed. `cargo xtask bench` builds it beside the product's binary and starts it.
//! It returns 0 even where a figure falls short, 1 where one could not be measured, 2 where a name is not known.

mod bare;
mod bench;
mod clock;
mod courier_phone;
mod error;
mod figure;
mod figures;
mod http;
mod load;
mod machine;
mod median;
mod office;
mod peers;
mod phone;
mod process;
mod relay;
mod setting;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bench::Bench;
use error::BenchError;
use figure::Reading;
use figures::phone_core::{AS_PHONE, be_a_phone};
use peers::Tools;

/// What was asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Arguments {
    names: Vec<String>,
    json: Option<PathBuf>,
    quick: bool,
    /// The peers, to be driven too; and the page to write then.
    peers: Option<(Tools, PathBuf)>,
}

fn main() -> ExitCode {
    let typed: Vec<String> = std::env::args().skip(1).collect();
    if let [role, folder] = typed.as_slice()
        && role == AS_PHONE
    {
        return ended(be_a_phone(Path::new(folder)).map(|()| true));
    }
    match arguments(typed.into_iter()) {
        Ok(arguments) => ended(run(&arguments)),
        Err(said) => {
            eprintln!("bench_server: {said}");
            ExitCode::from(2)
        }
    }
}

/// 0 if all was measured.
fn ended(measured: Result<bool, BenchError>) -> ExitCode {
    match measured {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench_server: {}", error.chain());
            ExitCode::FAILURE
        }
    }
}

/// All figures, where the peers are asked for too.
const ALL: &str = "all";
/// The peers. Three words follow, which `cargo xtask bench` adds: Node, the folder of their clients, the page.
const PEERS: &str = "peers";

fn arguments(mut typed: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let mut arguments = Arguments::default();
    while let Some(word) = typed.next() {
        match word.as_str() {
            "--json" => {
                let file = typed.next().ok_or("--json wants a file")?;
                arguments.json = Some(PathBuf::from(file));
            }
            "--quick" => arguments.quick = true,
            ALL => arguments.names.extend(figures::names().map(str::to_owned)),
            PEERS => {
                let mut file =
                    |what: &str| typed.next().map(PathBuf::from).ok_or(format!("{PEERS} wants {what}"));
                let tools = Tools { node: file("a Node")?, folder: file("the folder of its clients")? };
                arguments.peers = Some((tools, file("the page to write")?));
            }
            name if figures::names().any(|known| known == name) => arguments.names.push(word),
            name => {
                let known: Vec<&str> = figures::names().collect();
                return Err(format!(
                    "there is no figure '{name}'. The figures are: {}; `{ALL}` of them, and `{PEERS}`. `planner` has arguments of its own and comes first.",
                    known.join(", ")
                ));
            }
        }
    }
    Ok(arguments)
}

/// Measures what is wanted; `false` if something could not be measured.
fn run(arguments: &Arguments) -> Result<bool, BenchError> {
    let bench = Bench { quick: arguments.quick };
    let machine = machine::describe();
    println!("{machine}");
    let (mut readings, mut failed): (Vec<Reading>, Vec<String>) = (Vec::new(), Vec::new());
    // The peers alone are no wish for figures.
    let any = arguments.peers.is_none() || !arguments.names.is_empty();
    let wanted = figures::ALL.iter().filter(|measurement| any && measurement.is_wanted(&arguments.names));
    for measurement in wanted {
        let names: Vec<&str> = measurement.figures.iter().map(|figure| figure.name).collect();
        println!("\n{}", names.join(", "));
        let (seconds, measured) = clock::timed(|| measurement.readings(bench));
        match measured {
            Ok(measured) => readings.extend(measured),
            Err(error) => {
                bench.say(&format!("not measured: {}", error.chain()));
                failed.push(names.join(", "));
            }
        }
        bench.say(&format!("{seconds:.0} s, load now {}", machine::load()));
    }
    if !arguments.names.is_empty() {
        readings.retain(|reading| arguments.names.iter().any(|name| name == reading.figure.name));
    }
    if let Some((tools, page)) = &arguments.peers {
        println!("\n{PEERS}");
        match peers::run(bench, tools) {
            Ok((outcomes, ratio)) => {
                if !bench.quick {
                    peers::write(page, &machine, &node_version(tools)?, &outcomes, &ratio, &readings)?;
                    bench.say(&format!("written: {}", page.display()));
                }
                readings.push(ratio);
            }
            // What was measured before is printed all the same.
            Err(error) => {
                bench.say(&format!("not measured: {}", error.chain()));
                failed.push(PEERS.to_owned());
            }
        }
    }
    if let Some(file) = &arguments.json {
        let list: Vec<serde_json::Value> = readings.iter().map(Reading::json).collect();
        let text = serde_json::to_string_pretty(&list)?;
        std::fs::write(file, text).map_err(BenchError::file("write", file))?;
    }
    println!();
    for reading in &readings {
        println!("{}", reading.line());
    }
    for names in &failed {
        println!("{names}: not measured");
    }
    if arguments.quick {
        println!("A quick run: a tenth of everything, no figures to go by.");
    }
    Ok(failed.is_empty())
}

fn node_version(tools: &Tools) -> Result<String, BenchError> {
    let said = std::process::Command::new(&tools.node).arg("--version").output();
    let said = said.map_err(BenchError::file("start", &tools.node))?;
    Ok(format!("Node {}", String::from_utf8_lossy(&said.stdout).trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(words: &[&str]) -> Result<Arguments, String> {
        arguments(words.iter().map(|word| (*word).to_owned()))
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_names_there_are() {
        let said = typed(&["tap_over_bare_commit", "nonsense"]).unwrap_err();
        assert!(said.contains("'nonsense'"), "{said}");
        for name in figures::names() {
            assert!(said.contains(name), "{said}");
        }
    }

    #[test]
    fn names_and_a_file_are_taken_in_any_sequence() {
        let taken = typed(&["--json", "out.json", "idle_streams_10k_mb"]).unwrap();
        assert_eq!(taken, typed(&["idle_streams_10k_mb", "--json", "out.json"]).unwrap());
        assert_eq!(taken.json.as_deref(), Some(Path::new("out.json")));
        assert_eq!(typed(&[]).unwrap(), Arguments::default());
        assert!(typed(&["--json"]).is_err());
    }

    #[test]
    fn the_peers_come_with_what_they_need_and_all_is_every_figure() {
        let taken = typed(&["all", "peers", "node", "peers-folder", "page.md"]).unwrap();
        assert_eq!(taken.names.len(), figures::names().count());
        let tools = Tools { node: "node".into(), folder: "peers-folder".into() };
        assert_eq!(taken.peers, Some((tools, "page.md".into())));
        assert!(typed(&["peers", "node"]).is_err());
    }
}
