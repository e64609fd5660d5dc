//! `cargo xtask package`: makes the tarball that needs no Rust.
//!
//! It owns the order of the steps and what is in the tarball. It never ships what it could not read back.
//! Everyday tools make it (strip, sha256sum, tar), so that each step can be done by hand.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::component::{self, Component};
use crate::failure::Failure;
use crate::needs::Needs;
use crate::workspace::Workspace;
use crate::{progress, read_me, run, sbom, sqlite, tarball};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Copied from the checkout as they are.
const COPIED: [&str; 2] = ["LICENSE", "tests/witness.py"];

/// A program that is needed and the package it comes in.
const PROGRAMS: [(&str, &str); 6] = [
    ("git", "git"),
    ("strip", "binutils"),
    ("objdump", "binutils"),
    ("sha256sum", "coreutils"),
    ("tar", "tar"),
    ("gzip", "gzip"),
];

/// What is built: for use, or in a hurry to look at the tarball.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Profile {
    build: &'static str,
    folder: &'static str,
}

const RELEASE: Profile = Profile { build: "build --locked --release --bin tournee", folder: "release" };
const DEV: Profile = Profile { build: "build --locked --bin tournee", folder: "debug" };

/// Builds, gathers, checks, packs.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode, Failure> {
    let profile = profile(arguments)?;
    all_there(workspace)?;
    let arch = arch(workspace)?;
    let name = format!("tournee-{VERSION}-{arch}-linux");
    let folder = emptied(workspace.packages().join(&name))?;
    for path in COPIED {
        copy(&workspace.file(path), &folder)?;
    }

    println!("Building tournee (cargo {}); the first build takes some minutes.", profile.build);
    let otherwise = "tournee did not build: the compiler's message is above.";
    progress::build(workspace.cargo(profile.build), otherwise)?;

    let binary = folder.join("tournee");
    strip(workspace, &workspace.tournee_of(profile.folder), &binary)?;
    let needs = needs(workspace, &binary)?;
    println!("Writing README.txt: it needs glibc {} or newer.", needs.glibc);
    write(&folder.join("README.txt"), &read_me::text(VERSION, &arch, &needs))?;
    list_components(workspace, &binary, &folder)?;
    let tarball = tarball::pack(workspace, &name)?;
    let size = fs::metadata(&tarball).map_err(|error| Failure::reading(&tarball, &error))?.len();
    println!("\n{} ({}.{} MB)", tarball.display(), size / 1_000_000, size / 100_000 % 10);
    if profile == DEV {
        println!("This is the dev profile: slow, to look at, not to give away.");
    }
    println!("To try it: tar -xzf {} && cd {name} && ./tournee demo", tarball.display());
    Ok(ExitCode::SUCCESS)
}

fn profile(arguments: &[String]) -> Result<Profile, Failure> {
    match arguments {
        [] => Ok(RELEASE),
        [flag] if flag == "--dev" => Ok(DEV),
        [flag, surplus, ..] if flag == "--dev" => {
            Err(Failure::Input(format!("'{surplus}' is too much: `package` takes `--dev` or nothing.")))
        }
        [unknown, ..] => {
            Err(Failure::Input(format!("'{unknown}' is not known: `package` takes `--dev` or nothing.")))
        }
    }
}

/// Everything is looked for before anything is built, and all that is missing is named at once.
fn all_there(workspace: &Workspace) -> Result<(), Failure> {
    let is_missing = |program: &str| {
        let mut ask = workspace.program(program);
        ask.arg("--version");
        !run::answers(ask)
    };
    let missing: Vec<String> = PROGRAMS
        .iter()
        .filter(|(program, _)| is_missing(program))
        .map(|(program, package)| {
            format!(
                "{program} is missing: install {package} (on Debian and its kin: apt-get install {package})"
            )
        })
        .collect();
    if missing.is_empty() { Ok(()) } else { Err(Failure::Broken(missing.join("\n"))) }
}

fn arch(workspace: &Workspace) -> Result<String, Failure> {
    let told = run::required_text(workspace.cargo("-vV"), "cargo did not say what it builds for.")?;
    arch_of(&told).map(str::to_owned).ok_or_else(|| {
        Failure::Broken("`package` makes tarballs for Linux with glibc only: run it there.".to_owned())
    })
}

/// The first word of a host like `x86_64-unknown-linux-gnu`.
fn arch_of(told: &str) -> Option<&str> {
    let host = told.lines().find_map(|line| line.strip_prefix("host: "))?.trim();
    let (arch, rest) = host.split_once('-')?;
    rest.contains("linux-gnu").then_some(arch)
}

/// A folder without what an earlier run left there.
fn emptied(folder: PathBuf) -> Result<PathBuf, Failure> {
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| Failure::writing(&folder, &error))?;
    }
    fs::create_dir_all(&folder).map_err(|error| Failure::writing(&folder, &error))?;
    Ok(folder)
}

fn copy(from: &Path, folder: &Path) -> Result<(), Failure> {
    let to = folder.join(from.file_name().unwrap_or_default());
    fs::copy(from, &to).map(drop).map_err(|error| Failure::reading(from, &error))
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|error| Failure::writing(path, &error))
}

fn strip(workspace: &Workspace, built: &Path, binary: &Path) -> Result<(), Failure> {
    println!("Stripping it.");
    let mut strip = workspace.program("strip");
    strip.arg(built).arg("-o").arg(binary);
    run::required(strip, "strip failed: its message is above.")
}

fn needs(workspace: &Workspace, binary: &Path) -> Result<Needs, Failure> {
    let mut dump = workspace.program("objdump");
    dump.arg("-p").arg(binary).env("LC_ALL", "C");
    Needs::read(&run::required_text(dump, "objdump failed: its message is above.")?)
        .ok_or_else(|| Failure::Broken("objdump names no glibc that the binary needs.".to_owned()))
}

fn list_components(workspace: &Workspace, binary: &Path, folder: &Path) -> Result<(), Failure> {
    let tree = workspace.cargo(component::TREE);
    let tree = run::required_text(tree, "cargo could not lay out the tree: its message is above.")?;
    let lock = workspace.file("Cargo.lock");
    let lock = fs::read_to_string(&lock).map_err(|error| Failure::reading(&lock, &error))?;
    let (product, mut components): (Vec<Component>, Vec<Component>) =
        component::crates(&tree, &lock)?.into_iter().partition(|one| one.name == "tournee");
    let [product] = product.as_slice() else {
        return Err(Failure::Broken("cargo's tree does not name tournee once.".to_owned()));
    };
    let bringers: Vec<String> =
        components.iter().filter(|one| one.name == sqlite::BRINGER).map(|one| one.version.clone()).collect();
    for version in bringers {
        components.push(sqlite::bundled(binary, &workspace.crate_sources(), &version)?);
    }
    println!("Writing sbom.cdx.json: {} components.", components.len());
    write(&folder.join("sbom.cdx.json"), &sbom::cyclone_dx(product, &components))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(line: &str) -> Result<Profile, Failure> {
        profile(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn what_is_not_known_is_named_and_is_the_readers_to_put_right() {
        assert_eq!(typed("").unwrap(), RELEASE);
        assert_eq!(typed("--dev").unwrap(), DEV);
        for (line, named) in [("--debug", "--debug"), ("--dev --dev", "--dev"), ("--dev now", "now")] {
            let failure = typed(line).unwrap_err();
            assert!(matches!(&failure, Failure::Input(text) if text.contains(named)), "{failure}");
        }
    }

    #[test]
    fn a_host_gives_its_arch_on_linux_only() {
        let told = |host: &str| format!("cargo 1.95.0\nhost: {host}\nos: somewhere\n");
        assert_eq!(arch_of(&told("x86_64-unknown-linux-gnu")), Some("x86_64"));
        assert_eq!(arch_of(&told("aarch64-apple-darwin")), None);
        assert_eq!(arch_of("cargo 1.95.0\n"), None);
    }
}
