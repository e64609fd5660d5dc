//! The page: there within a second, shows the server's kill, and has the account before the process ends.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use courier_session::client::http_client;
use serde_json::Value;

use super::run::demo;

#[tokio::test(flavor = "multi_thread")]
async fn the_page_keeps_up_with_the_day_and_sees_the_server_go_and_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = demo(&["--hours", "1", "--speed", "20"], folder.path());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let hello = lines.next().unwrap().unwrap();
    let page = hello.split_whitespace().find(|word| word.starts_with("http://")).unwrap().to_owned();
    // The rest is read, so that a full pipe never stops the day.
    let rest = std::thread::spawn(move || lines.map_while(Result::ok).collect::<Vec<_>>());

    let http = http_client().unwrap();
    for (path, kind, has) in [
        ("", "text/html", "<html"),
        ("town.css", "text/css", "{"),
        ("town.js", "text/javascript", "EventSource"),
        ("couriers.js", "text/javascript", "export"),
        ("words.js", "text/javascript", "export"),
    ] {
        let answer = http.get(format!("{page}{path}")).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert!(header("content-type").starts_with(kind), "{path}");
        assert!(header("content-security-policy").contains("default-src 'self'"), "{path}");
        assert!(String::from_utf8(answer.bytes().await.unwrap().to_vec()).unwrap().contains(has), "{path}");
    }

    let mut stream = http.get(format!("{page}events")).send().await.unwrap();
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.chunk().await.unwrap() {
        bytes.extend_from_slice(&chunk);
    }
    let text = String::from_utf8(bytes).unwrap();
    let events: Vec<(&str, Value)> = text
        .split("\n\n")
        .filter_map(|event| {
            let name = event.lines().find_map(|line| line.strip_prefix("event: "))?;
            let data = event.lines().find_map(|line| line.strip_prefix("data: "))?;
            Some((name, serde_json::from_str(data).unwrap()))
        })
        .collect();
    let (first, town) = &events[0];
    assert_eq!((*first, town["name"].as_str()), ("town", Some("Port-Brume")));
    assert!(town["dots"].as_array().unwrap().len() > 500 && town["words"]["fr"].is_object());
    let frames: Vec<&Value> =
        events.iter().filter(|(name, _)| *name == "frame").map(|(_, frame)| frame).collect();
    assert!(frames.len() > 20, "{}", frames.len());
    let dark = |frame: &&&Value| frame["couriers"].as_array().unwrap().iter().any(|one| one["link"] == false);
    assert!(frames.iter().any(|frame| dark(&frame)), "somebody goes dark");
    let killed = frames.iter().position(|frame| frame["server"] == "killed").expect("the kill is seen");
    assert!(frames[killed..].iter().any(|frame| frame["server"] == "up"), "and the return");
    let last = frames.last().unwrap();
    assert_eq!((&last["server"], &last["only_on_phones"]), (&Value::from("over"), &Value::from(0)));
    assert!(last["account"]["fr"].as_array().unwrap().len() >= 12, "{last}");
    assert!(child.wait().unwrap().success());
    let said = rest.join().unwrap().join("\n");
    assert!(said.contains("08:30") && said.contains("Lost: 0."), "{said}");
}
