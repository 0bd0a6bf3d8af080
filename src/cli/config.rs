//! The configuration file: options of `run` in TOML.
//!
//! The main function is [`read`]. The keys and their types derive from the definitions of the
//! command line. It must not depend on the meaning of an option.

use std::any::TypeId;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, Args, Command, ValueHint};
use toml::de::{DeTable, DeValue};

use super::error::UsageError;
use super::nearest;
use super::setting::{Layer, Setting, Told};

/// The file that is looked for.
const NAME: &str = "appmesh-conformance.toml";

/// The choice of the configuration file.
#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    /// File with options that are not given here [default: the nearest appmesh-conformance.toml, from the working directory upwards]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Read no such file
    #[arg(long, conflicts_with = "config")]
    no_config: bool,
    /// The places of the options that the arguments do not give.
    #[arg(skip)]
    pub(super) told: Told,
}

/// The options of [`ConfigArgs`], which make no sense in a file.
const OWN: [&str; 2] = ["config", "no-config"];

impl ConfigArgs {
    /// The file to read, if there is one.
    pub(super) fn file(&self) -> Option<PathBuf> {
        match &self.config {
            Some(file) => Some(file.clone()),
            None if self.no_config => None,
            None => nearest(&env::current_dir().ok()?),
        }
    }
}

/// The path from this folder to the nearest file in it or in a folder above it. A folder that cannot
/// be read counts as empty.
fn nearest(folder: &Path) -> Option<PathBuf> {
    let mut ups = folder.ancestors().scan(PathBuf::new(), |up, _| {
        let file = up.join(NAME);
        up.push("..");
        Some(file)
    });
    ups.find(|file| file.exists())
}

/// Reads a file. `command` defines the options that it can set.
///
/// # Errors
/// If the file cannot be read, or a key or a value is wrong.
pub(super) fn read(command: &Command, file: &Path) -> Result<Layer, UsageError> {
    let shown = file.display();
    let text = fs::read_to_string(file)
        .map_err(|error| UsageError(format!("cannot read {shown}: {error}")))?;
    let table = DeTable::parse(&text).map_err(|error| {
        UsageError(format!("{shown}: it is no TOML: {}", error.to_string().trim()))
    })?;
    let mut entries: Vec<_> = table.get_ref().iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let folder = file.parent().unwrap_or(Path::new(""));
    let settings = entries.into_iter().map(|(key, value)| {
        let before = text.get(..key.span().start).unwrap_or_default();
        let place = format!("{shown}: line {}", before.matches('\n').count() + 1);
        match setting(command, key.get_ref(), value.get_ref(), folder) {
            Ok(setting) => Ok(setting.told_by(format!("{place}: {}", key.get_ref()))),
            Err(message) => Err(UsageError(format!("{place}: {message}"))),
        }
    });
    Ok(Layer { name: shown.to_string(), settings: settings.collect::<Result<_, _>>()? })
}

fn setting(
    command: &Command,
    key: &str,
    value: &DeValue<'_>,
    folder: &Path,
) -> Result<Setting, String> {
    let arg = settable(command)
        .find(|arg| arg.get_long() == Some(key))
        .ok_or_else(|| unknown(command, key))?;
    let setting = match (arg.get_action(), value) {
        (ArgAction::SetTrue, DeValue::Boolean(set)) => Ok(Setting::flag(key, *set)),
        (ArgAction::Append, DeValue::Array(values)) => values
            .iter()
            .map(|value| one_value(arg, value.get_ref(), folder).ok_or(("holds", value.get_ref())))
            .collect::<Result<Vec<_>, _>>()
            .map(|values| Setting::option(key, &values)),
        (ArgAction::Set, value) => one_value(arg, value, folder)
            .map(|value| Setting::option(key, &[value]))
            .ok_or(("is", value)),
        _ => Err(("is", value)),
    };
    let setting = setting.map_err(|(is, value)| {
        let found = value.type_str();
        let article = if found.starts_with(['a', 'i']) { "an" } else { "a" };
        format!("{key} {is} {article} {found}, and must be {}", expected(arg))
    })?;
    setting.check(command)?;
    Ok(setting)
}

/// The options that a file can set: every option with a value, and every flag.
fn settable(command: &Command) -> impl Iterator<Item = &Arg> {
    command.get_arguments().filter(|arg| {
        let sets =
            matches!(arg.get_action(), ArgAction::Set | ArgAction::Append | ArgAction::SetTrue);
        sets && arg.get_long().is_some_and(|name| !OWN.contains(&name))
    })
}

fn unknown(command: &Command, key: &str) -> String {
    let keys = settable(command).filter_map(Arg::get_long);
    let hint = nearest::hint(keys, key);
    format!("unknown key {key:?}{hint}: `appmesh-conformance run --help` lists the options")
}

/// A value as an argument has it, if it is of the type that the option takes.
fn one_value(arg: &Arg, value: &DeValue<'_>, folder: &Path) -> Option<OsString> {
    match value {
        DeValue::Integer(value) if is_number(arg) => {
            let number = i128::from_str_radix(value.as_str(), value.radix()).ok()?;
            Some(number.to_string().into())
        }
        // A lone hyphen is standard output.
        DeValue::String(value) if is_path(arg) && value != "-" => {
            Some(folder.join(&**value).into_os_string())
        }
        DeValue::String(value) if !is_number(arg) => Some(value.to_string().into()),
        _ => None,
    }
}

fn expected(arg: &Arg) -> &'static str {
    match (arg.get_action(), is_number(arg)) {
        (ArgAction::SetTrue, _) => "true or false",
        (ArgAction::Append, true) => "an array of integers",
        (ArgAction::Append, false) => "an array of strings",
        (_, true) => "an integer",
        (_, false) => "a string, in quotes",
    }
}

fn is_number(arg: &Arg) -> bool {
    let numbers =
        [TypeId::of::<u64>(), TypeId::of::<u32>(), TypeId::of::<u16>(), TypeId::of::<usize>()];
    let is = arg.get_value_parser().type_id();
    numbers.iter().any(|number| is == *number)
}

fn is_path(arg: &Arg) -> bool {
    matches!(arg.get_value_hint(), ValueHint::AnyPath | ValueHint::FilePath | ValueHint::DirPath)
}
