//! Requests as a bare test server reads them.

use std::io::{self, BufRead, BufReader, Read};
use std::net::TcpStream;

/// Reads a request to its end. Returns its first line.
///
/// # Errors
/// What the stream fails with.
pub fn read(stream: &TcpStream) -> io::Result<String> {
    read_whole(stream).map(|(first, _)| first)
}

/// Reads a request to its end. Returns its first line and its body.
///
/// # Errors
/// What the stream fails with.
pub fn read_whole(stream: &TcpStream) -> io::Result<(String, Vec<u8>)> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok((first.trim().to_owned(), body))
}
