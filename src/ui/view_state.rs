//! What belongs to the window and not to the data: half-typed text, which tab of a card, what is ticked.
//!
//! **Invariant:** what was typed as a secret is zeroised when it is sent, and all of it when the root of the screen
//! changes (sign in, lock).

use viewmodel::{
    AscertainedBy, ConnectionPage, ConnectionsDraft, InstallationPage, ItemId, KitPage, NewAccountDraft, RevealPurpose,
};
use zeroize::{Zeroize, Zeroizing};

use crate::{
    drafting::{AboutTyped, Typed},
    file_dialog::FileDialog,
    reflecting::{ReflectionState, RewritingState},
    rides_typed::RidesState,
    screens::Reading,
};

// LIMIT: room for a passphrase, reserved at once so that typing never leaves a copy behind by growing.
const SECRET_BYTES: usize = 1024;

/// A secret being typed.
pub(crate) fn secret() -> Zeroizing<String> {
    Zeroizing::new(String::with_capacity(SECRET_BYTES))
}

// LIMIT: room for a whole sheet, as above: four bytes for each of 2,048 characters.
const SHEET_BYTES: usize = 8192;

/// A sheet of the recovery kit being typed.
fn sheet_secret() -> Zeroizing<String> {
    Zeroizing::new(String::with_capacity(SHEET_BYTES))
}

/// State of the window.
pub struct ViewState {
    pub(crate) account: String,
    pub(crate) account_filled: bool,
    pub(crate) passphrase: Zeroizing<String>,
    pub(crate) passphrase_old: Zeroizing<String>,
    pub(crate) passphrase_again: Zeroizing<String>,
    pub(crate) activation_code: Zeroizing<String>,
    pub(crate) code_digits: Zeroizing<String>,
    /// The last group of a new personal sheet.
    pub(crate) group: Zeroizing<String>,
    /// Where a sheet is saved.
    pub(crate) save_path: String,
    /// The item the clerk's ticks below belong to.
    pub(crate) item: Option<ItemId>,
    /// What is typed as a note at an item, and not kept yet.
    pub(crate) note: Option<viewmodel::NoteTyped>,
    /// The item whose note was given back into the field.
    pub(crate) note_given: Option<ItemId>,
    pub(crate) purpose: RevealPurpose,
    pub(crate) ascertained: bool,
    pub(crate) by: Option<AscertainedBy>,
    pub(crate) chart_as_table: bool,
    /// Which of the two interval charts stand as a table.
    pub(crate) intervals_as_table: [bool; 2],
    /// *Mijn verloop*: as a table, and by month instead of by three months.
    pub(crate) trend_as_table: bool,
    pub(crate) trend_by_month: bool,
    /// In a narrow window: the detail stands before the list.
    pub(crate) detail_open: bool,
    pub(crate) help_open: bool,
    pub(crate) reading: Reading,
    /// *Ontvangst*: the message that was chosen, by its entry.
    pub(crate) message: Option<u64>,
    /// The hospital of which *Ontvangst* tells what it sends too much, by name.
    pub(crate) sender: Option<String>,
    /// It was chosen just now: what is told of it is brought into sight.
    pub(crate) sender_chosen: bool,
    /// The text for it was copied.
    pub(crate) letter_copied: bool,
    /// The certificate whose mail was copied last, by its fingerprint.
    pub(crate) mail_copied: Option<String>,
    pub(crate) import_open: bool,
    pub(crate) import_path: String,
    pub(crate) file_dialog: FileDialog,
    /// The system turned out to have none.
    pub(crate) no_file_dialog: bool,
    pub(crate) seconds_since_frame: u32,
    /// *Instellingen*: the dates as typed, from those that stand.
    pub(crate) duties: Option<[String; 3]>,
    /// There too: whom to talk to, as typed.
    pub(crate) peer_support: Option<[String; 3]>,
    /// And whom a hospital asks.
    pub(crate) rav_contact: Option<[String; 3]>,
    /// *Terugkoppelingen*: of which record it is asked whether its ride is another's.
    pub(crate) disowning: Option<viewmodel::RecordId>,
    /// The report whose passage is about to be destroyed: asks once more.
    pub(crate) destroying: Option<i64>,
    /// There too: the choice when the outcome opens is open.
    pub(crate) opening_open: bool,
    /// And what of an opened record is being chosen that does not belong there.
    pub(crate) choosing: Option<crate::screens::Choosing>,
    /// And what is written about it.
    pub(crate) reflection: ReflectionState,
    /// A reflection that is written anew.
    pub(crate) rewriting: RewritingState,
    pub(crate) accounts: AccountsState,
    pub(crate) profiles: ProfilesState,
    pub(crate) rides: RidesState,
    pub(crate) connections: ConnectionsState,
    pub(crate) installation: InstallationState,
}

/// What is half-typed or half-asked on *Accounts*.
#[derive(Default)]
pub(crate) struct AccountsState {
    pub(crate) staff: String,
    pub(crate) name: String,
    pub(crate) roles: Vec<viewmodel::Role>,
    /// What was typed before the last lock was put into the form.
    pub(crate) given_back: bool,
    /// The form was open in the picture before.
    pub(crate) was_open: bool,
    pub(crate) search: String,
    /// A path is asked for.
    pub(crate) asks: Option<PathFor>,
    pub(crate) path: String,
    /// An act that cannot be undone, pressed once: of which account.
    pub(crate) sure: Option<(viewmodel::AccountId, Irreversible)>,
    /// Roles ticked for the account in hand.
    pub(crate) ticked: Option<(viewmodel::AccountId, Vec<viewmodel::Role>)>,
}

/// What is asked for a version of a profile, and what is typed for it.
#[derive(Default)]
pub(crate) struct ProfilesState {
    pub(crate) asked: Option<(ProfileAsk, String, u32)>,
    pub(crate) typed: String,
}

/// What a profile's card asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProfileAsk {
    /// A message to try it on.
    File,
    /// A day from which it is in force.
    Day,
}

/// What is half-typed or half-asked on *Aansluitingen*, for the hospital and tab in hand.
#[derive(Default)]
pub(crate) struct ConnectionsState {
    at: Option<(viewmodel::HospitalNumber, viewmodel::ConnectionTab)>,
    /// What was typed before the last lock was put into the forms.
    given_back: bool,
    /// Another hospital or tab came in hand: its row is brought into sight.
    pub(crate) moved: bool,
    given_just_now: Option<ConnectionsDraft>,
    /// What a form leads to, when it was looked at last: another, and it is done.
    led_to: Option<i64>,
    pub(crate) new: viewmodel::HospitalTyped,
    pub(crate) edit: Option<viewmodel::ParticularsTyped>,
    /// They are other than what is kept.
    pub(crate) edited: bool,
    /// Another status, and from which day.
    pub(crate) status: Option<(viewmodel::ConnectionStatus, String)>,
    pub(crate) agreement: Option<viewmodel::AgreementTyped>,
    /// A fingerprint.
    pub(crate) certificate: String,
    pub(crate) sign_off: viewmodel::SignOffTyped,
    /// A path is asked for.
    pub(crate) asks: Option<ConnectionAsk>,
    pub(crate) path: String,
}

impl ConnectionsState {
    /// What was typed for one hospital or tab does not carry over to another.
    pub(crate) fn at(&mut self, now: Option<(viewmodel::HospitalNumber, viewmodel::ConnectionTab)>) {
        if self.at != now {
            let new = std::mem::take(&mut self.new);
            *self = Self { at: now, new, given_back: self.given_back, moved: true, ..Self::default() };
        }
    }

    /// The forms have what was typed before a lock; one that is closed, or done, is empty again.
    pub(crate) fn at_screen(&mut self, screen: &viewmodel::ConnectionsScreen) {
        self.at(screen.detail.as_ref().map(|detail| (detail.hospital, detail.tab)));
        if !screen.new_open {
            self.new = viewmodel::HospitalTyped::default();
        }
        let (is_edited, leads_to) = match screen.detail.as_ref().map(|detail| &detail.page) {
            Some(ConnectionPage::Status(page)) => (page.edit_open, None),
            Some(ConnectionPage::Agreement(page)) => (false, i64::try_from(page.versions.len()).ok()),
            Some(ConnectionPage::Test(page)) => {
                (false, Some(page.signed.as_ref().map_or(0, |signed| signed.at.and_utc().timestamp())))
            }
            Some(ConnectionPage::Certificate(_)) | None => (false, None),
        };
        if !is_edited {
            (self.edit, self.edited) = (None, false);
        }
        if self.led_to.is_some() && self.led_to != leads_to {
            (self.agreement, self.sign_off) = (None, viewmodel::SignOffTyped::default());
        }
        self.led_to = leads_to;
        if !self.given_back {
            self.given_back = true;
            if let Some(draft) = &screen.draft {
                self.fill(draft);
                self.given_just_now = Some(draft.as_ref().clone());
            }
        }
    }

    fn fill(&mut self, draft: &ConnectionsDraft) {
        self.new = draft.new.clone().unwrap_or_default();
        if draft.at == self.at {
            let ConnectionsDraft { at: _, new: _, particulars, status, agreement, certificate, sign_off } =
                draft.clone();
            self.edited = particulars.is_some();
            (self.edit, self.status, self.agreement) = (particulars, status, agreement);
            (self.certificate, self.sign_off) = (certificate, sign_off);
        }
    }

    /// What is typed and not sent.
    fn draft(&self) -> ConnectionsDraft {
        let draft = ConnectionsDraft {
            at: self.at,
            new: (self.new != viewmodel::HospitalTyped::default()).then(|| self.new.clone()),
            particulars: self.edit.clone().filter(|_| self.edited),
            status: self.status.clone(),
            agreement: self.agreement.clone(),
            certificate: self.certificate.clone(),
            sign_off: self.sign_off.clone(),
        };
        // Where nothing is typed it is no matter where.
        if draft.is_empty() { ConnectionsDraft::default() } else { draft }
    }
}

/// What a path is asked for on *Aansluitingen*.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConnectionAsk {
    Overview,
    Sheet,
    Certificate,
    Script,
    SignOff,
}

/// What is half-typed before there is a store that opens.
pub(crate) struct InstallationState {
    /// The page it was filled for.
    filled: Option<(std::mem::Discriminant<InstallationPage>, u8)>,
    /// Its first field has not had the focus yet.
    is_fresh: bool,
    pub(crate) folder: String,
    pub(crate) backup: String,
    pub(crate) key_file: String,
    pub(crate) by_file: bool,
    pub(crate) group: bool,
    pub(crate) name: String,
    pub(crate) rav: String,
    pub(crate) kind: Option<viewmodel::Kind>,
    pub(crate) several: Option<bool>,
    /// Three words of a sheet.
    pub(crate) words: [Zeroizing<String>; 3],
    /// A file is asked for.
    pub(crate) file_asked: bool,
    pub(crate) save_path: String,
    pub(crate) accounts: Vec<viewmodel::FirstAccountTyped>,
    pub(crate) days: String,
    pub(crate) everything: bool,
    pub(crate) dates: [String; 3],
    /// A sheet of the recovery kit, as typed.
    pub(crate) sheet: Zeroizing<String>,
    pub(crate) admit_staff: String,
    pub(crate) admit_role: Option<viewmodel::Role>,
}

impl Default for InstallationState {
    fn default() -> Self {
        Self {
            filled: None,
            is_fresh: false,
            folder: String::new(),
            backup: String::new(),
            key_file: String::new(),
            by_file: false,
            group: false,
            name: String::new(),
            rav: String::new(),
            kind: None,
            several: None,
            words: [secret(), secret(), secret()],
            file_asked: false,
            save_path: String::new(),
            accounts: Vec::new(),
            days: String::new(),
            everything: false,
            dates: Default::default(),
            sheet: sheet_secret(),
            admit_staff: String::new(),
            admit_role: None,
        }
    }
}

impl InstallationState {
    /// Whether a field is the first of its page, to be typed in at once.
    pub(crate) fn take_fresh(&mut self) -> bool {
        std::mem::take(&mut self.is_fresh)
    }

    /// Fills the fields of a page that was turned to, with what was answered before.
    pub(crate) fn at_page(&mut self, page: &InstallationPage) {
        // Each sheet is a page of its own.
        let number = if let InstallationPage::Kit(KitPage { sheet, .. }) | InstallationPage::Sheet(sheet) = page {
            *sheet
        } else {
            0
        };
        let now = Some((std::mem::discriminant(page), number));
        if self.filled == now {
            return;
        }
        *self = Self { filled: now, is_fresh: true, ..Self::default() };
        match page {
            InstallationPage::Existing(place) | InstallationPage::RecoverAt { place, .. } => {
                if let InstallationPage::RecoverAt { backup, .. } = page {
                    self.backup.clone_from(backup);
                }
                self.folder.clone_from(&place.folder);
                self.by_file = place.key_file.is_some();
                self.key_file = place.key_file.clone().unwrap_or_default();
                self.group = place.group;
            }
            InstallationPage::Organisation { name, rav } => {
                (self.name, self.rav) = (name.clone(), rav.clone());
            }
            InstallationPage::Kind(kind) => self.kind = *kind,
            InstallationPage::SystemAccounts(several) => self.several = *several,
            InstallationPage::Folder(folder) => self.folder.clone_from(folder),
            InstallationPage::Keys { file, by_file, .. } => {
                (self.key_file, self.by_file) = (file.clone(), *by_file);
            }
            InstallationPage::Accounts(accounts) => self.accounts.clone_from(accounts),
            InstallationPage::Retention { days, .. } => self.days = days.to_string(),
            InstallationPage::WithoutAgreement(everything) => self.everything = *everything,
            InstallationPage::Duties(dates) => {
                self.dates = dates.map(|date| date.map(|d| d.format("%d-%m-%Y").to_string()).unwrap_or_default());
            }
            InstallationPage::Admit(admit) => {
                self.admit_role = admit.as_ref().map(|(_, role)| *role);
                self.admit_staff = admit.as_ref().map(|(staff, _)| staff.clone()).unwrap_or_default();
            }
            InstallationPage::Choose { .. }
            | InstallationPage::Kit(_)
            | InstallationPage::Ready(_)
            | InstallationPage::Made(_)
            | InstallationPage::Sheet(_)
            | InstallationPage::RecoverReady(_)
            | InstallationPage::Recovered { .. } => {}
        }
    }
}

impl AccountsState {
    /// The form for a new account, as far as it is filled in.
    pub(crate) fn draft(&self) -> NewAccountDraft {
        NewAccountDraft { staff: self.staff.clone(), name: self.name.clone(), roles: self.roles.clone() }
    }

    /// Puts this into the form.
    pub(crate) fn fill(&mut self, draft: NewAccountDraft) {
        (self.staff, self.name, self.roles) = (draft.staff, draft.name, draft.roles);
    }
}

/// What a path is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum PathFor {
    Import,
    Letters,
    Rights,
    Profile,
    Bill,
    RefusedRides,
    Portfolio,
}

/// Acts that destroy keys.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Irreversible {
    Close,
    Reset,
}

impl Default for ViewState {
    fn default() -> Self {
        Self {
            account: String::new(),
            account_filled: false,
            passphrase: secret(),
            passphrase_old: secret(),
            passphrase_again: secret(),
            activation_code: secret(),
            code_digits: secret(),
            group: secret(),
            save_path: String::new(),
            item: None,
            note: None,
            note_given: None,
            purpose: RevealPurpose::CompleteRide,
            ascertained: false,
            by: None,
            chart_as_table: false,
            intervals_as_table: [false; 2],
            trend_as_table: false,
            trend_by_month: false,
            detail_open: false,
            help_open: false,
            reading: Reading::default(),
            message: None,
            sender: None,
            sender_chosen: false,
            letter_copied: false,
            mail_copied: None,
            import_open: false,
            import_path: String::new(),
            file_dialog: FileDialog::default(),
            no_file_dialog: false,
            seconds_since_frame: 0,
            duties: None,
            peer_support: None,
            rav_contact: None,
            disowning: None,
            destroying: None,
            opening_open: false,
            choosing: None,
            reflection: ReflectionState::default(),
            rewriting: RewritingState::default(),
            accounts: AccountsState::default(),
            profiles: ProfilesState::default(),
            rides: RidesState::default(),
            connections: ConnectionsState::default(),
            installation: InstallationState::default(),
        }
    }
}

impl ViewState {
    /// Forgets everything typed and ticked.
    pub(crate) fn forget(&mut self) {
        self.account.zeroize();
        *self = Self::default();
    }

    /// What is typed in the forms of which it is kept.
    pub(crate) fn typed(&mut self) -> Typed {
        let given_back = self.connections.given_just_now.take();
        let reflection = self.reflection.typed();
        let about = AboutTyped::of(self);
        Typed { account: self.accounts.draft(), connections: self.connections.draft(), given_back, reflection, about }
    }

    /// Whether a secret is being typed.
    pub(crate) fn holds_secret(&self) -> bool {
        let typed = [
            &self.passphrase,
            &self.passphrase_old,
            &self.passphrase_again,
            &self.activation_code,
            &self.code_digits,
            &self.group,
        ];
        typed.iter().any(|secret| !secret.is_empty())
    }

    /// The ticks of one item do not carry over to another.
    pub(crate) fn at_item(&mut self, item: ItemId) {
        if self.item != Some(item) {
            self.item = Some(item);
            self.note_given = None;
            self.purpose = RevealPurpose::CompleteRide;
            self.ascertained = false;
            self.by = None;
            self.letter_copied = false;
        }
    }

    /// Takes a typed secret out, leaving an empty one.
    pub(crate) fn take(secret_field: &mut Zeroizing<String>) -> Zeroizing<String> {
        std::mem::replace(secret_field, secret())
    }
}
