//! A store of invented people in a folder of its own, its accounts, messages and rides, and a second key to its file.

use std::path::{Path, PathBuf};

use access::{Administration, Chosen, MedicalManager, Professional, Session, SignedIn, TotpSecret};
use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use domain::{
    Agreement, CaseContent, DiagnosisContent, FigureContent, IdentificationContent, InstanceId, RavNumber,
    RemarksContent, ReturnedBsn, RideNumber, RoleName, SNOMED_CT, SehDiagnosis, Sensitive, StoreKind,
    WorkingDiagnosisContent,
};
use seal::{ActivationCode, Parameters, Passphrase, ReaderPrivate, RootSecret};
use store::{Archive, Arrived, HospitalStatus, Inbox, Incoming, NewStore, Origin, Outcome, Ride, Store};
use tempfile::TempDir;

/// Argon2 as cheap as it goes: tests only.
pub const CHEAP: Parameters = Parameters { memory_kib: 64, passes: 1, lanes: 1 };
pub const PASSPHRASE: &str = "vier woorden van een test";
pub const RIDE: &str = "12-2026-1001-1";
pub const BSN: &str = "999900006";
pub const OTHER_BSN: &str = "999900018";

pub const CLERK: &str = "adm01";
pub const SECOND_CLERK: &str = "adm02";
pub const NURSE: &str = "vpk01";
pub const SECOND: &str = "vpk02";
pub const DRIVER: &str = "chf01";
pub const MANAGER: &str = "mma01";
pub const OFFICER: &str = "po01";
pub const ADMINISTRATOR: &str = "fb01";

pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 9, 20, 10, 0, 0).unwrap()
}

/// What every account here chooses: its second factor is known, so that a code can be made.
pub fn chosen() -> Chosen {
    Chosen { second_factor: second_factor(), ..Chosen::generate(Passphrase::new(PASSPHRASE.into())).unwrap() }
}

pub fn second_factor() -> TotpSecret {
    TotpSecret::from_bytes(&[9; 20]).unwrap()
}

pub fn code(at: DateTime<Utc>) -> String {
    access::second_factor_code(&second_factor(), at).unwrap().to_string()
}

pub fn days(n: i64) -> TimeDelta {
    TimeDelta::days(n)
}

pub fn origin() -> Origin {
    Origin { workstation: "TS-01".into(), version: "test".into() }
}

pub fn hospital() -> InstanceId {
    InstanceId { root: domain::Ura::ROOT.into(), extension: Some("00009001".into()) }
}

pub fn other_hospital() -> InstanceId {
    InstanceId { root: domain::Ura::ROOT.into(), extension: Some("00009002".into()) }
}

pub struct House {
    pub folder: TempDir,
    root: [u8; 32],
    routing: [u8; 32],
    codes: Vec<(String, String)>,
}

impl House {
    pub fn new() -> Self {
        Self::of_kind(StoreKind::Test)
    }

    pub fn of_kind(kind: StoreKind) -> Self {
        Self::made(kind, None)
    }

    /// A house with a recovery kit.
    pub fn with_kit() -> (Self, seal::RecoveryKit) {
        let (kit, _) = seal::RecoveryKit::generate().unwrap();
        (Self::of_kit(*kit.public()), kit)
    }

    /// A house whose kit has this public half.
    pub fn of_kit(kit: seal::ReaderPublic) -> Self {
        Self::made(StoreKind::Test, Some(kit))
    }

    fn made(kind: StoreKind, recovery: Option<seal::ReaderPublic>) -> Self {
        let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let root = RootSecret::generate().unwrap();
        let professional = RoleName::Professional;
        let accounts = [
            (CLERK, RoleName::Administration),
            (SECOND_CLERK, RoleName::Administration),
            (NURSE, professional),
            (SECOND, professional),
            (DRIVER, professional),
            (MANAGER, RoleName::MedicalManager),
            (OFFICER, RoleName::PrivacyOfficer),
            (ADMINISTRATOR, RoleName::FunctionalAdministrator),
        ];
        let new = NewStore {
            organisation: "RAV Voorbeeld".into(),
            rav: RavNumber::new(12).unwrap(),
            kind,
            without_agreement_all: true,
            retention_days: 358,
            accounts: accounts.iter().map(|(s, r)| ((*s).into(), format!("Naam {s}"), vec![*r])).collect(),
            duties: store::DutyDates::default(),
            recovery,
        };
        let (_, made) = Store::create(folder.path(), &root, &new, origin(), now()).unwrap();
        Self {
            folder,
            root: *root.expose(),
            routing: *made.routing.expose(),
            codes: made.accounts.iter().map(|a| (a.staff.clone(), a.code.reveal().to_string())).collect(),
        }
    }

    pub fn root(&self) -> RootSecret {
        RootSecret::from_bytes(&self.root).unwrap()
    }

    pub fn routing(&self) -> ReaderPrivate {
        ReaderPrivate::from_bytes(&self.routing).unwrap()
    }

    pub fn file(&self) -> PathBuf {
        self.folder.path().join("terugblik.db")
    }

    pub fn store(&self) -> Store {
        Store::open(self.folder.path(), &self.root(), origin(), now()).unwrap()
    }

    /// A receiver that delivers.
    pub fn inbox(&self) -> Inbox {
        Inbox::new(self.store(), Some(self.routing()))
    }

    /// A window that receives without Routing's key.
    pub fn inbox_without_routing(&self) -> Inbox {
        Inbox::new(self.store(), None)
    }

    pub fn archive(&self) -> Archive {
        Archive::new(self.store())
    }

    /// The file through another door: another program with the key.
    pub fn raw(&self) -> rusqlite::Connection {
        raw(&self.file(), &self.root())
    }

    /// First sign-in of an account named at set-up.
    pub fn activate(&self, staff: &str) {
        self.activate_with(staff, &self.code_of(staff));
    }

    /// The same in a store that is open, under whichever root secret.
    pub fn activate_in(&self, store: &mut Store, staff: &str) {
        self.activate_at(store, staff, now());
    }

    pub fn activate_at(&self, store: &mut Store, staff: &str, at: DateTime<Utc>) {
        let keys = store.account_keys(staff).unwrap().unwrap();
        let made = access::activate(&keys, &self.code_of(staff), &chosen(), store.pepper(), CHEAP).unwrap();
        store.store_activation(keys.account, &made, at).unwrap();
    }

    /// The code of an account named at set-up.
    pub fn code_of(&self, staff: &str) -> ActivationCode {
        ActivationCode::parse(&self.codes.iter().find(|(s, _)| s == staff).unwrap().1).unwrap()
    }

    fn signed_in(&self, staff: &str, role: RoleName) -> SignedIn {
        self.try_sign_in(staff, role).unwrap()
    }

    pub fn try_sign_in(&self, staff: &str, role: RoleName) -> Result<SignedIn, access::SignInError> {
        signed_in(&self.store(), staff, role)
    }

    pub fn clerk(&self) -> Session<Administration> {
        self.clerk_of(CLERK)
    }

    pub fn clerk_of(&self, staff: &str) -> Session<Administration> {
        self.activate(staff);
        match self.signed_in(staff, RoleName::Administration) {
            SignedIn::Administration(session) => session,
            _ => panic!("another role"),
        }
    }

    pub fn manager(&self) -> Session<MedicalManager> {
        self.activate(MANAGER);
        self.active_manager()
    }

    /// The manager, who is activated already.
    pub fn active_manager(&self) -> Session<MedicalManager> {
        match self.signed_in(MANAGER, RoleName::MedicalManager) {
            SignedIn::MedicalManager(session) => session,
            _ => panic!("another role"),
        }
    }

    /// The manager, activated with a code of his own.
    pub fn manager_by(&self, code: &ActivationCode) -> Session<MedicalManager> {
        let mut store = self.store();
        let keys = store.account_keys(MANAGER).unwrap().unwrap();
        let made = access::activate(&keys, code, &chosen(), store.pepper(), CHEAP).unwrap();
        store.store_activation(keys.account, &made, now()).unwrap();
        self.active_manager()
    }

    /// A professional who is activated already.
    pub fn professional(&self, staff: &str) -> Session<Professional> {
        professional_of(&self.store(), staff)
    }

    pub fn officer(&self) -> Session<access::PrivacyOfficer> {
        self.activate(OFFICER);
        self.active_officer()
    }

    /// The privacy officer, who is activated already.
    pub fn active_officer(&self) -> Session<access::PrivacyOfficer> {
        match self.signed_in(OFFICER, RoleName::PrivacyOfficer) {
            SignedIn::PrivacyOfficer(session) => session,
            _ => panic!("another role"),
        }
    }

    pub fn administrator(&self) -> Session<access::FunctionalAdministrator> {
        self.activate(ADMINISTRATOR);
        self.active_administrator()
    }

    /// The functional administrator, who is activated already.
    pub fn active_administrator(&self) -> Session<access::FunctionalAdministrator> {
        match self.signed_in(ADMINISTRATOR, RoleName::FunctionalAdministrator) {
            SignedIn::FunctionalAdministrator(session) => session,
            _ => panic!("another role"),
        }
    }

    /// An account made by the functional administrator, who is activated already; gives its code.
    pub fn account_made(&self, staff: &str, roles: &[RoleName]) -> ActivationCode {
        let keys = access::renew_activation(staff).unwrap();
        let code = ActivationCode::parse(&keys.code.reveal()).unwrap();
        let made = store::AccountMade { name: format!("Naam {staff}"), roles: roles.to_vec(), keys };
        self.store().add_accounts(&self.active_administrator(), &[made], now()).unwrap();
        code
    }

    /// First sign-in of an account with a code.
    pub fn activate_with(&self, staff: &str, code: &ActivationCode) {
        self.try_activate(staff, code).unwrap();
    }

    pub fn try_activate(&self, staff: &str, code: &ActivationCode) -> Result<(), access::SignInError> {
        let mut store = self.store();
        let keys = store.account_keys(staff).unwrap().unwrap();
        let made = access::activate(&keys, code, &chosen(), store.pepper(), CHEAP)?;
        store.store_activation(keys.account, &made, now()).unwrap();
        Ok(())
    }

    /// The third column of a crew gives the diagnosis alone, from today on.
    pub fn third_sees_the_diagnosis(&self) {
        let from_day = now().date_naive().signed_duration_since(chrono::NaiveDate::default()).num_days();
        let right = store::ColumnRight { place: 3, diagnosis: true, remarks: false, from_day, reason: "proef".into() };
        self.store().set_column_right(&self.administrator(), &right, now()).unwrap().unwrap();
    }

    pub fn number(&self, staff: &str) -> i64 {
        self.store().account_keys(staff).unwrap().unwrap().account
    }

    pub fn count(&self, sql: &str) -> i64 {
        self.raw().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    pub fn log_is_whole(&self) {
        assert!(self.store().verify_log(None, |_| true).unwrap().first_break.is_none());
    }
}

pub fn signed_in(store: &Store, staff: &str, role: RoleName) -> Result<SignedIn, access::SignInError> {
    let keys = store.account_keys(staff).unwrap();
    let passphrase = Passphrase::new(PASSPHRASE.into());
    let proven = access::sign_in(keys.as_ref(), &passphrase, &code(now()), now(), store.pepper())?;
    proven.admitted().session(role)
}

/// A professional who is activated already, of a store that is open.
pub fn professional_of(store: &Store, staff: &str) -> Session<Professional> {
    match signed_in(store, staff, RoleName::Professional).unwrap() {
        SignedIn::Professional(session) => session,
        _ => panic!("another role"),
    }
}

pub fn raw(file: &Path, root: &RootSecret) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(file).unwrap();
    let key = root.sqlcipher_key();
    connection.execute_batch(&format!("{}PRAGMA secure_delete = ON", *store::sqlcipher_opening(&key))).unwrap();
    connection
}

pub fn id(extension: &str) -> InstanceId {
    InstanceId { root: "2.16.840.1.113883.19.5".into(), extension: Some(extension.into()) }
}

pub fn sensitive(text: &str) -> Option<Sensitive> {
    Some(Sensitive::new(text.into()))
}

pub fn seh_diagnosis(code: &str, display: &str) -> SehDiagnosis {
    SehDiagnosis {
        code: sensitive(code),
        system: Some(SNOMED_CT.into()),
        display: sensitive(display),
        translations: Vec::new(),
    }
}

pub fn identification(bsn: &str) -> IdentificationContent {
    IdentificationContent {
        bsn: ReturnedBsn::read(bsn),
        other_bsns: Vec::new(),
        gender: None,
        birth_date: None,
        patient_number: sensitive("PN-4711"),
    }
}

/// A message with all parts but identification.
pub fn message(extension: &str) -> Incoming {
    Incoming {
        size: 4096,
        way: store::Way::Https,
        found: Vec::new(),
        sender: hospital().into(),
        id: Some(id(extension)),
        set: None,
        version: 1,
        replaces: None,
        sent: Some(now()),
        canonical: zeroize::Zeroizing::new(extension.as_bytes().to_vec()),
        ride: RideNumber::parse(RIDE).unwrap(),
        vehicle: Some("12-101".into()),
        handed_over: Some(now() - TimeDelta::hours(3)),
        says_no_bsn: false,
        profile: Some("bericht12-2.4-reconstructie/1".into()),
        sender_in_test: false,
        in_trial: false,
        identification: None,
        diagnosis: Some(DiagnosisContent {
            agreement: Agreement::No,
            diagnoses: vec![seh_diagnosis("230690007", "kanarie-herseninfarct")],
            description: sensitive("kanarie-omschrijving"),
            gender: None,
            birth_date: None,
            incomplete: false,
        }),
        case: Some(CaseContent {
            agreement: Agreement::No,
            diagnoses: vec![seh_diagnosis("230690007", "kanarie-herseninfarct")],
            description: sensitive("kanarie-omschrijving"),
            gender: None,
            age_band: None,
            incomplete: false,
        }),
        remarks: Some(RemarksContent { medical: sensitive("kanarie-medisch"), communication: None }),
        figure: Some(FigureContent {
            agreement: Agreement::No,
            seh_code: 230_690_007,
            remark_medical: true,
            remark_communication: false,
            remark_medical_not_agreed: false,
            remark_communication_not_agreed: false,
        }),
        unrecognised: None,
        over_delivered: vec![("name", "recordTarget/patientRole/patient/name".into(), 2)],
        identifiers_in_text: Vec::new(),
    }
}

/// An identification-only message.
pub fn only_identification(extension: &str, bsn: &str) -> Incoming {
    Incoming {
        identification: Some(identification(bsn)),
        diagnosis: None,
        case: None,
        remarks: None,
        figure: None,
        ..message(extension)
    }
}

pub fn ride(crew: &[(&str, u8)]) -> Ride {
    Ride {
        number: RideNumber::parse(RIDE).unwrap(),
        vehicle: Some("12-101".into()),
        departed: Some(now() - TimeDelta::hours(4)),
        handed_over: Some(now() - TimeDelta::hours(3)),
        urgency: Some("A1".into()),
        post: Some("Noord".into()),
        hospital: Some(hospital()),
        sent_8_to_10: true,
        announced: None,
        crew: crew.iter().map(|(staff, place)| ((*staff).into(), *place)).collect(),
        working_diagnosis: Some(WorkingDiagnosisContent {
            diagnosis: seh_diagnosis("266257000", "kanarie-werkdiagnose"),
            registered: None,
        }),
        service: None,
        cancelled: false,
    }
}

pub fn take(inbox: &mut Inbox, incoming: Incoming) -> Outcome {
    inbox.append(&[Arrived::Message(Box::new(incoming))], now()).unwrap()[0].unwrap()
}

pub fn message_of(outcome: Outcome) -> domain::MessageId {
    match outcome {
        Outcome::TakenIn(id) | Outcome::Repeated(id) | Outcome::RepeatedUnproven(id) | Outcome::ReadAgain(id) => id,
        other @ (Outcome::Superseded | Outcome::OtherContent | Outcome::OtherVersion | Outcome::SelfTest) => {
            panic!("{other:?}")
        }
    }
}

/// Delivers until nothing is due.
pub fn deliver_all(inbox: &mut Inbox) {
    for _ in 0..10 {
        if inbox.deliver(now()).unwrap() == 0 {
            return;
        }
    }
    panic!("delivery does not come to rest");
}

pub fn connect(store: &mut Store) {
    let hospitals = [(hospital(), "Ziekenhuis Eén"), (other_hospital(), "Ziekenhuis Twee")]
        .map(|(organisation, name)| store::Hospital::new(organisation, name, HospitalStatus::Production));
    store.set_connections(&hospitals, now()).unwrap();
}

/// A ride with this crew, whose accounts are activated, and a message about it.
pub fn with_crew(crew: &[(&str, u8)]) -> (House, Inbox, domain::MessageId) {
    of_crew(House::new(), crew)
}

/// The same in a house that has something of its own.
pub fn of_crew(house: House, crew: &[(&str, u8)]) -> (House, Inbox, domain::MessageId) {
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    for staff in [NURSE, SECOND, DRIVER] {
        house.activate(staff);
    }
    inbox.import_rides(&[ride(crew)], now()).unwrap();
    let id = message_of(take(&mut inbox, message("a")));
    (house, inbox, id)
}
