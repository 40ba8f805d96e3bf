//! The event catalogue (R14) and the grounds of authorisation (R15). Codes are stable: they are part of the canonical bytes.

macro_rules! catalogue {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),* }

        impl $name {
            /// All of them, by code.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The stored code.
            #[must_use]
            pub fn code(self) -> u16 {
                match self { $(Self::$variant => $code),* }
            }

            /// The key of its text in `resources/i18n`.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// The one behind a stored code.
            #[must_use]
            pub fn from_code(code: u16) -> Option<Self> {
                Self::ALL.iter().copied().find(|e| e.code() == code)
            }
        }
    };
}

catalogue! {
    /// What happened.
    Event {
        /// The store was set up.
        SetUp = 1 "event-set-up",
        /// An account was activated.
        Activated = 2 "event-activated",
        /// Signed in.
        SignedIn = 3 "event-signed-in",
        /// A sign-in failed.
        SignInFailed = 4 "event-sign-in-failed",
        /// Signed out.
        SignedOut = 5 "event-signed-out",
        /// Locked.
        Locked = 6 "event-locked",
        /// An account was made.
        AccountMade = 7 "event-account-made",
        /// An account was confirmed.
        AccountConfirmed = 8 "event-account-confirmed",
        /// A public key of the directory is not that of the reader: it was swapped.
        KeySwapped = 9 "event-key-swapped",
        /// A private key was sealed anew under a dearer derivation.
        PrivateKeyRenewed = 10 "event-private-key-renewed",
        /// A public key of the directory that was swapped is the reader's again.
        KeyMended = 11 "event-key-mended",
        /// A message was taken in.
        MessageTakenIn = 20 "event-message-taken-in",
        /// An exact repeat came in.
        MessageRepeated = 21 "event-message-repeated",
        /// An older version came late.
        MessageSuperseded = 22 "event-message-superseded",
        /// A message was refused.
        MessageRefused = 23 "event-message-refused",
        /// A newer version replaced a record.
        RecordReplaced = 24 "event-record-replaced",
        /// What waited was delivered.
        Delivered = 25 "event-delivered",
        /// A reader key of the medical manager was made.
        ReaderKeyMade = 26 "event-reader-key-made",
        /// Rides were imported.
        RidesImported = 30 "event-rides-imported",
        /// A BSN that proved equal was destroyed.
        EqualBsnDestroyed = 31 "event-equal-bsn-destroyed",
        /// A ride's line was taken into the register, new or changed.
        RideRegistered = 32 "event-ride-registered",
        /// A list of one's own rides was shown.
        ListShown = 40 "event-list-shown",
        /// A diagnosis was opened.
        DiagnosisOpened = 41 "event-diagnosis-opened",
        /// Remarks were opened.
        RemarksOpened = 42 "event-remarks-opened",
        /// A working diagnosis was opened.
        WorkingDiagnosisOpened = 43 "event-working-diagnosis-opened",
        /// A case was opened.
        CaseOpened = 44 "event-case-opened",
        /// Figures were opened into columns.
        FiguresOpened = 45 "event-figures-opened",
        /// What is masked in a text was shown.
        TextUnmasked = 47 "event-text-unmasked",
        /// A month was published.
        MonthPublished = 46 "event-month-published",
        /// A BSN was shown.
        BsnRevealed = 50 "event-bsn-revealed",
        /// A BSN was copied.
        BsnCopied = 51 "event-bsn-copied",
        /// A work item was taken up.
        ItemClaimed = 52 "event-item-claimed",
        /// A work item was closed.
        ItemClosed = 53 "event-item-closed",
        /// A work item was put under investigation.
        ItemInvestigated = 54 "event-item-investigated",
        /// A closed item's BSN was destroyed.
        IdentificationDestroyed = 55 "event-identification-destroyed",
        /// Connections were changed.
        ConnectionsChanged = 60 "event-connections-changed",
        /// Connections were exported.
        ConnectionsExported = 61 "event-connections-exported",
        /// What a crew column gives was changed.
        ColumnRightsChanged = 62 "event-column-rights-changed",
        /// Records past their term were destroyed.
        Purged = 70 "event-purged",
        /// A backup was made.
        BackedUp = 71 "event-backed-up",
        /// A backup was restored.
        Restored = 72 "event-restored",
        /// The chain was verified.
        ChainVerified = 73 "event-chain-verified",
        /// The log was read.
        LogRead = 74 "event-log-read",
        /// Somebody looked at a clock far ahead and says that it is right.
        ClockConfirmed = 75 "event-clock-confirmed",
        /// A sign-in was tried while the account waits after failures.
        SignInLockedOut = 80 "event-sign-in-locked-out",
        /// A passphrase was changed.
        PassphraseChanged = 81 "event-passphrase-changed",
        /// A second factor was replaced.
        SecondFactorChanged = 82 "event-second-factor-changed",
        /// A personal sheet was replaced.
        SheetReplaced = 83 "event-sheet-replaced",
        /// A personal sheet was used: passphrase, second factor and sheet are new.
        SheetUsed = 84 "event-sheet-used",
        /// A session was unlocked.
        Unlocked = 85 "event-unlocked",

        /// A member admitted an account to his role.
        MemberAdmitted = 90 "event-member-admitted",
        /// An account's roles were changed.
        RolesChanged = 91 "event-roles-changed",
        /// A remaining member made a role's next epoch.
        EpochMade = 92 "event-epoch-made",
        /// An account was closed.
        AccountClosed = 93 "event-account-closed",
        /// An activation code was renewed.
        CodeRenewed = 94 "event-code-renewed",
        /// A new key pair was asked for somebody who forgot everything.
        ResetAsked = 95 "event-reset-asked",
        /// It was approved.
        ResetApproved = 96 "event-reset-approved",
        /// It was withdrawn or refused.
        ResetDropped = 97 "event-reset-dropped",
        /// The rights of the roles were exported.
        RightsExported = 98 "event-rights-exported",

        /// The recovery kit was used; it is void, a new one took its place.
        RecoveryKitUsed = 100 "event-recovery-kit-used",
        /// An account got a role's keys through the recovery kit.
        AdmittedByKit = 101 "event-admitted-by-kit",
        /// The root secret was replaced.
        RootRotated = 102 "event-root-rotated",
        /// A privacy officer was shown that the recovery kit was used.
        KitUseShown = 103 "event-kit-use-shown",
        /// Dates of DPIA, works council and processing register were set.
        DutyDatesSet = 104 "event-duty-dates-set",

        /// Locked by itself: nobody was there.
        LockedUnattended = 110 "event-locked-unattended",
        /// Locked with the system, or before it slept.
        LockedBySystem = 111 "event-locked-by-system",
        /// A session ended by itself, half a day after its sign-in.
        LoggedOff = 112 "event-logged-off",
        /// What holds for every window of the organisation was changed.
        WindowSettingsChanged = 113 "event-window-settings-changed",

        /// A message profile was loaded.
        ProfileLoaded = 120 "event-profile-loaded",
        /// A message profile was put in force.
        ProfileInForce = 121 "event-profile-in-force",
        /// The last time a message profile was put in force was undone.
        ProfileRolledBack = 122 "event-profile-rolled-back",
        /// The masked structure of a message that no profile recognised was looked at.
        StructureOpened = 123 "event-structure-opened",

        /// How messages come in was changed.
        ReceiveSettingsChanged = 130 "event-receive-settings-changed",
        /// A pass was made for the program's own test message.
        SelfTestBegun = 131 "event-self-test-begun",
        /// The program's own test message came in; nothing else is kept of it.
        SelfTestReceived = 132 "event-self-test-received",
        /// An alarm about a sender was taken up.
        AlarmTakenUp = 150 "event-alarm-taken-up",
        /// The test script of a connection was made.
        TestScriptMade = 160 "event-test-script-made",
        /// Somebody said of a case of it what its role sees, or took that back.
        TestCaseChecked = 161 "event-test-case-checked",
        /// Messages of a connection's test were destroyed.
        TestMessagesDestroyed = 162 "event-test-messages-destroyed",
        /// The test of a connection was signed off.
        TestSignedOff = 163 "event-test-signed-off",
        /// An item was closed by the register, which carries the BSN that came back.
        ItemConfirmed = 180 "event-item-confirmed",
        /// Closing an item was undone.
        ItemReopened = 181 "event-item-reopened",
        /// A sender that is not the hospital of a ride may bring feedback of it all the same.
        SenderAccepted = 183 "event-sender-accepted",
        /// A record was linked to a ride by hand.
        RecordLinked = 184 "event-record-linked",
        /// A hospital was asked for a BSN, or said that it has none.
        HospitalAsked = 185 "event-hospital-asked",
        /// An item that was taken up was let go.
        ItemLetGo = 182 "event-item-let-go",
        /// Closed items were exported for the bill.
        ClosedExported = 186 "event-closed-exported",

        /// Somebody said of a ride that it is not theirs.
        RideDisowned = 190 "event-ride-disowned",
        /// He took that back.
        DisowningUndone = 191 "event-disowning-undone",
        /// The keys of a record that is no longer this reader's were wrapped for Routing, and his own wrap destroyed.
        KeysHandedBack = 192 "event-keys-handed-back",
        /// The keys of a record were wrapped for Routing again, for who was put on the crew after it had been delivered.
        KeysHandedOn = 193 "event-keys-handed-on",
        /// How the ride files of a source are laid out was said.
        RideSourceKept = 170 "event-ride-source-kept",
        /// The watched folder of ride files was set, changed, put on or off.
        RideFolderChanged = 216 "event-ride-folder-changed",
        /// The program looked whether records say more than agreement; nobody saw what they say.
        OutcomesJudged = 194 "event-outcomes-judged",
        /// A note was written at a work item, or taken away.
        ItemNoted = 223 "event-item-noted",
        /// A passage was reported that does not belong in its text: taken out of it for all readers, the part sealed anew.
        PassageReported = 195 "event-passage-reported",
        /// Its reporter took that back: the part was sealed anew with it.
        PassageUndone = 196 "event-passage-undone",
        /// It was joined again, as was decided: the part was sealed anew with it.
        PassageJoined = 197 "event-passage-joined",
        /// A privacy officer decided what becomes of it.
        PassageDecided = 198 "event-passage-decided",
        /// A professional's own records were counted for himself: one entry with how many were opened.
        OwnTrendShown = 217 "event-own-trend-shown",
        /// Whom to talk to about a ride was filled in, changed or taken away.
        PeerSupportChanged = 218 "event-peer-support-changed",
        /// Whom a hospital asks at this organisation was filled in, changed or taken away.
        RavContactChanged = 219 "event-rav-contact-changed",
        /// A professional began a reflection; what he writes on at later pauses has no entry.
        ReflectionWritten = 210 "event-reflection-written",
        /// He confirmed that it holds no patient data: it outlives the record.
        ReflectionConfirmed = 211 "event-reflection-confirmed",
        /// He changed what it says: the confirmation fell away.
        ReflectionConfirmationFell = 212 "event-reflection-confirmation-fell",
        /// He deleted it.
        ReflectionDeleted = 213 "event-reflection-deleted",
        /// He took that back.
        ReflectionDeletionUndone = 214 "event-reflection-deletion-undone",
        /// He wrote some to a file, for his portfolio.
        ReflectionsExported = 215 "event-reflections-exported",
    }
}

catalogue! {
    /// On what ground it was permitted.
    Authorisation {
        /// The program itself.
        Program = 1 "authorisation-program",
        /// Crew of this ride.
        CrewOfRide = 2 "authorisation-crew-of-ride",
        /// The role's task.
        RolesTask = 3 "authorisation-roles-task",
        /// Taken up by this user.
        ClaimedItem = 4 "authorisation-claimed-item",
        /// The own account.
        OwnAccount = 5 "authorisation-own-account",
        /// The administrator of the machine, from the command line.
        CommandLine = 6 "authorisation-command-line",

        /// Two sheets of the recovery kit.
        RecoveryKit = 100 "authorisation-recovery-kit",
    }
}
