//! The empty client: new enrolments in empty folders fetch everything that the server has, and write down what they find.
//!
//! The phones of the day are set aside first: what is found can only come from the server.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use tokio::task::JoinSet;

use super::error::PlayError;
use super::link::Link;
use super::opening::{phones, purpose};
use super::phone::{NewPhone, Phone};
use super::town::Town;
use super::witness::{Witness, hexadecimal};

/// What was found.
#[derive(Serialize)]
struct Found {
    act: String,
    round: String,
    bytes: String,
}

/// The file of what was found.
pub(crate) fn found_file(folder: &Path) -> PathBuf {
    folder.join("found.jsonl")
}

impl Town {
    /// Sets the phones aside, fetches everything anew, one client for each member, and writes it down.
    pub(crate) async fn find_everything(&mut self) -> Result<(), PlayError> {
        let (now, folder) = (self.day.until, self.folder.clone());
        let members: Vec<_> = self.couriers.iter().map(|one| (one.number, one.name, one.member)).collect();
        self.couriers.clear();
        self.counters.clear();
        let aside = folder.join("phones-set-aside");
        std::fs::rename(phones(&folder), &aside).map_err(PlayError::file("set aside", &aside))?;
        let (empty, unwatched) = (folder.join("empty-clients"), folder.join("empty-clients-said"));
        for made in [&empty, &unwatched] {
            std::fs::create_dir(made).map_err(PlayError::file("make", made))?;
        }
        let mut tasks = JoinSet::new();
        for (number, who, member) in members {
            let code = self.admin.code(member).await?;
            let name = format!("{number:02}-{who}-empty");
            let mut client = Phone::new(NewPhone {
                witness: Witness::new(&unwatched, &name)?,
                name,
                who,
                folders: &empty,
                seed: Self::seed_of(self.number, purpose::EMPTY, number),
                day: self.day,
                offset_ms: 0,
                link: Link::to(self.server.address.clone()).await?,
            })?;
            tasks.spawn(async move {
                client.enrol(&code).await?;
                if !client.sync(now).await? {
                    return Err(PlayError::Stuck { who: who.to_owned(), left: 0 });
                }
                client.records()
            });
        }
        let path = found_file(&folder);
        let mut file = BufWriter::new(File::create(&path).map_err(PlayError::file("make", &path))?);
        while let Some(records) = tasks.join_next().await {
            for (round, record, bytes) in records?? {
                let (act, round) = (record.to_string(), round.to_string());
                let found = Found { act, round, bytes: hexadecimal(&bytes) };
                let json = serde_json::to_string(&found)
                    .map_err(|source| PlayError::Answer { asked: "a line", source })?;
                writeln!(file, "{json}").map_err(PlayError::file("write", &path))?;
            }
        }
        file.flush().map_err(PlayError::file("write", &path))
    }
}
