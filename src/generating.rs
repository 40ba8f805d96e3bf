//! `generate` on the command line: invented messages with their rides, into files of their own.
//!
//! **Invariant:** nothing is written over: where one of the files is there already, none is written.
//! **Not here:** what is invented (`invent`).

use app::{AppError, Exit};
use chrono::{Days, NaiveDate};
use invent::{Batch, Leads, Settings};

use crate::{
    Program,
    generate_line::Generate,
    new_files::{NewFiles, RIDES},
    now, output,
};

/// What a store keeps at most (R4): what is older it refuses.
const TERM_DAYS: u64 = 365;

impl Program {
    /// Writes invented messages, or the test script.
    pub(crate) fn generate(&self, asked: &Generate) -> Result<Exit, AppError> {
        let yesterday = || now().date_naive().checked_sub_days(Days::new(1)).unwrap_or_default();
        let until = asked.until.unwrap_or_else(yesterday);
        if until < now().date_naive().checked_sub_days(Days::new(TERM_DAYS)).unwrap_or_default() {
            self.tell("cli-generate-past", &[("days", TERM_DAYS.to_string())]);
        }
        if asked.is_script { self.write_script(asked, until) } else { self.generate_messages(asked, until) }
    }

    fn generate_messages(&self, asked: &Generate, until: NaiveDate) -> Result<Exit, AppError> {
        let count = asked.count as usize;
        let digits = count.to_string().len().max(4);
        let name = |number: usize| format!("{number:0digits$}.xml");
        let names = (1..=count).map(name).chain([RIDES.to_owned()]);
        let files = NewFiles::new(&asked.folder, names)?;
        let settings = Settings { seed: asked.seed, messages: count, rav: asked.rav, ..Settings::new(until) };
        let batch = Batch::new(settings, asked.choice);
        files.write(RIDES, &batch.rides_csv())?;
        for (number, message) in (1..).zip(batch.messages()) {
            files.write(&name(number), &message)?;
        }
        let place = ("place", asked.folder.display().to_string());
        output::result(&self.texts.format("cli-generate-done", &[("count", self.texts.number(count as u64)), place]))?;
        if let Some(fault) = asked.choice.fault {
            let (key, to) = match fault.leads() {
                Leads::Refused(rule) => ("cli-generate-refused", rule),
                Leads::Found(rule) => ("cli-generate-found", rule),
                Leads::OverDelivered(kind) => ("cli-generate-over", kind),
            };
            self.tell(key, &[("fault", fault.name().to_owned()), ("to", to.to_owned())]);
        }
        Ok(Exit::Done)
    }
}
