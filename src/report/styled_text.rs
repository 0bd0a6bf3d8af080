//! Lines of text with optional colours and an optional width.
//!
//! The main type is [`Page`]. It must not depend on reports. Its output is printable: control
//! characters are escaped, except for those of its own colours.

use anstyle::{AnsiColor, Style};
use textwrap::{Options, WordSeparator, WordSplitter};

use super::printable::one_line;

/// The narrowest that lines are wrapped to.
const LEAST_WIDTH: usize = 40;

/// How text is to look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// In colours.
    pub coloured: bool,
    /// Within so many columns; none for lines of any length.
    pub width: Option<usize>,
}

/// The meaning of a text, which decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Plain,
    Title,
    Good,
    Bad,
    Doubtful,
    Faint,
}

impl Mark {
    fn style(self) -> Style {
        let colour = |colour: AnsiColor| colour.on_default();
        match self {
            Self::Plain => Style::new(),
            Self::Title => Style::new().bold(),
            Self::Good => colour(AnsiColor::Green),
            Self::Bad => colour(AnsiColor::Red).bold(),
            Self::Doubtful => colour(AnsiColor::Yellow),
            Self::Faint => Style::new().dimmed(),
        }
    }
}

/// Text under way.
#[derive(Debug)]
pub(super) struct Page {
    look: Look,
    text: String,
}

impl Page {
    /// An empty page.
    pub(super) fn new(look: Look) -> Self {
        Self { look, text: String::new() }
    }

    /// The text so far.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// Writes an empty line.
    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// Writes a line that is never wrapped.
    pub(super) fn whole(&mut self, text: &str) {
        self.text.push_str(&one_line(text));
        self.text.push('\n');
    }

    /// Writes a line.
    pub(super) fn line(&mut self, mark: Mark, text: &str) {
        self.field("", "", mark, text);
    }

    /// Writes a text behind a label; further lines stand below the text's beginning.
    pub(super) fn field(&mut self, indent: &str, label: &str, mark: Mark, text: &str) {
        let text = one_line(text);
        let begin = indent.chars().count() + label.chars().count();
        let room = self.look.width.map(|width| width.max(LEAST_WIDTH).saturating_sub(begin));
        let lines = match room {
            Some(room) if room > 0 => {
                let options = Options::new(room)
                    .word_separator(WordSeparator::AsciiSpace)
                    .word_splitter(WordSplitter::NoHyphenation);
                textwrap::wrap(&text, options)
            }
            _ => vec![text],
        };
        for (index, line) in lines.iter().enumerate() {
            if index == 0 {
                self.text.push_str(indent);
                self.paint(Mark::Faint, label);
            } else {
                self.text.extend(std::iter::repeat_n(' ', begin));
            }
            self.paint(mark, line);
            self.text.push('\n');
        }
    }

    fn paint(&mut self, mark: Mark, text: &str) {
        let style = mark.style();
        if self.look.coloured && mark != Mark::Plain && !text.is_empty() {
            self.text.push_str(&format!("{style}{text}{style:#}"));
        } else {
            self.text.push_str(text);
        }
    }
}
