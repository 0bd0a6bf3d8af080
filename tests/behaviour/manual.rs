//! Completions and man pages: other programs take them, and they know every option.

use std::fs;
use std::process::{Command, Output};

use super::program::{folder, is_wrong, run};

/// Runs bash with a script after the completions.
fn bash(args: &[&str], script: &str) -> Output {
    let ran = run(&["completions", "bash"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let folder = folder();
    let file = folder.path().join("script");
    fs::write(&file, ran.stdout + script).unwrap();
    Command::new("bash").args(args).arg(&file).output().unwrap()
}

#[test]
fn bash_takes_the_completions() {
    let checked = bash(&["-n"], "");
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));

    let cases = [
        ("appmesh-conformance mer", 1, "merge"),
        ("appmesh-conformance run --max-c", 2, "--max-calls"),
        ("appmesh-conformance run --preset mo", 3, "moto"),
    ];
    for (typed, word, completed) in cases {
        let script = format!(
            "\nCOMP_WORDS=({typed})\nCOMP_CWORD={word}\n\
             [[ $(complete -p appmesh-conformance) =~ -F\\ ([^ ]+) ]]\n\
             \"${{BASH_REMATCH[1]}}\" appmesh-conformance \"${{COMP_WORDS[{word}]}}\" \
             \"${{COMP_WORDS[{word} - 1]}}\"\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n"
        );
        let ran = bash(&[], &script);
        let replies = String::from_utf8(ran.stdout).unwrap();
        assert_eq!(replies.trim(), completed, "{typed}");
    }
}

#[test]
fn every_shell_has_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = run(&["completions", shell]);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{shell}");
        assert!(ran.stdout.contains("max-calls"), "{shell}: {}", ran.stdout);
    }
    is_wrong("wrong-shell", &run(&["completions", "cmd"]));
}

#[test]
fn man_pages_have_what_help_has() {
    let commands = ["", "run", "serve", "replay", "report", "merge", "baseline", "faults"];
    for command in commands {
        let words = |word| [command, word].into_iter().filter(|word| !word.is_empty());
        let help = run(&words("--help").collect::<Vec<_>>()).stdout;
        let page =
            run(&["man", command].into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>());
        assert_eq!((page.code, page.stderr.as_str()), (Some(0), ""), "{command}");
        let name = ["appmesh-conformance", command].join("-");
        let title = format!(".TH {} 1 ", name.trim_end_matches('-'));
        assert!(page.stdout.contains(&title), "{title}: {}", page.stdout);
        let options: Vec<&str> = help
            .lines()
            .filter_map(|line| line.trim_start().strip_prefix("--"))
            .map(|line| line.split(' ').next().unwrap())
            .collect();
        assert!(!options.is_empty(), "{help}");
        for option in options {
            let written = format!("\\-\\-{}", option.replace('-', "\\-"));
            assert!(page.stdout.contains(&written), "{name}: {option}");
        }
    }
    is_wrong("wrong-man", &run(&["man", "woman"]));
}
