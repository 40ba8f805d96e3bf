//! The rules a message is held against: id, severity, and a sentence in Dutch and in English.
//!
//! **Invariant:** sentences are constants: no value of a message can stand in them.

use crate::{limits::FINDINGS_MAX, place::Place};

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Taken in; the sender should know.
    Warning,
    /// Refused.
    Error,
}

impl Severity {
    /// The word in `inspect --json`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

macro_rules! rules {
    ($($name:ident $id:literal $severity:ident $dutch:literal $english:literal;)*) => {
        /// A rule.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Rule { $(#[doc = $english] $name),* }

        impl Rule {
            /// All rules.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The rule's id, as acknowledgements name it.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => $id),* }
            }

            /// How grave it is.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity),* }
            }

            /// The sentence in Dutch.
            #[must_use]
            pub fn dutch(self) -> &'static str {
                match self { $(Self::$name => $dutch),* }
            }

            /// The sentence in English.
            #[must_use]
            pub fn english(self) -> &'static str {
                match self { $(Self::$name => $english),* }
            }
        }
    };
}

rules! {
    TooLarge "X1" Error "Het bericht is groter dan toegestaan." "The message is larger than allowed.";
    Encoding "X2" Error "De tekencodering klopt niet met de inhoud." "The character encoding does not match the content.";
    NotWellFormed "X3" Error "Dit is geen welgevormde XML." "This is not well-formed XML.";
    Dtd "X4" Error "Een DTD of eigen entiteit is niet toegestaan; er is niets gelezen." "A DTD or declared entity is not allowed; nothing was read.";
    TooMuch "X5" Error "Het bericht is dieper of heeft meer elementen, attributen of codes dan toegestaan." "The message is deeper or has more elements, attributes or codes than allowed.";
    NoMessage "X6" Error "Dit bestand is geen bericht 12." "This file is no message 12.";
    NoDocument "E1" Error "Er staat geen ClinicalDocument in het bericht." "There is no ClinicalDocument in the message.";
    ManyDocuments "E2" Error "Er staat meer dan één ClinicalDocument in het bericht." "There is more than one ClinicalDocument in the message.";
    ManyPatients "E3" Error "Het document gaat over meer dan één patiënt." "The document is about more than one patient.";
    RideMissing "E4" Error "Er is geen bruikbaar ritnummer." "There is no usable ride number.";
    RideTwice "E5" Error "Er staan twee verschillende ritnummers in het bericht." "There are two different ride numbers in the message.";
    OtherRav "E6" Error "Het bericht is niet voor deze RAV." "The message is not for this RAV.";
    RealBsnInTest "R12" Error "Deze testomgeving neemt alleen testnummers aan (9999xxxxx)." "This test environment takes test numbers only (9999xxxxx).";
    SenderMissing "E7" Error "De afzender (organisatie) ontbreekt of is hier niet toegestaan." "The sender (organisation) is missing or not allowed here.";
    SenderNotConnected "E8" Error "Deze organisatie heeft geen aansluiting." "This organisation has no connection.";
    ProfileMissing "E9" Error "Profiel niet herkend; bewaar het bericht en stuur het later opnieuw." "Profile not recognised; keep the message and send it again later.";
    TermPassed "R4" Error "De bewaartermijn van deze rit is voorbij." "The retention term of this ride has passed.";
    OtherContent "E10" Error "Dit bericht-id kwam eerder met andere inhoud; het eerste blijft." "This message id came before with other content; the first stays.";
    NotStored "E11" Error "Het bericht kon niet worden opgeslagen; stuur het opnieuw." "The message could not be stored; send it again.";
    OtherVersion "E12" Error "Deze versie van dit bericht kwam eerder met andere inhoud; de eerste blijft." "This version of the message came before with other content; the first stays.";
    BsnInvalid "R11" Warning "Het BSN voldoet niet aan de elfproef; navragen bij de SEH." "The BSN fails the elfproef; to be asked of the SEH.";
    BsnTwo "R11b" Warning "Er staan twee verschillende BSN’s in het bericht." "There are two different BSNs in the message.";
    IdMissing "W1" Warning "Het bericht heeft geen id." "The message has no id.";
    DateImpossible "W2" Warning "Een datum of tijd kan niet bestaan of ontbreekt." "A date or time cannot be, or is missing.";
    GenderUnknown "W3" Warning "Het geslacht heeft een onbekende code." "The gender has an unknown code.";
    VersionUnusable "W4" Warning "Het versienummer is onbruikbaar; het geldt als 1." "The version number is unusable; it counts as 1.";
    AgreementUnknown "W5" Warning "Akkoord is gegeven op een manier die het profiel niet kent." "Agreement is given in a way that the profile does not know.";
    DiagnosisIncomplete "W6" Warning "Niet akkoord, maar de diagnose ontbreekt." "No agreement, but the diagnosis is missing.";
    TranslationLeads "W7" Warning "De diagnose heeft alleen een vertaling, geen eigen code." "The diagnosis has a translation only, no code of its own.";
    DiagnosisWithoutSystem "W8" Warning "De diagnosecode heeft geen codestelsel." "The diagnosis code has no code system.";
    ReferenceDangling "W9" Warning "Een verwijzing naar tekst leidt nergens heen." "A reference to text leads nowhere.";
    RideOfOtherRav "W10" Warning "Het ritnummer begint met het nummer van een andere RAV." "The ride number begins with another RAV's number.";
    ProfileUnknown "W11" Warning "Geen berichtprofiel herkent dit bericht; alleen rit, patiënt en afzender zijn gelezen." "No message profile recognises this message; only ride, patient and sender were read.";
    SentInFuture "W12" Warning "De verzendtijd ligt meer dan een dag in de toekomst." "The time of sending lies more than a day in the future.";
    BornAfterRide "W13" Warning "De geboortedatum ligt na de rit." "The birth date lies after the ride.";
    SentBeforeRide "W14" Warning "De verzendtijd ligt vóór het vertrek van de rit." "The time of sending lies before the ride's departure.";
    SenderUnusable "W16" Warning "Een organisatienummer van de afzender is geen URA of AGB van acht cijfers." "An organisation number of the sender is no URA or AGB of eight digits.";
    VehicleUnusable "W17" Warning "Het ambulancenummer heeft niet de vorm van een ambulancenummer en is weggelaten." "The ambulance number does not have the shape of one and was left out.";
    RideNumberUnusable "W18" Warning "Naast het ritnummer staat een onbruikbaar ritnummer." "An unusable ride number stands beside the ride number.";
    RideTimeUnreadable "W19" Warning "Een tijd van de rit is onleesbaar." "A time of the ride cannot be read.";
    HandOverNotCounted "W20" Warning "De overdrachttijd ligt niet 0 tot 400 dagen voor de ontvangst; de ontvangst telt." "The hand-over does not lie 0 to 400 days before receipt; receipt counts.";
    RepeatUnproven "W21" Warning "Dit bericht-id kwam meer dan 90 dagen geleden; het bericht telt als herhaling." "This message id came more than 90 days ago; the message counts as a repeat.";
    TextEncoded "W22" Warning "Een tekst is als bijlage gecodeerd en niet gelezen." "A text is encoded as an attachment and was not read.";
    ReceiverUnusable "W23" Warning "Een RAV-nummer van de ontvanger is onbruikbaar." "A RAV number of the receiver is unusable.";
    AgreementWithDiagnosis "W24" Warning "Akkoord met de werkdiagnose, en toch een diagnose; die is weggelaten." "Agreement with the working diagnosis, and yet a diagnosis; it was left out.";
    DiagnosisNotStated "W25" Warning "Een diagnose is ontkend of alleen gepland; die is niet gelezen." "A diagnosis is negated or planned only; it was not read.";
    RideElsewhere "W26" Warning "Elders in het bericht staat een ander ritnummer; dat van het vervoer telt." "Another ride number stands elsewhere in the message; that of the transport counts.";
    TestBsnInProduction "R12b" Warning "Een testnummer in productie: het bericht blijft buiten werklijsten, inboxen en cijfers." "A test number in production: the message stays out of worklists, inboxes and measures.";
    MustUnderstand "W15" Warning "Een SOAP-header die begrepen moet worden is overgeslagen." "A SOAP header that must be understood was read over.";
}

/// A rule that a message met, and where. Never a value of the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// The element path below the document, with the template or code it is known by; nothing for the whole message.
    pub path: Place,
}

/// Each finding once, in order.
pub(crate) fn once(findings: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len().min(FINDINGS_MAX));
    for finding in findings {
        if kept.len() < FINDINGS_MAX && !kept.contains(&finding) {
            kept.push(finding);
        }
    }
    kept
}

impl Finding {
    /// A finding at a place.
    #[must_use]
    pub fn at(rule: Rule, path: impl Into<Place>) -> Self {
        Self { rule, path: path.into() }
    }
}
