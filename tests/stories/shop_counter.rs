//! A shop's counter with the real binary: what was shown as saved is on the server once, whatever was down or killed.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Output, Stdio};

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::item::ItemKind;
use core_sync::domain::reasons::FailReason;
use core_sync::domain::record::{ActBody, Record};
use core_sync::wire::item::Items;
use core_sync::wire::members::Role;

use crate::harness::cut_link::{CutLink, WHOLE};
use crate::harness::phone::Phone;
use crate::harness::ready::{Ready, ready};
use crate::harness::server_process::binary;
use crate::harness::world::World;

/// A shop with its folder, and the note of the first pickup of Ana's round.
struct Counter {
    folder: PathBuf,
    note: PathBuf,
}

impl Counter {
    /// Enrolled over an address, with the note in its hands.
    async fn open(world: &mut World, address: &str) -> Self {
        let member = world.member("Boulangerie", Role::Shop).await;
        let counter =
            Self { folder: world.folder.path().join("shop"), note: world.folder.path().join("note") };
        let code = world.code(member).await;
        let enrolled = counter.run(&["enrol", "--server", address, "--code", code.reveal()]);
        assert!(enrolled.status.success(), "{}", String::from_utf8_lossy(&enrolled.stderr));
        let token = world.folder.path().join("token");
        std::fs::write(&token, &world.admin_token).unwrap();
        let written = binary()
            .args(["coordinator", "--server", &world.address, "--token-file"])
            .arg(token)
            .args(["handover", "Ana", "1", "--out"])
            .arg(&counter.note)
            .output()
            .unwrap();
        assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
        counter
    }

    fn run(&self, arguments: &[&str]) -> Output {
        binary().args(["shop", "--folder"]).arg(&self.folder).args(arguments).output().unwrap()
    }

    fn says(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn gives(&self) -> String {
        self.says(&["given", "--of", self.note.to_str().unwrap()])
    }
}

/// How many words of the shop a phone was told.
async fn told(phone: &mut Phone, round: core_sync::domain::ids::RoundId) -> usize {
    phone.sync().await;
    let records = phone.session().records(round).unwrap().records;
    let is_word = |record: &Record| matches!(record, Record::Act { body: ActBody::ShopFact(_), .. });
    records.iter().filter(|(_, entry)| is_word(&entry.record)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_s_word_without_a_network_is_saved_sent_later_and_disagrees_with_the_courier() {
    let Ready { mut world, round, mut phone, stops, .. } = ready(1).await;
    let address = world.address.clone();
    let counter = Counter::open(&mut world, &address).await;
    world.kill_server();
    let said = counter.gives();
    assert!(said.starts_with("Saved on this device."), "{said}");
    assert!(said.contains("No network"), "{said}");
    assert!(!counter.run(&["sync"]).status.success(), "nobody answers");
    counter.says(&["offline", "on"]);
    world.start_server();
    assert_eq!(told(&mut phone, round).await, 0);
    assert!(counter.says(&["sync"]).contains("No network"), "the link is cut");
    assert!(counter.says(&["queue"]).contains("parcels given by the shop"));
    counter.says(&["offline", "off"]);
    assert_eq!(counter.says(&["sync"]).trim(), "All sent: you can close");
    assert_eq!(counter.says(&["queue"]).trim(), "All sent: you can close");
    assert_eq!(told(&mut phone, round).await, 1);
    phone.tap(round, &CourierCommand::Fail(stops[0], FailReason::NotReady));
    phone.sync().await;
    let (_, body) = world.get("/v1/items", &world.admin_token).await;
    let items: Items = serde_json::from_value(body).unwrap();
    let kinds: Vec<ItemKind> = items.items.iter().map(|item| item.kind).collect();
    assert_eq!(kinds, [ItemKind::ShopDisagrees]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_s_word_is_sent_once_wherever_its_process_dies() {
    let Ready { mut world, round, mut phone, .. } = ready(1).await;
    let link = CutLink::to(&world.address).await;
    let counter = Counter::open(&mut world, &link.address).await;
    // Killed after the word is saved, while nobody answers.
    world.kill_server();
    let mute = TcpListener::bind(world.address.trim_start_matches("http://")).unwrap();
    let mut process = binary()
        .args(["shop", "--folder"])
        .arg(&counter.folder)
        .args(["given", "--of"])
        .arg(&counter.note)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.starts_with("Saved on this device."), "{first}");
    let connection = mute.accept().unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    drop((mute, connection));
    world.start_server();
    // The server hears it, and the shop does not hear the server.
    link.cut_replies_after(0);
    assert!(!counter.run(&["sync"]).status.success());
    assert_eq!(link.lost(), 1);
    assert_eq!(told(&mut phone, round).await, 1);
    assert!(counter.says(&["queue"]).contains("parcels given by the shop"), "not acknowledged yet");
    link.cut_replies_after(WHOLE);
    for _ in 0..2 {
        assert_eq!(counter.says(&["sync"]).trim(), "All sent: you can close");
    }
    assert_eq!(told(&mut phone, round).await, 1);
    // What is no note is refused before anything is saved.
    let wrong = counter.run(&["given", "--of", counter.note.to_str().unwrap(), "--only", "2"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert_eq!(counter.says(&["queue"]).trim(), "All sent: you can close");
}
