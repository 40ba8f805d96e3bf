//! `import-rides`: the ride register from a file, all of it or nothing; what is refused, line by line.
//!
//! **Not here:** what a line must hold, and the register (`app`, `store`).

use std::{
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use app::{AppError, BadLines, Exit, Judged, RideFile, RideLayoutBy, RidesSummary, WatchedRides, reports};
use clap::{ArgMatches, Command, value_parser};

use crate::{Program, command_line::Help, now, output, progress::Progress, stop::Stop};

/// What is asked.
pub struct ImportRides {
    /// The file, or a folder that is watched.
    from: Origin,
    /// How it is laid out.
    by: RideLayoutBy,
    /// The sheet of a workbook, where another than the layout's.
    sheet: Option<String>,
    /// Bad lines are left out.
    bad: BadLines,
    /// Where the refused lines go.
    refused: Option<PathBuf>,
}

enum Origin {
    File(PathBuf),
    Folder { folder: PathBuf, every: Option<u32> },
}

/// What the command takes.
pub fn command(help: &Help<'_>) -> Command {
    help.command("import-rides")
        .arg(help.file().required(false).required_unless_present("watched"))
        .arg(help.path("watched", "DIR").conflicts_with_all(["file", "refused"]))
        .arg(
            help.option("every")
                .value_name("MINUTES")
                .value_parser(value_parser!(u32).range(1..=1440))
                .requires("watched"),
        )
        .arg(help.path("mapping", "FILE").conflicts_with("source"))
        .arg(help.option("source").value_name("NAME"))
        .arg(help.option("sheet-name").long("sheet").value_name("NAME"))
        .arg(help.flag("skip-bad-lines"))
        .arg(help.path("refused", "FILE"))
}

/// What was asked for.
pub fn asked(m: &ArgMatches) -> ImportRides {
    let mapping = m.get_one::<PathBuf>("mapping").cloned().map(RideLayoutBy::Mapping);
    ImportRides {
        from: match m.get_one::<PathBuf>("watched") {
            Some(folder) => Origin::Folder { folder: folder.clone(), every: m.get_one("every").copied() },
            None => Origin::File(m.get_one("file").cloned().unwrap_or_default()),
        },
        by: mapping
            .or_else(|| m.get_one("source").cloned().map(RideLayoutBy::Source))
            .unwrap_or(RideLayoutBy::Standard),
        sheet: m.get_one("sheet-name").cloned(),
        bad: if m.get_flag("skip-bad-lines") { BadLines::Skip } else { BadLines::Refuse },
        refused: m.get_one("refused").cloned(),
    }
}

impl Program {
    /// Judges the file, writes it, and says what became of it.
    pub(crate) fn import_rides(&self, asked: &ImportRides) -> Result<Exit, AppError> {
        match &asked.from {
            Origin::File(file) => self.import_ride_file(file, asked),
            Origin::Folder { folder, every } => {
                let watched = WatchedRides {
                    folder: folder.clone(),
                    by: asked.by.clone(),
                    sheet: asked.sheet.clone(),
                    bad: asked.bad,
                };
                self.watch_rides(&watched, *every)
            }
        }
    }

    fn import_ride_file(&self, file: &Path, asked: &ImportRides) -> Result<Exit, AppError> {
        let ImportRides { from: _, by, sheet, bad, refused } = asked;
        let bytes = app::read_rides(file)?;
        let stop = Stop::listen()?;
        let mut receiving = self.receiving()?;
        let layout = by.read(receiving.inbox.store())?.on_sheet(sheet.as_deref());
        let at = |error: AppError| error.at(file);
        let open = RideFile::open(bytes, &layout).map_err(at)?;
        for (key, values) in open.told() {
            self.tell(key, &[("place", file.display().to_string())].into_iter().chain(values).collect::<Vec<_>>());
        }
        let mut progress = Progress::new(&self.texts, "cli-rides-checking");
        let judged = receiving.judge_rides(&open, now(), &mut |done, all| {
            progress.show(done, all);
            !stop.is_asked()
        });
        drop(progress);
        let judged = judged.map_err(at)?;
        if let Some(into) = refused.as_deref().filter(|_| judged.refused > 0 && !judged.stopped) {
            self.keep_refused(&receiving, (&open, &judged), into)?;
        }
        let mut progress = Progress::new(&self.texts, "cli-rides-progress");
        let done = receiving.import_judged(&open, &judged, *bad, now(), &mut |done, all| {
            progress.show(done, all);
            !stop.is_asked()
        });
        drop(progress);
        self.tell_rides(&done, file, *bad)?;
        // What came before is said; the error is the last line.
        done.failed.map_or(Ok(reports::import_exit(done.refused, done.left)), Err)
    }

    fn tell_rides(&self, done: &RidesSummary, file: &Path, bad: BadLines) -> Result<(), AppError> {
        for remark in &done.remarks {
            output::aside(&reports::ride_remark(remark, file, &self.texts));
        }
        for line in reports::rides_staff(done, file, &self.texts) {
            output::aside(&line);
        }
        let place = ("place", file.display().to_string());
        if done.refused > 0 {
            let key = if bad == BadLines::Skip { "cli-rides-refused" } else { "cli-rides-nothing" };
            self.tell(key, &[place, ("count", self.texts.number(done.refused))]);
        }
        if done.left > 0 {
            self.tell("cli-rides-left", &[("left", self.texts.number(done.left))]);
        }
        output::result(&reports::rides_text(done, &self.texts))
    }

    /// The refused lines as they stand, with their reasons, into a file of its own that only its owner reads: they are about patients.
    fn keep_refused(
        &self,
        receiving: &app::Receiving,
        (open, judged): (&RideFile, &Judged),
        into: &Path,
    ) -> Result<(), AppError> {
        let failed = |error: std::io::Error| AppError::target(into, &error);
        let mut out = BufWriter::new(store::create_private(into).map_err(failed)?);
        let rav = receiving.inbox.store().settings().rav;
        open.write_refused(judged, (rav, now()), &self.texts, &mut out).map_err(|error| error.at(into))?;
        out.flush().map_err(failed)?;
        self.tell("cli-rides-kept", &[("place", into.display().to_string())]);
        Ok(())
    }
}
