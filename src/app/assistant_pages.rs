//! The set-up assistant as pages: what is asked, what was answered, and what there is at the end.
//!
//! **Not here:** whether an answer is good (`assistant`).

use chrono::{DateTime, Utc};
use domain::{RoleName, StoreKind};
use viewmodel::{FirstAccountTyped, InstallationLine, InstallationPage, Kind, Said, StepShown, StepState};

use crate::{
    assistant::{Assistant, FirstAccount, Step, open_duties},
    error::AppError,
    local,
    paper::Paper,
    rail::{role_shown, titled},
    set_up::RETENTION_DAYS,
    store_place::StorePlace,
};

// LIMIT: a record lives a year with its backups (R4).
const YEAR_DAYS: u32 = 365;

/// Where a key file is proposed: beside the store's folder, never in it.
fn proposed_key_file(assistant: &Assistant) -> String {
    if let Some(store::KeySource::File { path, .. }) = &assistant.keys {
        return path.display().to_string();
    }
    let name = |name: &std::ffi::OsStr| format!("{}.key", name.to_string_lossy());
    let folder = &assistant.folder;
    let file = folder.file_name().map(name).and_then(|name| Some(folder.parent()?.join(name)));
    file.map(|file| file.display().to_string()).unwrap_or_default()
}

/// Two empty lines with the two roles that there must be.
fn proposed_accounts() -> Vec<FirstAccountTyped> {
    [RoleName::FunctionalAdministrator, RoleName::PrivacyOfficer]
        .map(|role| FirstAccountTyped { roles: vec![role_shown(role)], ..FirstAccountTyped::default() })
        .into()
}

fn typed(account: &FirstAccount) -> FirstAccountTyped {
    FirstAccountTyped {
        staff: account.staff.clone(),
        name: account.name.clone(),
        roles: account.roles.iter().copied().map(role_shown).collect(),
    }
}

fn name(step: Step) -> &'static str {
    match step {
        Step::Organisation => "setup-step-organisation",
        Step::Kind => "setup-step-kind",
        Step::SystemAccounts => "setup-step-system-accounts",
        Step::Place => "setup-step-place",
        Step::Keys => "setup-step-keys",
        Step::Kit => "setup-step-kit",
        Step::Accounts => "setup-step-accounts",
        Step::Retention => "setup-step-retention",
        Step::Agreement => "setup-step-agreement",
        Step::Duties => "setup-step-duties",
        Step::Ready => "setup-step-ready",
    }
}

/// What a step asks, as long as it was not answered.
fn asks(step: Step) -> &'static str {
    match step {
        Step::Organisation => "setup-asks-organisation",
        Step::Kind => "setup-asks-kind",
        Step::SystemAccounts => "setup-asks-system-accounts",
        Step::Place => "setup-asks-place",
        Step::Keys => "setup-asks-keys",
        Step::Kit => "setup-asks-kit",
        Step::Accounts => "setup-asks-accounts",
        Step::Retention => "setup-asks-retention",
        Step::Agreement => "setup-asks-agreement",
        Step::Duties => "setup-asks-duties",
        Step::Ready => "setup-asks-ready",
    }
}

/// What was answered.
fn answer(assistant: &Assistant, step: Step) -> Said {
    let with = |text, name, value: String| Said { text, values: vec![(name, value)] };
    match step {
        Step::Organisation => assistant.organisation.as_ref().map_or_else(
            || asks(step).into(),
            |(name, rav)| Said {
                text: "setup-is-organisation",
                values: vec![("name", name.clone()), ("rav", rav.to_string())],
            },
        ),
        Step::Kind => match assistant.kind {
            Some(StoreKind::Production) => "setup-is-production".into(),
            Some(StoreKind::Test) => "setup-is-test".into(),
            None => asks(step).into(),
        },
        Step::SystemAccounts => match assistant.several {
            Some(true) => "setup-is-several".into(),
            Some(false) => "setup-is-one".into(),
            None => asks(step).into(),
        },
        Step::Place => with("setup-is-path", "place", assistant.folder.display().to_string()),
        Step::Keys => match &assistant.keys {
            Some(store::KeySource::File { path, .. }) => with("setup-is-path", "place", path.display().to_string()),
            Some(store::KeySource::KeyStore { .. }) => "setup-is-key-store".into(),
            None => asks(step).into(),
        },
        Step::Kit => if assistant.without_kit { "setup-is-without-kit" } else { "setup-is-kit" }.into(),
        Step::Accounts => with("setup-is-accounts", "count", assistant.accounts.len().to_string()),
        Step::Retention => with("setup-is-retention", "days", assistant.retention_days.to_string()),
        Step::Agreement => {
            if assistant.without_agreement_all { "setup-is-agreement-all" } else { "setup-is-agreement-decree" }.into()
        }
        Step::Duties => match open_duties(&assistant.duties).len() {
            0 => "setup-is-duties-complete".into(),
            open => with("setup-is-duties-open", "count", open.to_string()),
        },
        Step::Ready => asks(step).into(),
    }
}

impl Assistant {
    pub(crate) fn steps(&self) -> Vec<StepShown> {
        let shown = |step: Step| {
            let state = match (step == self.step, step < self.reached) {
                (true, _) => StepState::Now,
                (false, true) => StepState::Done,
                (false, false) => StepState::Later,
            };
            let note = if state == StepState::Done { answer(self, step) } else { asks(step).into() };
            StepShown { name: name(step), note, state }
        };
        Step::ALL.into_iter().map(shown).collect()
    }

    /// All answers, for the last look before the store is made.
    fn answers(&self) -> Vec<InstallationLine> {
        let asked = Step::ALL.into_iter().filter(|step| *step != Step::Ready);
        asked.map(|step| InstallationLine { name: name(step), value: answer(self, step) }).collect()
    }

    pub(crate) fn page(&mut self, paper: Option<&dyn Paper>, now: DateTime<Utc>) -> Result<InstallationPage, AppError> {
        Ok(match self.step {
            Step::Organisation => {
                let (name, rav) = self
                    .organisation
                    .clone()
                    .map_or_else(|| (String::new(), String::new()), |(name, rav)| (name, rav.to_string()));
                InstallationPage::Organisation { name, rav }
            }
            Step::Kind => InstallationPage::Kind(self.kind.map(|kind| match kind {
                StoreKind::Production => Kind::Production,
                StoreKind::Test => Kind::Test,
            })),
            Step::SystemAccounts => InstallationPage::SystemAccounts(self.several),
            Step::Place => InstallationPage::Folder(self.folder.display().to_string()),
            Step::Keys => {
                let file_needed = self.several == Some(true);
                let chosen = matches!(self.keys, Some(store::KeySource::File { .. }));
                let file = proposed_key_file(self);
                InstallationPage::Keys { file_needed, file, by_file: chosen || file_needed }
            }
            Step::Kit => {
                let organisation = self.titled().unwrap_or_default();
                InstallationPage::Kit(self.paper(now)?.page(organisation, paper)?)
            }
            Step::Accounts if self.accounts.is_empty() => InstallationPage::Accounts(proposed_accounts()),
            Step::Accounts => InstallationPage::Accounts(self.accounts.iter().map(typed).collect()),
            Step::Retention => {
                let (days, most, year) = (self.retention_days, RETENTION_DAYS, YEAR_DAYS);
                InstallationPage::Retention { days, most, year }
            }
            Step::Agreement => InstallationPage::WithoutAgreement(self.without_agreement_all),
            Step::Duties => {
                let dates = self.duties;
                InstallationPage::Duties([dates.dpia, dates.works_council, dates.register])
            }
            Step::Ready => InstallationPage::Ready(self.answers()),
        })
    }

    /// The RAV as screens and letters name it.
    pub(crate) fn titled(&self) -> Option<String> {
        self.organisation.as_ref().map(|(name, rav)| titled(*rav, name))
    }

    /// Where the store and its keys lie.
    pub(crate) fn place_chosen(&self) -> StorePlace {
        let key_file = match &self.keys {
            Some(store::KeySource::File { path, .. }) => std::path::absolute(path).ok(),
            Some(store::KeySource::KeyStore { .. }) | None => None,
        };
        StorePlace { folder: self.folder.clone(), key_file, group: self.several == Some(true) }
    }

    /// What there is once the store is made.
    pub(crate) fn made_lines(&self) -> Vec<InstallationLine> {
        let steps = [Step::Organisation, Step::Kind, Step::Place, Step::Keys, Step::Kit, Step::Retention];
        steps.into_iter().map(|step| InstallationLine { name: name(step), value: answer(self, step) }).collect()
    }

    /// What is to be done next, in order.
    pub(crate) fn what_next(&self) -> Vec<Said> {
        let mut next: Vec<Said> = vec!["setup-next-letters".into()];
        next.push(if self.without_kit { "setup-next-no-kit" } else { "setup-next-kit" }.into());
        next.push("setup-next-sign-in".into());
        let has = |role| self.accounts.iter().any(|account| account.roles.contains(&role));
        if !has(RoleName::Administration) || !has(RoleName::MedicalManager) {
            next.push("setup-next-roles".into());
        }
        if let (Some(true), Some(store::KeySource::File { path, .. })) = (self.several, &self.keys) {
            let values = vec![("folder", self.folder.display().to_string()), ("key", path.display().to_string())];
            next.push(Said { text: "setup-next-receiver", values });
        }
        next.push("setup-next-rides".into());
        next.push("setup-next-backup".into());
        let dates = self.duties;
        let open = [
            (dates.dpia, "setup-next-dpia"),
            (dates.works_council, "setup-next-works-council"),
            (dates.register, "setup-next-register"),
        ];
        next.extend(open.into_iter().filter(|(date, _)| date.is_none()).map(|(_, text)| Said::from(text)));
        next
    }
}

/// The steps, each with its tick.
pub(crate) fn all_done(steps: Vec<StepShown>) -> Vec<StepShown> {
    steps.into_iter().map(|step| StepShown { state: StepState::Done, ..step }).collect()
}

/// A date as a person types it: `2-3-2026` or `2026-03-02`; empty: none.
pub(crate) fn date(typed: &str) -> Result<Option<chrono::NaiveDate>, AppError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let found = ["%d-%m-%Y", "%Y-%m-%d", "%d/%m/%Y"]
        .into_iter()
        .find_map(|form| chrono::NaiveDate::parse_from_str(typed, form).ok());
    // LIMIT: years that a date of these can have.
    let found = found.filter(|date| (2000..2100).contains(&chrono::Datelike::year(date)));
    found.map(Some).ok_or_else(|| AppError::refused("error-setup-date", vec![]))
}

/// Until when an activation code is good.
pub(crate) fn good_until(now: DateTime<Utc>) -> chrono::NaiveDate {
    local::day(now + chrono::TimeDelta::days(store::ACTIVATION_DAYS))
}
