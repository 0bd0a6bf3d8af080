//! Servers that send what is no HTTP, hardly HTTP, or HTTP as nobody expects it.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::program::Trial;
use super::wire::{CallContext, Good, close, headers, json, reply, serve, serve_connections};

/// A server that sends these bytes and closes.
fn says(bytes: &'static [u8]) -> Trial {
    Trial::on(serve(move |stream, _| {
        stream.write_all(bytes)?;
        close()
    }))
}

/// A server that sends a start and then the same bytes without end.
fn never_ends(start: &'static [u8], bytes: &'static [u8]) -> Trial {
    Trial::on(serve(move |stream, _| {
        stream.write_all(start)?;
        loop {
            stream.write_all(bytes)?;
        }
    }))
}

/// A server that answers properly, in its own form.
fn in_form(
    form: impl Fn(&mut TcpStream, &CallContext, &Good) -> io::Result<()> + Send + Sync + 'static,
) -> Trial {
    let good = Good::new();
    Trial::on(serve(move |stream, asked| form(stream, asked, &good)))
}

#[test]
fn garbage() {
    says(b"\x16\x03\x01\x02\x00garbage\r\n\r\n").is_inconclusive("garbage", "cannot be reached");
}

#[test]
fn garbage_without_end() {
    never_ends(b"", &[0xff; 4096]).is_inconclusive("garbage-without-end", "cannot be reached");
}

#[test]
fn another_protocol() {
    says(b"220 mail ESMTP\r\n").is_inconclusive("another-protocol", "cannot be reached");
}

/// It is asked in TLS, and answers in HTTP that it understands nothing.
#[test]
fn no_tls() {
    let url = serve_connections(|mut stream| {
        stream.read_exact(&mut [0; 16])?;
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")?;
        // So that it is not the connection that breaks first.
        stream.read_to_end(&mut Vec::new()).map(|_| ())
    });
    let url = url.replace("http:", "https:");
    Trial::on(url).is_inconclusive("no-tls", "is it http instead of https?");
}

#[test]
fn headers_without_end() {
    let trial = never_ends(b"HTTP/1.1 200 OK\r\n", b"X-More: and more\r\n");
    trial.is_inconclusive("headers-without-end", "cannot be reached");
}

#[test]
fn one_header_without_end() {
    let trial = never_ends(b"HTTP/1.1 200 OK\r\nX-More: ", &[b'a'; 4096]);
    trial.is_inconclusive("one-header-without-end", "cannot be reached");
}

#[test]
fn a_header_of_a_megabyte() {
    let trial = Trial::on(serve(|stream, _| {
        let header = format!("X-Long: {}\r\n", "a".repeat(1 << 20));
        reply(stream, 200, &header, b"{}")
    }));
    trial.is_inconclusive("a-header-of-a-megabyte", "cannot be reached");
}

#[test]
fn interim_answers_without_end() {
    let trial = never_ends(b"", b"HTTP/1.1 100 Continue\r\n\r\n").hasty();
    trial.is_inconclusive("interim-answers-without-end", "no answer in time");
}

/// Interim answers say nothing, and the answer behind them counts.
#[test]
fn interim_answers_first() {
    let trial = in_form(|stream, asked, good| {
        for _ in 0..10 {
            stream.write_all(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")?;
        }
        good.answer(stream, asked)
    });
    trial.conforms("interim-answers-first");
}

/// HTTP/1.0 without a length: the body ends with the connection.
#[test]
fn http_1_0() {
    let trial = in_form(|stream, asked, good| {
        let answer = good.reply(asked);
        let (status, headers) = (answer.status, headers(&answer));
        write!(stream, "HTTP/1.0 {status} X\r\n{headers}\r\n{}", answer.body)?;
        close()
    });
    trial.conforms("http-1-0");
}

/// Chunks of one byte are as good as any.
#[test]
fn tiny_chunks() {
    let trial = in_form(|stream, asked, good| {
        let answer = good.reply(asked);
        let (status, headers) = (answer.status, headers(&answer));
        let mut bytes =
            format!("HTTP/1.1 {status} X\r\n{headers}Transfer-Encoding: chunked\r\n\r\n")
                .into_bytes();
        for byte in answer.body.to_string().bytes() {
            bytes.extend([b'1', b'\r', b'\n', byte, b'\r', b'\n']);
        }
        bytes.extend(b"0\r\n\r\n");
        stream.write_all(&bytes)
    });
    trial.conforms("tiny-chunks");
}

#[test]
fn chunks_of_no_size() {
    let trial = says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nmany\r\n{}\r\n");
    trial.is_inconclusive("chunks-of-no-size", "cannot be reached");
}

#[test]
fn a_chunk_larger_than_memory() {
    let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n";
    let trial = never_ends(head, &[b' '; 4096]);
    trial.is_inconclusive("a-chunk-larger-than-memory", "cannot be reached");
}

#[test]
fn no_last_chunk() {
    let trial = says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n");
    trial.is_inconclusive("no-last-chunk", "cannot be reached");
}

#[test]
fn two_lengths() {
    let trial = says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}");
    trial.is_inconclusive("two-lengths", "cannot be reached");
}

/// The length is larger than the body, and then the connection closes: answers are cut off.
#[test]
fn a_length_too_long() {
    let trial = in_form(|stream, asked, good| {
        let answer = good.reply(asked);
        let body = answer.body.to_string();
        let length = body.len() + 10;
        let (status, headers) = (answer.status, headers(&answer));
        write!(stream, "HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\n\r\n{body}")?;
        close()
    });
    trial.is_inconclusive("a-length-too-long", "cannot be reached");
}

/// The length is smaller than the body, which is cut off by that.
#[test]
fn a_length_too_short() {
    let trial = in_form(|stream, asked, good| {
        let answer = good.reply(asked);
        let body = answer.body.to_string();
        let length = body.len() - 1;
        let (status, headers) = (answer.status, headers(&answer));
        let headers = format!("{headers}Connection: close\r\n");
        write!(stream, "HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\n\r\n{body}")?;
        close()
    });
    trial.breaks("a-length-too-short", &["wire/json-body"]);
}

/// Behind each answer come bytes that nobody asked for. They belong to no call.
#[test]
fn more_than_the_answer() {
    let trial = in_form(|stream, asked, good| {
        let answer = good.reply(asked);
        let body = answer.body.to_string();
        let (status, headers, length) = (answer.status, headers(&answer), body.len());
        let start = format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\n\r\n");
        stream.write_all(format!("{start}{body}HTTP/1.1 200 OK\r\n\r\n").as_bytes())
    });
    trial.conforms("more-than-the-answer");
}

/// A success without content, which has content all the same.
#[test]
fn no_content_with_a_body() {
    let trial = Trial::on(serve(|stream, _| reply(stream, 204, "", b"{\"meshName\":\"mesh\"}")));
    trial.breaks("no-content-with-a-body", &["wire/success-status"]);
}

/// It sends everybody elsewhere. Nobody goes there.
#[test]
fn redirects() {
    let visits = Arc::new(AtomicU64::new(0));
    let counter = visits.clone();
    let elsewhere = serve(move |stream, _| {
        counter.fetch_add(1, Ordering::Relaxed);
        json(stream, b"{}")
    });
    let trial = Trial::on(serve(move |stream, asked| {
        let status = [301, 302, 303, 307, 308][(asked.count % 5) as usize];
        reply(stream, status, &format!("Location: {elsewhere}{}\r\n", asked.target), b"")
    }));
    trial.is_inconclusive("redirects", "no call succeeded");
    assert_eq!(visits.load(Ordering::Relaxed), 0, "signed requests must not go elsewhere");
}
