//! `tournee check` says in a line each what is well, what is not, and by its exit code whether to get up at night.

use std::os::unix::fs::PermissionsExt;

use super::backup_and_restore::run;
use crate::harness::ready::{Ready, ready};

fn codes(report: &serde_json::Value, state: &str) -> Vec<String> {
    let lines = report["lines"].as_array().unwrap().iter().filter(|line| line["state"] == state);
    lines.map(|line| line["code"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_folder_is_said_and_decides_the_exit_code() {
    let Ready { world, .. } = ready(1).await;
    let data = world.data();
    let (code, report) = run(&["check"], &[&data]);
    assert_eq!((code, codes(&report, "fault")), (0, Vec::new()), "{report}");
    assert!(codes(&report, "warning").contains(&"backup_none".to_owned()), "{report}");
    let well = codes(&report, "ok");
    for line in ["sqlite_ok", "folder_ok", "database_ok", "keys_ok", "clock_ok", "wal_ok", "revocations_ok"] {
        assert!(well.contains(&line.to_owned()), "{line}: {report}");
    }

    assert_eq!(run(&["backup"], &[&data, &world.folder.path().join("backup")]).0, 0);
    std::fs::set_permissions(&data, PermissionsExt::from_mode(0o755)).unwrap();
    std::fs::write(data.join("revocations.jsonl"), "{\"cut").unwrap();
    let (code, report) = run(&["check"], &[&data]);
    assert_eq!(code, 0, "{report}");
    assert!(codes(&report, "ok").contains(&"backup_ok".to_owned()), "{report}");
    let warned = codes(&report, "warning");
    assert!(warned.contains(&"folder_open".to_owned()), "{report}");
    assert!(warned.contains(&"revocations_damaged".to_owned()), "{report}");

    let config = world.folder.path().join("tournee.toml");
    std::fs::write(&config, "listen = \"0.0.0.0:80\"\n").unwrap();
    let (code, report) = run(&["check", "--config", config.to_str().unwrap()], &[&data]);
    assert_eq!((code, codes(&report, "fault")), (1, vec!["config_bad".to_owned()]), "{report}");

    std::fs::remove_file(data.join("keys/server.key")).unwrap();
    let (code, report) = run(&["check"], &[&data]);
    assert_eq!((code, codes(&report, "fault")), (1, vec!["keys_bad".to_owned()]), "{report}");
    assert!(report.to_string().contains("keys/server.key"), "{report}");
}
