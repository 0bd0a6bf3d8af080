//! Servers that send back what they should keep to themselves: credentials and signatures.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use serde_json::json;

use super::program::Trial;
use super::wire::{Good, reply, serve};

const ACCESS_KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const SESSION: &str = "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJHMEUCIQD=";

/// All files in a folder, and what they hold.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

/// Whatever a target sends back of its request's head, and even the secret key, which it should not
/// know: no report and no trace has any of it.
#[test]
fn echoes_the_head() {
    let signatures = Arc::new(Mutex::new(Vec::new()));
    let seen = signatures.clone();
    let good = Good::new();
    let url = serve(move |stream, asked| {
        let signature = asked.head.split("Signature=").nth(1).unwrap();
        seen.lock().unwrap().push(signature.get(..64).unwrap().to_owned());
        let echo = format!("{}{SECRET_KEY}", asked.head.replace("\r\n", " "));
        let headers = "Content-Type: application/json\r\n";
        let headers = match asked.count % 4 {
            0 => format!("{headers}x-amzn-ErrorType: {echo}\r\n"),
            1 => format!("Content-Type: {echo}\r\n"),
            _ => headers.to_owned(),
        };
        let mut answer = good.reply(asked);
        for member in ["meshName", "nextToken", "message", "code", &echo] {
            answer.body[member] = json!(echo);
        }
        if answer.body["metadata"].is_object() {
            answer.body["metadata"]["uid"] = json!(echo);
            answer.body["metadata"]["meshOwner"] = json!(echo);
            answer.body["status"]["status"] = json!(echo);
        }
        reply(stream, answer.status, &headers, answer.body.to_string().as_bytes())
    });
    let trial = Trial::on(url).env("AWS_ACCESS_KEY_ID", ACCESS_KEY);
    let trial = trial.env("AWS_SECRET_ACCESS_KEY", SECRET_KEY).env("AWS_SESSION_TOKEN", SESSION);
    let ran = trial.run();
    assert_eq!(ran.code, Some(1), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("[redacted]"), "what is echoed is shown: {}", ran.stdout);

    let mut texts = files(ran.folder.path());
    assert!(texts.len() > 1, "a report and traces");
    texts.push(("standard output".to_owned(), ran.stdout));
    texts.push(("standard error".to_owned(), ran.stderr));
    let signatures = signatures.lock().unwrap();
    assert!(signatures.len() > 100, "requests are signed");
    let secrets = [ACCESS_KEY, SECRET_KEY, SESSION].into_iter();
    for secret in secrets.chain(signatures.iter().map(String::as_str)) {
        for (name, text) in &texts {
            assert!(!text.contains(secret), "{name} holds {secret}");
        }
    }
}
