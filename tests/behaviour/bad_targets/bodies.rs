//! Servers that speak HTTP, with bodies that are nonsense or too much.

use std::io::Write;

use serde_json::{Value, json as value};

use super::program::Trial;
use super::wire::{Good, headers, json, reply, send, serve};

/// A server whose every answer is a success with this body.
fn says(body: impl Into<Vec<u8>>) -> Trial {
    let body = body.into();
    Trial::on(serve(move |stream, _| json(stream, &body)))
}

/// A server that does all right, but for what it makes of its bodies.
fn alters(alter: impl Fn(&mut Value) -> Option<String> + Send + Sync + 'static) -> Trial {
    let good = Good::new();
    Trial::on(serve(move |stream, asked| {
        let mut answer = good.reply(asked);
        match alter(&mut answer.body) {
            Some(body) => reply(stream, answer.status, &headers(&answer), body.as_bytes()),
            None => send(stream, &answer),
        }
    }))
}

#[test]
fn empty() {
    says("").breaks("empty-bodies", &["wire/json-body"]);
}

#[test]
fn html() {
    let page = b"<!doctype html><h1>It works!</h1>";
    let url = serve(|stream, _| reply(stream, 200, "Content-Type: text/html\r\n", page));
    Trial::on(url).breaks("html", &["wire/content-type", "wire/json-body"]);
}

#[test]
fn invalid_utf8() {
    says(b"{\"meshName\":\"\xff\xfe\"}".to_vec()).breaks("invalid-utf8", &["wire/json-body"]);
}

/// UTF-16 is no longer JSON since RFC 8259.
#[test]
fn utf16() {
    let text: Vec<u8> = "\u{feff}{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    says(text).breaks("utf16", &["wire/json-body"]);
}

#[test]
fn not_a_number() {
    says("{\"metadata\":{\"version\":NaN}}").breaks("not-a-number", &["wire/json-body"]);
}

#[test]
fn nested_lists() {
    let lists = ["[".repeat(10_000), "]".repeat(10_000)].concat();
    says(lists).breaks("nested-lists", &["wire/json-body"]);
}

/// Deep in a member, where a list is expected or nothing at all.
#[test]
fn nested_in_a_member() {
    let trial = alters(|body| {
        let deep = ["[".repeat(10_000), "]".repeat(10_000)].concat();
        let shown = body.to_string();
        let start = shown.strip_suffix('}')?;
        let comma = if start == "{" { "" } else { "," };
        Some(format!("{start}{comma}\"more\":{deep}}}"))
    });
    trial.breaks("nested-in-a-member", &["wire/json-body"]);
}

/// Every name of a member stands twice, first with nonsense: the last one counts.
#[test]
fn duplicate_members() {
    let trial = alters(|body| {
        let members = body.as_object()?;
        let twice = members.iter().map(|(name, it)| format!("{name:?}:17,{name:?}:{it}"));
        Some(format!("{{{}}}", twice.collect::<Vec<_>>().join(",")))
    });
    trial.conforms("duplicate-members");
}

/// The same, but the nonsense comes last.
#[test]
fn duplicate_members_the_wrong_way() {
    let trial = alters(|body| {
        let members = body.as_object()?;
        let twice = members.iter().map(|(name, it)| format!("{name:?}:{it},{name:?}:17"));
        Some(format!("{{{}}}", twice.collect::<Vec<_>>().join(",")))
    });
    trial.breaks("duplicate-members-the-wrong-way", &["wire/member-type"]);
}

/// 100 MB, announced.
#[test]
fn a_hundred_megabytes() {
    let url = serve(|stream, _| {
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", 100 << 20)?;
        (0..1_600).try_for_each(|_| stream.write_all(&[b' '; 65_536]))
    });
    Trial::on(url).is_inconclusive("a-hundred-megabytes", "longer than 1048576 bytes");
}

/// 100 MB in chunks, and more to come.
#[test]
fn chunks_without_end() {
    let url = serve(|stream, _| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
        loop {
            write!(stream, "10000\r\n{}\r\n", " ".repeat(0x10000))?;
        }
    });
    Trial::on(url).is_inconclusive("chunks-without-end", "longer than 1048576 bytes");
}

/// A gigabyte of zeros in ten kilobytes: gzip members may follow each other.
const BOMB: &[u8] = &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];

/// Compressed, although that was ruled out: nothing is unpacked.
#[test]
fn a_gzip_bomb() {
    let bomb = BOMB.repeat(1_000);
    let coding = "Content-Type: application/json\r\nContent-Encoding: gzip\r\n";
    let url = serve(move |stream, _| reply(stream, 200, coding, &bomb));
    Trial::on(url).is_inconclusive("a-gzip-bomb", "coding \"gzip\", which was ruled out");
}

/// Compressed, and nobody says so.
#[test]
fn a_hidden_gzip_bomb() {
    says(BOMB.repeat(1_000)).breaks("a-hidden-gzip-bomb", &["wire/json-body"]);
}

/// Unknown members are permitted, however long.
#[test]
fn long_strings() {
    let trial = alters(|body| {
        body["more"] = value!("a".repeat(900_000));
        None
    });
    trial.calls(50).conforms("long-strings");
}

/// What takes few bytes may take much memory: so many values are not judged.
#[test]
fn many_small_values() {
    let trial = alters(|body| {
        body["more"] = Value::Array(vec![value!(0); 500_000]);
        None
    });
    trial.is_inconclusive("many-small-values", "holds more than 20000 JSON values");
}

/// Lists of as many items as are judged, none of them right and no two the same.
#[test]
fn large_specifications() {
    let trial = alters(|body| {
        let items = 0..19_000;
        body.get_mut("spec")?["listeners"] = items.map(Value::from).collect();
        None
    });
    trial.breaks("large-specifications", &["wire/member-type"]);
}

/// Names as long as an answer may be: a report shows the start.
#[test]
fn names_of_a_megabyte() {
    let name = "x".repeat(1_000_000);
    let trial = says(value!({ "meshName": name }).to_string());
    let ran = trial.run();
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stdout.len() < 300_000, "a report of {} bytes", ran.stdout.len());
}
