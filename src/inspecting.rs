//! `inspect` on the command line: file after file as a report, as JSON or as a table; a summary at the end of several.
//!
//! **Invariant:** one file is in memory at a time, however many there are; one that cannot be read leaves the others' results.
//! **Not here:** what is found and how it is said (`app::inspecting`).

use std::path::Path;

use app::{
    AppError, Exit,
    inspecting::{self, Inspected, Inspector, Summary},
};
use domain::RavNumber;

use crate::{
    Program,
    command_line::{Form, Inspect},
    now, output,
};

impl Program {
    /// Inspects files; ends with the gravest of them.
    pub(crate) fn inspect(&self, asked: &Inspect) -> Result<Exit, AppError> {
        let Inspect { rav, profile, form, paths } = asked;
        let extra =
            profile.as_ref().map(|p| Ok::<_, AppError>((p.display().to_string(), app::read_text(p)?))).transpose()?;
        let extra = extra.as_ref().map(|(name, text)| (name.as_str(), text.as_str()));
        let inspector = Inspector::new(extra, rav.and_then(RavNumber::new), &self.texts)?;
        let files = inspecting::listed(paths);
        let is_list = files.len() > 1 || paths.iter().any(|path| path.is_dir());
        let (last, mut summary, mut exit) = (files.len(), Summary::default(), Exit::Done);
        self.begin(*form, is_list)?;
        for (number, (file, listing)) in (1..).zip(files) {
            let found = self.one(&inspector, &file, listing);
            exit = if found.exit.code() > exit.code() { found.exit } else { exit };
            summary.count(&found);
            match form {
                Form::Json => {
                    let comma = if is_list && number < last { "," } else { "" };
                    output::result(&(inspecting::json_text(&found.json)? + comma))?;
                }
                Form::Table => output::result(&inspecting::table_row(&found)?)?,
                Form::Report if found.answer.is_none() => {}
                Form::Report => {
                    let after = if is_list { "\n\u{2500}\u{2500}\u{2500}\n" } else { "" };
                    output::result(&(inspecting::report(&found, inspector.rav(), &self.texts) + after))?;
                }
            }
        }
        self.end(*form, is_list, &summary)?;
        Ok(exit)
    }

    fn one(&self, inspector: &Inspector, file: &Path, listing: Option<AppError>) -> Inspected {
        let name = file.display().to_string();
        let read = listing.map_or_else(|| app::read_at_most(file, app::message_bytes_max()), Err);
        match read {
            Ok(bytes) => inspector.inspect(&name, &bytes, now()),
            Err(error) => {
                let sentence = output::said(&self.texts, error.key, &error.values);
                output::aside(&sentence);
                inspecting::unread(&name, error.exit, &sentence)
            }
        }
    }

    fn begin(&self, form: Form, is_list: bool) -> Result<(), AppError> {
        match form {
            Form::Json if is_list => output::result("["),
            Form::Table => output::result(&inspecting::TABLE_HEAD.join(";")),
            Form::Json | Form::Report => Ok(()),
        }
    }

    /// The summary of several files: after the reports, and beside JSON and table. Who saw values is told whose they are.
    fn end(&self, form: Form, is_list: bool, summary: &Summary) -> Result<(), AppError> {
        if form == Form::Json && is_list {
            output::result("]")?;
        }
        if is_list {
            let text = summary.text(&self.texts);
            match form {
                Form::Report => output::result(&text)?,
                Form::Json | Form::Table => output::aside(text.trim_end()),
            }
        }
        if form != Form::Table && summary.any_read() {
            self.tell("inspect-values", &[]);
        }
        Ok(())
    }
}
