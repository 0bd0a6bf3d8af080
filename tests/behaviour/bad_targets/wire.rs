//! Servers at the level of bytes: they read requests as they should and answer in any way.
//!
//! The main function is [`serve`]. [`Good`] is the reference server, for servers that are bad only
//! now and then.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use appmesh_conformance::reference::{Reference, Reply, Request};
use appmesh_conformance::selftest::fault::{self, Fault};
use appmesh_conformance::selftest::faulty;
use appmesh_model::api::{Api, Version};

/// The version that the servers serve.
pub const VERSION: Version = Version::V2018_10_01;
/// No connection is kept for longer, so that threads end.
const MOST_SILENCE: Duration = Duration::from_secs(60);

/// A request as it came.
#[derive(Clone, Debug)]
pub struct CallContext {
    /// HTTP method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The first line and the headers.
    pub head: String,
    /// Body.
    pub body: Vec<u8>,
    /// How many requests the server read before.
    pub count: u64,
}

impl CallContext {
    /// The request as the reference server takes it.
    fn request(&self) -> Request<'_> {
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        Request { method: &self.method, path, query, body: &self.body }
    }
}

/// Serves on a free port. `answer` is called for each request; an error closes the connection.
/// Returns the URL.
pub fn serve(
    answer: impl Fn(&mut TcpStream, &CallContext) -> io::Result<()> + Send + Sync + 'static,
) -> String {
    let count = AtomicU64::new(0);
    serve_connections(move |mut stream| {
        let mut reader = BufReader::new(stream.try_clone()?);
        loop {
            let mut asked = read_request(&mut reader)?;
            asked.count = count.fetch_add(1, Ordering::Relaxed);
            answer(&mut stream, &asked)?;
        }
    })
}

/// Serves connections on a free port; each is closed once `talk` is done. Returns the URL.
pub fn serve_connections(
    talk: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let talk = std::sync::Arc::new(talk);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let talk = talk.clone();
            thread::spawn(move || {
                stream.set_read_timeout(Some(MOST_SILENCE))?;
                stream.set_write_timeout(Some(MOST_SILENCE))?;
                stream.set_nodelay(true)?;
                talk(stream)
            });
        }
    });
    url
}

fn read_request(reader: &mut impl BufRead) -> io::Result<CallContext> {
    let mut head = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return close();
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line.trim().is_empty() {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut words = head.split(' ').map(str::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    Ok(CallContext { method, target, head, body, count: 0 })
}

/// Closes the connection.
pub fn close<T>() -> io::Result<T> {
    Err(io::ErrorKind::ConnectionAborted.into())
}

/// Says nothing until the other side has had enough.
pub fn hang(stream: &mut TcpStream) -> io::Result<()> {
    stream.read(&mut [0]).map(|_| ())
}

/// Writes an answer with these header lines, each ended by CR LF.
pub fn reply(stream: &mut TcpStream, status: u16, headers: &str, body: &[u8]) -> io::Result<()> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\n{headers}\r\n");
    stream.write_all(&[head.as_bytes(), body].concat())
}

/// Writes a success with this body, called JSON.
pub fn json(stream: &mut TcpStream, body: &[u8]) -> io::Result<()> {
    reply(stream, 200, "Content-Type: application/json\r\n", body)
}

/// The reference server, behind a bad one.
#[derive(Debug)]
pub struct Good {
    reference: Mutex<Reference>,
}

impl Good {
    /// A correct one.
    pub fn new() -> Self {
        Self::with_fault(None)
    }

    /// One with this fault.
    pub fn with_fault(id: Option<&str>) -> Self {
        let api = Api::of(VERSION);
        let faults: Vec<Fault> = id.map(|id| fault::find(api, id).unwrap()).into_iter().collect();
        Self { reference: Mutex::new(faulty(api, None, &faults)) }
    }

    /// Forgets everything.
    pub fn restart(&self) {
        *self.reference.lock().unwrap() = Reference::new(Api::of(VERSION), None);
    }

    /// What it answers.
    pub fn reply(&self, asked: &CallContext) -> Reply {
        self.reference.lock().unwrap().handle(asked.request())
    }

    /// What it answers at this time, in milliseconds since the epoch.
    pub fn reply_at(&self, asked: &CallContext, now_ms: i64) -> Reply {
        self.reference.lock().unwrap().handle_at(asked.request(), now_ms)
    }

    /// Answers a request properly.
    pub fn answer(&self, stream: &mut TcpStream, asked: &CallContext) -> io::Result<()> {
        send(stream, &self.reply(asked))
    }
}

/// Writes an answer of the reference server as it should be.
pub fn send(stream: &mut TcpStream, answer: &Reply) -> io::Result<()> {
    reply(stream, answer.status, &headers(answer), answer.body.to_string().as_bytes())
}

/// The header lines of an answer of the reference server.
pub fn headers(reply: &Reply) -> String {
    let kind = reply.error_type.as_ref();
    let kind = kind.map_or_else(String::new, |kind| format!("x-amzn-ErrorType: {kind}\r\n"));
    format!("Content-Type: {}\r\n{kind}", reply.content_type)
}
