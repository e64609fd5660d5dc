use super::*;

fn environment(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn flags() -> Layer {
    Layer { data_dir: Some("data".into()), ..Layer::default() }
}

fn file(text: &str) -> Option<ConfigFile<'_>> {
    Some(ConfigFile { path: Path::new("tournee.toml"), text })
}

#[test]
fn with_nothing_but_a_folder_the_server_listens_on_this_machine() {
    let config = resolve(&flags(), &environment(&[]), None, &[]).unwrap();
    assert_eq!(config.listen, "127.0.0.1:8480".parse().unwrap());
    assert_eq!(config.data_dir, Path::new("data"));
    assert_eq!((config.behind_proxy, config.log_level, config.language), (false, Level::INFO, None));
}

#[test]
fn a_flag_goes_before_the_environment_and_that_before_the_file() {
    let text = "listen = '127.0.0.1:1'\nlog_level = 'error'\nlanguage = 'fr'\nbehind_proxy = true\n";
    let environment = environment(&[
        ("TOURNEE_LISTEN", "127.0.0.1:2"),
        ("TOURNEE_LOG_LEVEL", "debug"),
        ("TOURNEE_BEHIND_PROXY", "false"),
        ("HOME", "/root"),
    ]);
    let flags = Layer { listen: Some("127.0.0.1:3".into()), ..flags() };
    let config = resolve(&flags, &environment, file(text), &[]).unwrap();
    assert_eq!(config.listen.port(), 3);
    assert_eq!(config.log_level, Level::DEBUG);
    assert_eq!(config.language, Some(Language::Fr));
    assert!(!config.behind_proxy);
}

#[test]
fn an_error_names_key_source_and_what_would_be_right() {
    let nothing = environment(&[]);
    let listen = |value: &str| Layer { listen: Some(value.into()), ..flags() };
    for (result, words) in [
        (resolve(&listen("8480"), &nothing, None, &[]), ["listen", "--listen", "127.0.0.1:8480"]),
        (resolve(&listen("0.0.0.0:8480"), &nothing, None, &[]), ["listen", "--listen", "behind_proxy"]),
        (resolve(&Layer::default(), &nothing, None, &[]), ["data_dir", "not given", "tournee init"]),
        (
            resolve(&flags(), &environment(&[("TOURNEE_BEHIND_PROXY", "yes")]), None, &[]),
            ["behind_proxy", "TOURNEE_BEHIND_PROXY", "true or false"],
        ),
        (
            resolve(&flags(), &nothing, file("log_level = 'loud'"), &[]),
            ["log_level", "tournee.toml", "error, warn, info"],
        ),
        (resolve(&flags(), &nothing, file("language = 'de'"), &[]), ["language", "tournee.toml", "fr, en"]),
        (resolve(&flags(), &nothing, file("lissten = 'x'"), &[]), ["lissten", "tournee.toml", "`listen`"]),
        (
            resolve(&flags(), &nothing, file("behind_proxy = 'no'"), &[]),
            ["behind_proxy", "tournee.toml", "bool"],
        ),
    ] {
        let error = result.unwrap_err().to_string();
        assert!(words.iter().all(|word| error.contains(word)), "{error} should name {words:?}");
    }
}

#[test]
fn a_variable_that_means_nothing_is_refused_and_the_known_ones_are_listed() {
    let environment = environment(&[("TOURNEE_LISTEM", "127.0.0.1:1"), ("TOURNEE_SERVER", "http://x")]);
    let error = resolve(&flags(), &environment, None, &["TOURNEE_SERVER"]).unwrap_err().to_string();
    assert!(error.contains("TOURNEE_LISTEM") && error.contains("TOURNEE_LISTEN, "), "{error}");
    let only_others = BTreeMap::from([("TOURNEE_SERVER".to_owned(), String::new())]);
    assert!(resolve(&flags(), &only_others, None, &["TOURNEE_SERVER"]).is_ok());
}

#[test]
fn behind_a_proxy_any_address_will_do() {
    let environment = environment(&[("TOURNEE_BEHIND_PROXY", "true"), ("TOURNEE_LISTEN", "0.0.0.0:80")]);
    assert!(resolve(&flags(), &environment, None, &[]).unwrap().behind_proxy);
}

#[test]
fn certificate_and_key_come_together_and_let_the_server_listen_anywhere() {
    let nothing = environment(&[]);
    let text = "tls_cert = 'file.crt'\ntls_key = 'file.key'\nlisten = '0.0.0.0:8480'\n";
    let config = resolve(&flags(), &environment(&[("TOURNEE_TLS_KEY", "environment.key")]), file(text), &[]);
    let tls = config.unwrap().tls.unwrap();
    assert_eq!((tls.cert, tls.key), ("file.crt".into(), "environment.key".into()));
    for (given, missing) in
        [("tls_cert = 'a'", "tls_key (not given)"), ("tls_key = 'a'", "tls_cert (not given)")]
    {
        let error = resolve(&flags(), &nothing, file(given), &[]).unwrap_err().to_string();
        assert!(error.contains(missing) && error.contains("PEM"), "{error}");
    }
}
