//! `demo`: invented data into a temporary test store, then the window or the pictures of every screen.

use std::path::Path;

use app::{
    AppError, Engine, Exit, Parameters, Worker,
    demo::{DemoDay, DemoPlan, Samples},
};
use chrono::{DateTime, TimeDelta, Utc};
use store::{Agreed, Hospital, HospitalStatus, WorkAgreement};
use viewmodel::{Client, Command, Frame, Language, ProgressScreen, Screen, Texts, Waker};

/// How many professionals get an account in the demo.
const PROFESSIONALS: usize = 40;

/// Fills the demo and shows it.
pub fn run(texts: &Texts, screenshots: Option<&Path>, messages: usize, seed: u64) -> Result<Exit, AppError> {
    let folder = tempfile::tempdir().map_err(|e| AppError::file(Path::new("/tmp"), &e))?;
    let place = folder.path().join("demo");
    let plan = plan(messages, seed);
    if let Some(pictures) = screenshots {
        let mut said = 0;
        let mut engine = app::demo::fill(&place, plan, Parameters::STANDARD, crate::origin(), &mut |screen| {
            tell(texts, &screen, &mut said);
            true
        })?;
        return pictures_of(&mut engine, texts, pictures);
    }
    let make: app::MakeEngine =
        Box::new(move |tell| app::demo::fill(&place, plan, Parameters::STANDARD, crate::origin(), tell));
    let worker = Worker::start(crate::now, true, make).map_err(|e| AppError::file(Path::new("worker"), &e))?;
    let shown = crate::show(worker, texts.clone());
    drop(folder);
    shown
}

fn tell(texts: &Texts, screen: &ProgressScreen, said: &mut u64) {
    let (done, total) = screen.done;
    // Ten lines for the whole filling.
    let tenth = done * 10 / total.max(1);
    if tenth > *said {
        *said = tenth;
        eprintln!("{}: {} / {}", texts.get(screen.title), texts.number(done), texts.number(total));
    }
}

/// The samples: 27 rides of 14 September 2026 and the messages that belong to them.
fn samples(received: DateTime<Utc>) -> Samples {
    let messages: [&[u8]; 8] = [
        include_bytes!("../resources/demo/programma-01-onjuist-bsn.xml"),
        include_bytes!("../resources/demo/programma-02-bsn-leeg.xml"),
        include_bytes!("../resources/demo/programma-03-bsn-gelijk.xml"),
        include_bytes!("../resources/demo/programma-04-akkoord.xml"),
        include_bytes!("../resources/demo/programma-05-niet-akkoord.xml"),
        include_bytes!("../resources/demo/programma-06-toelichting.xml"),
        include_bytes!("../resources/demo/20-volledig-2.4.xml"),
        include_bytes!("../resources/demo/23-niet-akkoord-2.5-verwijzing.xml"),
    ];
    let rides = include_bytes!("../resources/demo/rides.csv").to_vec();
    Samples { rides, messages: messages.iter().map(|m| m.to_vec()).collect(), received }
}

fn plan(messages: usize, seed: u64) -> DemoPlan {
    let until = Utc::now().date_naive();
    let settings = invent::Settings { seed, messages, ..invent::Settings::new(until) };
    let year = invent::Year::new(settings);
    let first = year.settings().first();
    let hospitals = year.hospitals.iter().map(hospital).collect();
    let nurses = year.crew.nurses.iter().take(PROFESSIONALS);
    let professionals = nurses.map(|m| (m.staff.to_string(), m.name.to_string())).collect();
    let days: Vec<invent::Day> = year.days().collect();
    let days = days.into_iter().map(|day| DemoDay {
        date: day.date,
        rides: day.rides_csv,
        messages: day.messages.into_iter().map(|m| (m.at, m.bytes)).collect(),
    });
    let first = (first - TimeDelta::days(1)).and_hms_opt(3, 0, 0).map(|t| t.and_utc()).unwrap_or_default();
    let messages = messages as u64;
    DemoPlan { hospitals, professionals, first, days: Box::new(days), samples: Some(samples(Utc::now())), messages }
}

fn hospital(invented: &invent::Hospital) -> Hospital {
    let agreement = |a: &invent::WorkAgreement| WorkAgreement {
        from: a.from,
        agreed: Agreed {
            identification: a.identification,
            description: a.description,
            remarks_medical: a.remarks_medical,
            remarks_communication: a.remarks_communication,
            case_list: a.case_list,
        },
    };
    Hospital {
        organisation: invented.organisation(),
        name: invented.name.to_owned(),
        status: HospitalStatus::Production,
        certificates: Vec::new(),
        folder: None,
        contact: None,
        agreements: invented.work_agreements.iter().map(agreement).collect(),
    }
}

/// A client that stands still on one frame.
struct Still(Option<Frame>);

impl Client for Still {
    fn send(&mut self, _command: Command) {}

    fn latest(&mut self) -> Option<Frame> {
        self.0.take()
    }

    fn wake_with(&mut self, _waker: Waker) {}
}

/// The steps that lead to each picture, by the file's name.
fn steps(engine: &Engine) -> Vec<(String, Vec<Step>)> {
    let mut all =
        vec![("01-inloggen".to_owned(), vec![]), ("02-activeren".to_owned(), vec![Step::Do(Command::StartActivation)])];
    for (index, account) in engine.demo_accounts().enumerate() {
        let sign_in = || Step::Do(Command::SignInDemo(index));
        match account {
            domain::RoleName::Administration => {
                all.push(("03-patientidentificatie".to_owned(), vec![sign_in(), Step::First]));
                all.push(("03-patientidentificatie-getoond".to_owned(), vec![sign_in(), Step::First, Step::Reveal]));
                let tab = viewmodel::IdentificationTab::AwaitingHospital;
                all.push(("03-wacht-op-seh".to_owned(), vec![sign_in(), Step::Do(Command::IdentificationTab(tab))]));
                all.push(("08-vergrendeld".to_owned(), vec![sign_in(), Step::Do(Command::Lock)]));
            }
            domain::RoleName::Professional => {
                if all.iter().all(|(name, _)| !name.starts_with("04")) {
                    all.push(("04-terugkoppelingen".to_owned(), vec![sign_in()]));
                    all.push(("05-terugkoppeling-open".to_owned(), vec![sign_in(), Step::OpenRecord]));
                }
            }
            domain::RoleName::MedicalManager => all.push(("06-kwaliteit".to_owned(), vec![sign_in()])),
            domain::RoleName::FunctionalAdministrator => all.push(("07-ontvangst".to_owned(), vec![sign_in()])),
            domain::RoleName::PrivacyOfficer => {
                all.push(("09-auditlog".to_owned(), vec![sign_in(), Step::Do(Command::VerifyChain)]));
            }
        }
    }
    all
}

enum Step {
    Do(Command),
    /// Takes the first item of the worklist up.
    First,
    /// Shows its BSN.
    Reveal,
    /// Opens the selected record.
    OpenRecord,
}

fn wish(step: Step, frame: &Frame) -> Option<Command> {
    match (step, &frame.screen) {
        (Step::Do(command), _) => Some(command),
        (Step::First, Screen::Identifications(screen)) => screen.detail.as_ref().and_then(|d| d.claim.clone()),
        (Step::Reveal, Screen::Identifications(screen)) => {
            let bsns = screen.detail.as_ref().map(|d| d.bsns.as_slice()).unwrap_or_default();
            bsns.first().and_then(|b| b.reveal.first()).map(|(_, command)| command.clone())
        }
        (Step::OpenRecord, Screen::Feedback(screen)) => screen.card.as_ref().map(|card| card.open.clone()),
        (Step::First | Step::Reveal | Step::OpenRecord, _) => None,
    }
}

/// Every screen of every role, light and dark, in both languages; done only if all were written.
fn pictures_of(engine: &mut Engine, texts: &Texts, folder: &Path) -> Result<Exit, AppError> {
    std::fs::create_dir_all(folder).map_err(|e| AppError::file(folder, &e))?;
    let load = |l| Texts::load(l).map_err(|_| AppError::refused("error-system", vec![]));
    let languages = [("nl", load(Language::Dutch)?), ("en", load(Language::English)?)];
    let looks = [("licht", egui::Theme::Light), ("donker", egui::Theme::Dark)];
    let mut studio = ui::Studio::new(egui::vec2(1280.0, 800.0), 1.0);
    let mut count = 0;
    for (name, _) in steps(engine) {
        for (code, language) in &languages {
            for (look, theme) in looks {
                // The steps anew for each picture: a frame holds clear text and is not copied.
                let frame = arrive(engine, &name, language.language());
                let mut app = ui::App::new(Box::new(Still(Some(frame))), language.clone());
                let image = studio.picture(theme, |ui| app.frame_ui(ui));
                let file = folder.join(format!("{name}-{code}-{look}.png"));
                let png = image.png().map_err(|_| AppError::refused("error-system", vec![]))?;
                std::fs::write(&file, png).map_err(|e| AppError::file(&file, &e))?;
                count += 1;
            }
        }
    }
    let values = [("count", count.to_string()), ("place", folder.display().to_string())];
    println!("{}", texts.format("cli-screens-done", &values));
    Ok(Exit::Done)
}

fn arrive(engine: &mut Engine, name: &str, language: Language) -> Frame {
    let now = crate::now();
    engine.set_language(language);
    let mut frame = engine.execute(Command::SignOut, now, &mut |_, _, _| true);
    let steps = steps(engine).into_iter().find(|(n, _)| n == name).map(|(_, steps)| steps).unwrap_or_default();
    for step in steps {
        if let Some(command) = wish(step, &frame) {
            frame = engine.execute(command, now, &mut |_, _, _| true);
        }
    }
    frame
}
