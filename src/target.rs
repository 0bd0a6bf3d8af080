//! Targets: where requests go, and what comes back from there.
//!
//! The main type is [`Target`]: an HTTP client that signs as AWS clients do, because emulators find
//! the service by the signature's scope; or a [`Local`] server in this very process, reached without
//! a network and on a clock of its own, for when thousands of campaigns are to be run. What cannot
//! be got is lost, never an error; what cannot be read as JSON is an answer without a body. However
//! an answer is made, its time, its size and the depth of its body are bounded.

use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use appmesh_model::observed::{Answer, Observed, error_type};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use reqwest::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, DATE, HeaderName, HeaderValue,
};
use serde_json::Value;

use crate::bind::Request;

mod error;
mod secrets;

pub use error::TargetError;
use error::{BodyError, SendError};
use secrets::Secrets;

/// The service name in the signature's scope.
const SIGNING_NAME: &str = "appmesh";
/// The most bytes of an answer that are read; more than a page of 100 results can hold. What is
/// read takes some sixteen times as much memory, and many answers are waited for at the same time.
const MOST_ANSWER_BYTES: usize = 1 << 20;
/// The most JSON values of an answer that is judged; a page of 100 results has some thousand. Lists
/// whose items differ are compared item by item, which takes the square of their lengths.
const MOST_VALUES: usize = 20_000;
/// The most characters of an error's type that are kept; the modelled ones have less than 40.
const MOST_TYPE_CHARACTERS: usize = 200;

/// Who signs the requests.
#[derive(Clone, Debug)]
pub struct Signer {
    /// Credentials; emulators accept any.
    pub credentials: Credentials,
    /// The region in the signature's scope.
    pub region: String,
}

impl Signer {
    /// Reads `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` and `AWS_REGION`,
    /// with dummies for what is not set.
    pub fn from_env() -> Self {
        let read = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let access_key = read("AWS_ACCESS_KEY_ID").unwrap_or_else(|| "testing".to_owned());
        let secret_key = read("AWS_SECRET_ACCESS_KEY").unwrap_or_else(|| "testing".to_owned());
        let region = read("AWS_REGION").or_else(|| read("AWS_DEFAULT_REGION"));
        Self {
            credentials: Credentials::new(
                access_key,
                secret_key,
                read("AWS_SESSION_TOKEN"),
                None,
                "environment",
            ),
            region: region.unwrap_or_else(|| "us-east-1".to_owned()),
        }
    }
}

/// What came back for a request, with what a person may want to know of it.
#[derive(Clone, Debug)]
pub struct Sent {
    /// What the judge sees.
    pub observed: Observed,
    /// Why there is no answer, or nothing of its body.
    pub failure: Option<String>,
    /// There is no answer, and it was waited for until half of the time-out was over or all of it.
    pub in_vain: bool,
    /// How many bytes the answer's body has.
    pub body_bytes: usize,
}

/// What came over the wire.
struct Got {
    answer: Answer,
    /// Why its body cannot be read.
    unread: Option<String>,
    body_bytes: usize,
}

/// A server in this process.
pub trait Local: Debug + Send + Sync {
    /// Answers a request, at so many milliseconds after the target was made.
    fn answer(&self, request: &Request, now_ms: u64) -> Answer;
}

/// Makes servers like the target, as it was when it held nothing yet.
pub trait Renew: Debug + Send + Sync {
    /// A new one, which knows nothing of the others.
    fn renewed(&self) -> Target;
}

/// A server to send requests to.
#[derive(Clone, Debug)]
pub struct Target {
    connection: Connection,
}

/// How requests get to a target.
#[derive(Clone, Debug)]
enum Connection {
    Http(Http),
    /// A server in this process and the time there, which goes on with every call and pause.
    Local(Arc<dyn Local>, Arc<AtomicU64>),
}

/// A client for a server somewhere else.
#[derive(Clone, Debug)]
struct Http {
    client: reqwest::Client,
    base: String,
    signer: Signer,
    secrets: Secrets,
    timeout_ms: u64,
    started: Instant,
}

impl Target {
    /// A target at this URL. Nothing is sent yet.
    ///
    /// # Errors
    /// If the URL cannot be that of a target.
    pub fn new(url: &str, signer: Signer, timeout_ms: u64) -> Result<Self, TargetError> {
        let parsed = reqwest::Url::parse(url).map_err(|error| TargetError::NoUrl {
            url: url.to_owned(),
            error: error.to_string(),
        })?;
        if !matches!(parsed.scheme(), "http" | "https") || parsed.host_str().is_none() {
            return Err(TargetError::NoHttp(url.to_owned()));
        }
        if parsed.query().is_some() || parsed.fragment().is_some() {
            return Err(TargetError::Query(url.to_owned()));
        }
        if !parsed.username().is_empty() || parsed.password().is_some() {
            return Err(TargetError::Credentials);
        }
        install_tls();
        let client = reqwest::Client::builder()
            .timeout(Duration::from_millis(timeout_ms))
            .redirect(reqwest::redirect::Policy::none())
            .tcp_nodelay(true)
            .no_proxy()
            .build()?;
        let base = url.trim_end_matches('/').to_owned();
        let secrets = Secrets::new(&signer.credentials);
        let started = Instant::now();
        Ok(Self {
            connection: Connection::Http(Http {
                client,
                base,
                signer,
                secrets,
                timeout_ms,
                started,
            }),
        })
    }

    /// A target in this process.
    pub fn local(server: Arc<dyn Local>) -> Self {
        Self { connection: Connection::Local(server, Arc::default()) }
    }

    /// Milliseconds since the target was made: the clock of everything that is observed.
    pub fn now_ms(&self) -> u64 {
        match &self.connection {
            Connection::Http(http) => http.started.elapsed().as_millis() as u64,
            Connection::Local(_, clock_ms) => clock_ms.load(Ordering::Relaxed),
        }
    }

    /// Lets so much of the target's time go by.
    pub async fn pause(&self, pause_ms: u64) {
        match &self.connection {
            Connection::Http(_) => tokio::time::sleep(Duration::from_millis(pause_ms)).await,
            Connection::Local(_, clock_ms) => {
                clock_ms.fetch_add(pause_ms, Ordering::Relaxed);
            }
        }
    }

    /// Whether a pause takes real time.
    pub fn pauses_take_time(&self) -> bool {
        matches!(self.connection, Connection::Http(_))
    }

    /// Sends a request and waits for its answer, or for the time-out.
    pub async fn send(&self, request: &Request) -> Sent {
        let sent_ms = self.now_ms();
        let result = match &self.connection {
            Connection::Http(http) => match http.signed(request) {
                Ok(request) => http.exchange(request).await,
                Err(failure) => Err(failure),
            },
            Connection::Local(server, clock_ms) => {
                clock_ms.fetch_add(1, Ordering::Relaxed);
                let answer = server.answer(request, sent_ms);
                Ok(Got { answer, unread: None, body_bytes: 0 })
            }
        };
        let answered_ms = self.now_ms();
        // A server in this process has a clock of its own, which its answers tell.
        let unix_ms = self.pauses_take_time().then(|| unix_ms(SystemTime::now()));
        let took_ms = answered_ms.saturating_sub(sent_ms);
        match result {
            Ok(Got { answer, unread, body_bytes }) => {
                let observed = Observed { answer: Some(answer), sent_ms, answered_ms, unix_ms };
                Sent { observed, failure: unread, in_vain: false, body_bytes }
            }
            Err(failure) => {
                let observed = Observed { answer: None, sent_ms, answered_ms, unix_ms };
                let in_vain = self.timeout_ms().is_some_and(|timeout| took_ms >= timeout / 2);
                Sent { observed, failure: Some(failure.to_string()), in_vain, body_bytes: 0 }
            }
        }
    }

    /// How long an answer is waited for; none for a server in this process, which always answers.
    fn timeout_ms(&self) -> Option<u64> {
        match &self.connection {
            Connection::Http(http) => Some(http.timeout_ms),
            Connection::Local(..) => None,
        }
    }
}

impl Http {
    async fn exchange(&self, request: reqwest::Request) -> Result<Got, SendError> {
        let mut response = self.client.execute(request).await?;
        let status = response.status().as_u16();
        let header = |name: &str| {
            let value = response.headers().get(name).and_then(|value| value.to_str().ok());
            value.map(|value| self.secrets.redact(value).into_owned())
        };
        if let Some(coding) = header(CONTENT_ENCODING.as_str()).filter(|it| it != "identity") {
            return Err(SendError::Coding(coding));
        }
        let content_type = header(CONTENT_TYPE.as_str());
        let type_header = header("x-amzn-errortype");
        let date = header(DATE.as_str()).and_then(|date| httpdate::parse_http_date(&date).ok());
        let date_ms = date.map(unix_ms);
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if bytes.len() + chunk.len() > MOST_ANSWER_BYTES {
                return Err(SendError::Bytes(MOST_ANSWER_BYTES));
            }
            bytes.extend_from_slice(&chunk);
        }
        let (body, unread) = match read(&bytes) {
            // Each value takes a byte at least.
            Ok(body) if bytes.len() > MOST_VALUES && count(&body) > MOST_VALUES => {
                return Err(SendError::Values(MOST_VALUES));
            }
            Ok(mut body) => {
                if self.secrets.may_stand_in(&bytes) {
                    self.secrets.redact_value(&mut body);
                }
                (Some(body), None)
            }
            Err(unread) => (None, Some(unread.to_string())),
        };
        let mut error_type = error_type(type_header.as_deref(), body.as_ref());
        if let Some((end, _)) =
            error_type.as_ref().and_then(|name| name.char_indices().nth(MOST_TYPE_CHARACTERS))
        {
            error_type = error_type.map(|name| format!("{}…", &name[..end]));
        }
        let answer = Answer { status, content_type, error_type, body, date_ms };
        Ok(Got { answer, unread, body_bytes: bytes.len() })
    }

    /// The request as the client sends it, with its signature.
    fn signed(&self, request: &Request) -> Result<reqwest::Request, SendError> {
        let url = format!("{}{}", self.base, request.path);
        let body = request.body.as_deref().unwrap_or_default();
        let identity = self.signer.credentials.clone().into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.signer.region)
            .name(SIGNING_NAME)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| SendError::Signature(error.to_string()))?
            .into();
        let headers = [("content-type", "application/json")];
        let headers = headers.into_iter().filter(|_| request.body.is_some());
        let signable =
            SignableRequest::new(request.method, &url, headers, SignableBody::Bytes(body))
                .map_err(|error| SendError::Signature(error.to_string()))?;
        let (instructions, signature) = sign(signable, &params)
            .map_err(|error| SendError::Signature(error.to_string()))?
            .into_parts();
        self.secrets.signed(&signature);
        let method = reqwest::Method::from_bytes(request.method.as_bytes())
            .map_err(axum::http::Error::from)?;
        // Where nothing is said of codings, a server may use any.
        let mut builder = self.client.request(method, &url).header(ACCEPT_ENCODING, "identity");
        if let Some(body) = &request.body {
            builder = builder.header(CONTENT_TYPE, "application/json").body(body.clone());
        }
        for (name, value) in instructions.headers() {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(axum::http::Error::from)?;
            let value = HeaderValue::from_str(value).map_err(axum::http::Error::from)?;
            builder = builder.header(name, value);
        }
        Ok(builder.build()?)
    }
}

/// The body as JSON. Of members with the same name the last one counts, as for most readers: the
/// documents forbid none of them.
///
/// # Errors
/// Why it cannot be read. What is nested more than 128 deep is not read, to keep the stack bounded.
fn read(bytes: &[u8]) -> Result<Value, BodyError> {
    serde_json::from_slice(bytes).map_err(|error| match std::str::from_utf8(bytes) {
        _ if bytes.is_empty() => BodyError::Empty,
        Err(_) => BodyError::Utf8,
        Ok(_) => BodyError::Json(error),
    })
}

/// How many values a value is made of, itself included.
fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(count).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(count).sum::<usize>(),
        _ => 1,
    }
}

/// A time as milliseconds since the epoch.
pub(crate) fn unix_ms(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The process needs to be told once which implementation of TLS to use.
fn install_tls() {
    static INSTALLED: OnceLock<()> = OnceLock::new();
    INSTALLED.get_or_init(|| {
        // It fails only if another one is installed already, which will do as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}
