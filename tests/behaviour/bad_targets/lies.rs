//! Servers that answer in the right form with what does not belong there.

use std::sync::Mutex;

use serde_json::{Value, json};

use super::program::Trial;
use super::wire::{CallContext, Good, headers, reply, send, serve};

/// Every list has a next page, and each page is the first one again.
#[test]
fn tokens_without_end() {
    let good = Good::new();
    let url = serve(move |stream, asked| {
        let (path, query) = asked.target.split_once('?').unwrap_or((&asked.target, ""));
        let kept = query.split('&').filter(|it| !it.starts_with("nextToken"));
        let target = format!("{path}?{}", kept.collect::<Vec<_>>().join("&"));
        let again = CallContext { target, ..asked.clone() };
        let mut answer = good.reply(&again);
        let body = answer.body.as_object();
        let is_list = body.is_some_and(|body| body.values().any(Value::is_array));
        if is_list {
            answer.body["nextToken"] = json!(format!("more-{}", asked.count));
        }
        send(stream, &answer)
    });
    Trial::on(url).calls(800).breaks_at_least(&["route/list-once", "virtual-node/list-once"]);
}

/// Each call is answered what the one before should have been.
#[test]
fn crossed_answers() {
    let good = Good::new();
    let last = Mutex::new(None);
    let url = serve(move |stream, asked| {
        let answer = good.reply(asked);
        let late = last.lock().unwrap().replace(answer.clone());
        send(stream, &late.unwrap_or(answer))
    });
    Trial::on(url).calls(40).breaks_at_least(&["mesh/names"]);
}

/// Each error has a type that was never there before, so that each is a divergence of its own.
#[test]
fn errors_without_number() {
    let url = serve(|stream, asked| {
        let headers = format!("x-amzn-ErrorType: Error{}Exception\r\n", asked.count);
        match asked.count % 3 {
            0 => reply(stream, 200, "Content-Type: application/json\r\n", b"{}"),
            _ => reply(stream, 400, &headers, b"{}"),
        }
    });
    Trial::on(url).calls(60).breaks_at_least(&["wire/required-member"]);
}

/// A server whose clock tells the first day of 2069, with these header lines.
fn in_2069(date: &'static str) -> Trial {
    let good = Good::new();
    Trial::on(serve(move |stream, asked| {
        let answer = good.reply_at(asked, 3_124_224_000_000);
        let headers = headers(&answer) + date;
        reply(stream, answer.status, &headers, answer.body.to_string().as_bytes())
    }))
}

/// Its timestamps cannot be told from those in another unit.
#[test]
fn a_clock_that_is_ahead() {
    let ran = in_2069("").breaks_at_least(&["wire/timestamp"]);
    assert_eq!(ran.broken().len(), 1, "{:?}", ran.broken());
}

/// The target's own clock agrees with its timestamps.
#[test]
fn a_clock_that_is_ahead_and_says_so() {
    in_2069("Date: Tue, 01 Jan 2069 00:00:00 GMT\r\n").conforms("a-clock-that-is-ahead");
}

/// What a report shows of an answer cannot steer the terminal.
#[test]
fn steers_the_terminal() {
    let url = serve(|stream, _| {
        let body = json!({ "meshName": "\u{1b}[2J\u{7}\r\n", "code": "\u{1b}]0;title\u{7}" });
        reply(stream, 200, "Content-Type: application/json\r\n", body.to_string().as_bytes())
    });
    let ran = Trial::on(url).breaks_at_least(&["mesh/names"]);
    let steers = |c: char| c.is_control() && c != '\n';
    assert!(!ran.stdout.contains(steers), "{:?}", ran.stdout);
}
