//! Servers that do not answer, or not to the end, or not always.

use std::io::Write;
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::program::Trial;
use super::wire::{Good, close, hang, serve, serve_connections};

/// It accepts connections and reads nothing.
#[test]
fn accepts_only() {
    let url = serve_connections(|stream| {
        thread::sleep(Duration::from_secs(30));
        drop(stream);
        Ok(())
    });
    Trial::on(url).hasty().is_inconclusive("accepts-only", "no answer in time");
}

/// It reads every request and answers none.
#[test]
fn hangs() {
    let url = serve(|stream, _| hang(stream));
    Trial::on(url).hasty().is_inconclusive("hangs", "no answer in time");
}

/// It hangs on lists only: it can be reached, and what it hangs on is named.
#[test]
fn hangs_on_lists() {
    let good = Good::new();
    let url = serve(move |stream, asked| {
        let path = asked.target.split('?').next().unwrap_or_default();
        // A list has a path of an odd number of words: the kinds, and the names between them.
        let is_list = path.split('/').skip(1).count() % 2 == 1;
        match asked.method.as_str() {
            "GET" if is_list => hang(stream),
            _ => good.answer(stream, asked),
        }
    });
    let trial = Trial::on(url).hasty().calls(3_000);
    trial.is_inconclusive("hangs-on-lists", "most often List");
}

/// It takes its time for each answer: the run ends when its own time is up, says so, and shows
/// meanwhile how far it is.
#[test]
fn takes_its_time() {
    let good = Good::with_fault(Some("mesh.one-uid"));
    let url = serve(move |stream, asked| {
        thread::sleep(Duration::from_millis(300));
        good.answer(stream, asked)
    });
    let trial = Trial::on(url).calls(100_000).env("CI", "true").seconds(11);
    let ran = trial.breaks_at_least(&["mesh/uid-unique"]);
    assert_eq!(ran.report["time_up"], true);
    assert!(ran.report["calls"].as_u64().unwrap() > 0);
    let line = ran.stderr.lines().next().unwrap_or_default();
    let (calls, _) = line.split_once("/100000 calls").unwrap_or_default();
    assert!(calls.parse::<u64>().is_ok_and(|calls| calls > 0), "{line:?}");
}

/// It sends a head and never the body.
#[test]
fn hangs_after_the_head() {
    let url = serve(|stream, _| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")?;
        hang(stream)
    });
    Trial::on(url).hasty().is_inconclusive("hangs-after-the-head", "no answer in time");
}

/// A byte a second.
fn drip(stream: &mut TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    for byte in bytes {
        stream.write_all(&[*byte])?;
        thread::sleep(Duration::from_secs(1));
    }
    Ok(())
}

/// It sends its head a byte a second.
#[test]
fn drips_the_head() {
    let url = serve(|stream, _| drip(stream, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"));
    Trial::on(url).is_inconclusive("drips-the-head", "no answer in time");
}

/// It sends its body a byte a second.
#[test]
fn drips_the_body() {
    let url = serve(|stream, _| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n")?;
        drip(stream, &[b' '; 60])
    });
    Trial::on(url).is_inconclusive("drips-the-body", "no answer in time");
}

/// It closes every connection at once.
#[test]
fn closes_at_once() {
    let url = serve_connections(|_| Ok(()));
    Trial::on(url).is_inconclusive("closes-at-once", "cannot be reached");
}

/// It closes every connection once it has read a request.
#[test]
fn closes_without_an_answer() {
    let url = serve(|_, _| close());
    Trial::on(url).is_inconclusive("closes-without-an-answer", "cannot be reached");
}

/// It answers properly until it is asked for the hundredth time, and then no more.
#[test]
fn stops_answering() {
    let good = Good::new();
    let url = serve(move |stream, asked| match asked.count {
        ..100 => good.answer(stream, asked),
        _ => hang(stream),
    });
    Trial::on(url).hasty().is_inconclusive("stops-answering", "no answer in time");
}

/// It does what it is asked, but deletes are never answered, so that each costs a time-out.
#[test]
fn hangs_on_deletes() {
    let good = Good::new();
    let url = serve(move |stream, asked| match asked.method.as_str() {
        "DELETE" => hang(stream),
        _ => good.answer(stream, asked),
    });
    let trial = Trial::on(url).hasty().calls(3_000);
    trial.is_inconclusive("hangs-on-deletes", "most often Delete");
}

/// Every fifth call does what it is asked and is not answered.
#[test]
fn hangs_now_and_then() {
    let good = Good::new();
    let url = serve(move |stream, asked| {
        let reply = good.reply(asked);
        match asked.count % 5 {
            4 => hang(stream),
            _ => super::wire::send(stream, &reply),
        }
    });
    let trial = Trial::on(url).hasty().calls(3_000);
    trial.is_inconclusive_somehow("more than 50 calls had no answer in time");
}

/// Every seventh call is done, but the connection closes before the answer: nobody can tell.
#[test]
fn closes_now_and_then() {
    let good = Good::new();
    let url = serve(move |stream, asked| {
        let reply = good.reply(asked);
        match asked.count % 7 {
            6 => close(),
            _ => super::wire::send(stream, &reply),
        }
    });
    Trial::on(url).conforms("closes-now-and-then");
}

/// It goes away for three calls in the middle, and has forgotten nothing when it is back.
#[test]
fn restarts() {
    let good = Good::new();
    let url = serve(move |stream, asked| match asked.count {
        70..73 => close(),
        _ => good.answer(stream, asked),
    });
    Trial::on(url).conforms("restarts");
}

/// It starts anew before it is asked for what it was given, and has forgotten everything. What
/// diverges then does not diverge again.
#[test]
fn restarts_and_forgets() {
    let good = Good::new();
    let restarted = AtomicBool::new(false);
    let url = serve(move |stream, asked| {
        let is_due = asked.count >= 60 && asked.target.contains("/virtualNodes/");
        let reads = asked.method == "GET" && good.reply(asked).status == 200;
        if is_due && reads && !restarted.swap(true, Ordering::Relaxed) {
            good.restart();
        }
        good.answer(stream, asked)
    });
    Trial::on(url).is_inconclusive_somehow("did not do so each time");
}
