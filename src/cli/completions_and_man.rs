//! Completions for shells and man pages, generated from the definitions behind `--help`.

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;

use super::args::{Cli, CompletionsArgs, ManArgs};
use super::error::UsageError;
use super::print::print;

/// `completions`: a script for a shell.
pub(super) fn completions(args: &CompletionsArgs) -> Result<u8, UsageError> {
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, &name, &mut script);
    let mut script = String::from_utf8(script)?;
    if args.shell == Shell::Bash {
        // It writes the hyphen of our name in two ways, and then knows no option of any command:
        // https://github.com/clap-rs/clap/issues/6421.
        script = script.replace(&name.replace('-', "__subcmd__"), &name.replace('-', "__"));
    }
    print(&script)?;
    Ok(0)
}

/// `man`: a page in roff.
pub(super) fn man(args: &ManArgs) -> Result<u8, UsageError> {
    let mut program = Cli::command();
    program.build();
    let command = match &args.command {
        None => program,
        Some(name) => {
            let found = program.find_subcommand(name);
            found.cloned().ok_or_else(|| UsageError(format!("there is no command {name:?}")))?
        }
    };
    // A page is called as its file is: appmesh-conformance-run.
    let title = command.get_display_name().unwrap_or(command.get_name()).to_owned();
    let mut page = Vec::new();
    let source = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
    Man::new(command).title(title).source(source).render(&mut page)?;
    print(&String::from_utf8(page)?)?;
    Ok(0)
}
