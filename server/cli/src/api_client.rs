//! The JSON routes as an admin or coordinator in a terminal uses them.

use std::path::PathBuf;

use clap::Args;
use core_sync::domain::personal::Secret;
use core_sync::texts::word;
use core_sync::wire::error_code::ErrorCode;
use courier_session::client::http_client;
use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::failure::{Failure, first_cause};
use crate::shell::Shell;

/// Where the server is and who asks.
#[derive(Debug, Clone, Args)]
pub(crate) struct ServerArguments {
    /// Address of the server.
    #[arg(long, global = true, env = "TOURNEE_SERVER", default_value = "http://127.0.0.1:8480")]
    pub(crate) server: String,
    /// File that holds your token.
    #[arg(long, global = true, env = "TOURNEE_TOKEN_FILE", value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
}

/// A client of the JSON routes.
pub(crate) struct Api<'a> {
    http: reqwest::Client,
    server: String,
    token: Secret<String>,
    shell: &'a Shell,
}

impl<'a> Api<'a> {
    /// A client with the token of the file.
    pub(crate) fn new(arguments: &ServerArguments, shell: &'a Shell) -> Result<Self, Failure> {
        let path = arguments.token_file.as_ref();
        let path = path.ok_or_else(|| Failure::yours("token_file", shell.word("cli.give_a_token_file")))?;
        let token = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
        let http = http_client().map_err(|error| Failure::chain("client", &error))?;
        let server = arguments.server.trim_end_matches('/').to_owned();
        Ok(Self { http, server, token: Secret::new(token.trim().to_owned()), shell })
    }

    /// Asks for something.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        let (_, body) = self.call(Method::GET, path, None).await?;
        read(&body)
    }

    /// Asks for something that may not have changed; `None` if so.
    pub(crate) async fn get_if_changed<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Failure> {
        let (status, body) = self.call(Method::GET, path, None).await?;
        if status == 304 { Ok(None) } else { read(&body).map(Some) }
    }

    /// Sends something and reads the answer.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        let body = serde_json::to_vec(body).map_err(|error| Failure::chain("request", &error))?;
        let (_, body) = self.call(Method::POST, path, Some(body)).await?;
        read(&body)
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
    ) -> Result<(u16, Vec<u8>), Failure> {
        let unreachable = |error: reqwest::Error| {
            let sentence =
                format!("{} ({}: {})", self.shell.word("cli.server_away"), self.server, first_cause(&error));
            Failure::ours("no_network", sentence)
        };
        let mut request =
            self.http.request(method, format!("{}{path}", self.server)).bearer_auth(self.token.reveal());
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        let response = request.send().await.map_err(unreachable)?;
        let status = response.status().as_u16();
        let body = response.bytes().await.map_err(unreachable)?.to_vec();
        if status < 400 { Ok((status, body)) } else { Err(self.problem(status, &body)) }
    }

    /// The server's no, in words: its own sentence only where the code is not known here.
    fn problem(&self, status: u16, body: &[u8]) -> Failure {
        let problem: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        let text = |member: &str| problem.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
        let code = text("code");
        let mut sentence = match ErrorCode::from_code(&code) {
            Some(known) => word(self.shell.language, &format!("error.{}", known.code())).to_owned(),
            None => format!("HTTP {status} {}", text("detail")),
        };
        if !text("field").is_empty() {
            sentence = format!("{sentence} ({}: {})", text("field"), text("expected"));
        }
        let mut failure =
            if status >= 500 { Failure::ours(&code, sentence) } else { Failure::yours(&code, sentence) };
        failure.details = problem;
        failure
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(body).map_err(|error| Failure::chain("answer", &error))
}
