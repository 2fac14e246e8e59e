//! A request as a `curl` command for a POSIX shell. Where a sender tells the secret itself, the
//! command reads it when it runs, so that it can be shown and kept.

use std::path::Path;

use url::Url;

use crate::webhook::{BASIC_USER, Message, Said};

/// The command, one header a line.
pub(super) fn command(url: &Url, message: &Message, secret_file: Option<&Path>) -> String {
    let mut piped = None;
    let mut lines = vec!["curl".to_owned()];
    for (name, said) in &message.headers {
        match said {
            Said::Plain(value) => {
                lines.push(format!("--header {}", quoted(&format!("{name}: {value}"))));
            }
            secret => piped = Some(header(name, secret, &read(secret_file))),
        }
    }
    if piped.is_some() {
        // From a pipe: a command line can be read by everyone on the machine.
        lines.push("--header @-".to_owned());
    }
    lines.push(format!("--data-binary {}", quoted(&message.body)));
    lines.push(quoted(url.as_str()));
    let command = lines.join(" \\\n    ") + "\n";
    piped.map_or(command.clone(), |piped| format!("{piped} |\n  {command}"))
}

/// A shell's way to the first line of the secret.
fn read(file: Option<&Path>) -> String {
    match file {
        Some(file) => format!("\"$(head -n 1 {})\"", quoted(&file.to_string_lossy())),
        None => "\"$BYLINE_WEBHOOK_SECRET\"".to_owned(),
    }
}

/// Prints a header that tells the secret.
fn header(name: &str, said: &Said, secret: &str) -> String {
    match said {
        Said::Basic => format!(
            "printf '{name}: Basic %s\\n' \"$(printf '{BASIC_USER}:%s' {secret} | base64 | tr -d '\\n')\""
        ),
        Said::Bearer => format!("printf '{name}: Bearer %s\\n' {secret}"),
        Said::Token | Said::Plain(_) => format!("printf '{name}: %s\\n' {secret}"),
    }
}

/// One word of a shell, whatever is in it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command_of(said: Said) -> String {
        let message = Message {
            headers: vec![("x-token", said)],
            body: r#"{"ref":"it's"}"#.to_owned(),
        };
        let url = Url::parse("https://ida.example/-/hook").unwrap();
        command(&url, &message, Some(Path::new("/etc/by line/s")))
    }

    #[test]
    fn words_are_quoted_and_secrets_are_read_when_it_runs() {
        let plain = command_of(Said::Plain("it's".to_owned()));
        assert!(
            plain.starts_with("curl \\\n    --header 'x-token: it'\\''s' \\\n"),
            "{plain}"
        );
        assert!(
            plain.contains(r#"--data-binary '{"ref":"it'\''s"}'"#),
            "{plain}"
        );
        let token = command_of(Said::Token);
        let read = "printf 'x-token: %s\\n' \"$(head -n 1 '/etc/by line/s')\" |\n  curl";
        assert!(token.starts_with(read), "{token}");
        assert!(token.contains("--header @-"), "{token}");
        assert!(command_of(Said::Basic).contains("base64"));
    }
}
