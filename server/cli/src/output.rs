//! What a command gives: words for a person and the same as JSON, made together so that they never differ.

use std::io::Write;

use serde_json::Value;

/// The output of a command.
#[derive(Debug, Default)]
pub(crate) struct Output {
    /// For a person.
    pub(crate) text: String,
    /// For a program.
    pub(crate) json: Value,
    /// 0, unless a command that ran well has something bad to tell.
    pub(crate) exit_code: u8,
}

impl Output {
    /// Words and JSON.
    pub(crate) fn new(text: impl Into<String>, json: Value) -> Self {
        Self { text: text.into(), json, exit_code: 0 }
    }

    /// Says nothing more: a script has printed each line's answer already.
    pub(crate) fn silent(mut self) -> Self {
        self.json = Value::Null;
        self.text.clear();
        self
    }

    /// Prints it.
    pub(crate) fn print(&self, as_json: bool) -> std::io::Result<()> {
        let mut out = std::io::stdout().lock();
        if as_json && !self.json.is_null() {
            writeln!(out, "{}", self.json)?;
        } else if !as_json && !self.text.is_empty() {
            writeln!(out, "{}", self.text.trim_end())?;
        }
        out.flush()
    }
}
