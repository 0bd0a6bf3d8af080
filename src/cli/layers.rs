//! Layers of options: arguments over environment over configuration file over preset over defaults.
//!
//! The main function is [`parse`]. An option of a lower layer that no higher layer gives is put before
//! the arguments as if it had been typed. So each option is defined once.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, CommandFactory, Error, FromArgMatches, Parser};

use super::args::{Cli, Command};
use super::config::{self, ConfigArgs};
use super::error::UsageError;
use super::preset::Preset;
use super::setting::{Setting, Told, in_short};
use super::target;

/// The command that has layers. It is also what happens without a command.
const RUN: &str = "run";

/// Parses the arguments of the process and adds the options of the lower layers. Help and wrong
/// arguments end the process, as usual with clap.
///
/// # Errors
/// If the configuration file is wrong.
pub(super) fn parse(arguments: Vec<OsString>) -> Result<Cli, UsageError> {
    let alone = Cli::try_parse_from(&arguments);
    if let Err(error) = &alone
        && error.kind() != ErrorKind::MissingRequiredArgument
    {
        error.exit();
    }
    let mut command = Cli::command();
    command.build();
    let Some(command) = command.find_subcommand(RUN) else { return or_exit(alone) };
    let Some(given) = run_matches(&arguments) else { return or_exit(alone) };

    let mut words = arguments;
    let (mut file, mut told) = (None, Told::default());
    if let Some((name, url)) = target::from_environment() {
        let setting = Setting::option("endpoint", &[url]).told_by(name.to_owned());
        add(command, &mut words, &[setting], &mut told);
    }
    if let Some(path) = ConfigArgs::from_arg_matches(&given)?.file() {
        let layer = config::read(command, &path)?;
        add(command, &mut words, &layer.settings, &mut told);
        file = Some(layer.name);
    }
    let preset = run_matches(&words)
        .and_then(|matches| matches.get_one::<&'static Preset>("preset").copied());
    if let Some(preset) = preset {
        let own = preset.settings.iter();
        let own = own.map(|(key, value)| {
            Setting::option(key, &[value]).told_by(format!("the preset's {key}"))
        });
        add(command, &mut words, &own.collect::<Vec<_>>(), &mut told);
    }
    match (Cli::try_parse_from(words), alone, file) {
        (Ok(mut cli), _, _) => {
            match &mut cli.command {
                Some(Command::Run(args)) => args.config.told = told,
                _ => cli.run.config.told = told,
            }
            Ok(cli)
        }
        // The arguments are wrong by themselves, and the file does not mend it.
        (Err(error), Err(before), _) if error.kind() == before.kind() => before.exit(),
        (Err(error), _, Some(file)) => Err(UsageError(format!("{file}: {}", in_short(&error)))),
        (Err(error), _, None) => error.exit(),
    }
}

fn or_exit(parsed: Result<Cli, Error>) -> Result<Cli, UsageError> {
    parsed.or_else(|error| error.exit())
}

/// The options of `run` so far, even if a required one is missing; none if the arguments are for
/// another command.
fn run_matches(words: &[OsString]) -> Option<ArgMatches> {
    let mut matches = Cli::command().ignore_errors(true).try_get_matches_from(words).ok()?;
    match matches.remove_subcommand() {
        None => Some(matches),
        Some((name, matches)) if name == RUN => Some(matches),
        Some(_) => None,
    }
}

/// Adds each setting that is not given so far and conflicts with no given option.
fn add(command: &clap::Command, words: &mut Vec<OsString>, settings: &[Setting], told: &mut Told) {
    let Some(matches) = run_matches(words) else { return };
    let given: Vec<_> = command
        .get_arguments()
        .filter(|arg| {
            let source = matches.value_source(arg.get_id().as_str());
            matches!(source, Some(ValueSource::CommandLine | ValueSource::EnvVariable))
        })
        .collect();
    let conflict = |one: &Arg, other: &Arg| command.get_arg_conflicts_with(one).contains(&other);
    // In front, as behind a `--` nothing would be an option.
    let at = if words.get(1).is_some_and(|word| word == RUN) { 2 } else { 1 }.min(words.len());
    for setting in settings {
        let Some(arg) = command.get_arguments().find(|arg| arg.get_long() == Some(&setting.key))
        else {
            continue;
        };
        if !given.iter().any(|it| *it == arg || conflict(it, arg) || conflict(arg, it)) {
            words.splice(at..at, setting.words.iter().cloned());
            told.0.insert(setting.key.clone(), setting.origin.clone());
        }
    }
}
