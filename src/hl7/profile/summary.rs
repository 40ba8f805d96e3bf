//! What a profile says, for the person who checks it: what it accepts, what each field reads. Notation is that of the profile, in no language.

use super::{
    Accepts, AgreementField, Code, IdField, IdPlace, Meaning, Profile, ProfileError, ProfileStatus, Reading, Root,
    SHIPPED, Selector, TextField, TextPlace, Words, read,
};

/// Something that is allowed, and that its maker should have meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// No value of agreement means yes.
    NothingMeansYes,
    /// No value of agreement means no.
    NothingMeansNo,
    /// Remarks on medical acting are not read.
    NoRemarksMedical,
    /// Remarks on communication are not read.
    NoRemarksCommunication,
    /// Both remarks are read from the same entries.
    RemarksAlike,
    /// A shipped profile reads the same value of the same entry the other way round.
    MeansReverse,
}

impl Notice {
    /// The key of its sentence in `resources/i18n`.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NothingMeansYes => "profile-notice-no-yes",
            Self::NothingMeansNo => "profile-notice-no-no",
            Self::NoRemarksMedical => "profile-notice-no-medical",
            Self::NoRemarksCommunication => "profile-notice-no-communication",
            Self::RemarksAlike => "profile-notice-alike",
            Self::MeansReverse => "profile-notice-reverse",
        }
    }
}

/// A field, and how it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldSummary {
    /// Its key in the schema.
    pub field: &'static str,
    /// How its value is read: `negationInd`, `BL`, `CD`, `ED`, `ST`, `II` or `TS`, and where that is told.
    pub reading: String,
    /// How it is recognised, each way; empty: in CDA's own place.
    pub places: Vec<String>,
}

/// What a profile says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileSummary {
    /// Name.
    pub name: String,
    /// Version.
    pub version: u32,
    /// Message-set version.
    pub message_set: String,
    /// Where it comes from.
    pub status: ProfileStatus,
    /// What it accepts, each way.
    pub accepts: Vec<String>,
    /// Its fields.
    pub fields: Vec<FieldSummary>,
    /// What its maker should have meant.
    pub notices: Vec<Notice>,
}

/// Reads a profile for its maker.
///
/// # Errors
/// Everything that is wrong with it.
pub fn profile_summary(file: &str, text: &str) -> Result<ProfileSummary, ProfileError> {
    let profile = read::profile(text).map_err(|faults| ProfileError::Content { file: file.to_owned(), faults })?;
    Ok(summary(&profile))
}

fn root(kind: &str, root: &Root) -> String {
    let Root { root, extension } = root;
    extension.as_ref().map_or_else(|| format!("{kind} {root}"), |extension| format!("{kind} {root} {extension}"))
}

fn code(code: &Code) -> String {
    format!("code {} ({})", code.code, code.system)
}

fn accepted(accepts: &Accepts) -> String {
    let parts = [
        accepts.template.as_ref().map(|t| root("template", t)),
        accepts.code.as_ref().map(code),
        accepts.application.as_ref().map(|a| root("application", a)),
        accepts.interaction.as_ref().map(|i| format!("interaction {i}")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" + ")
}

fn selected(selector: &Selector) -> String {
    let parts = [
        selector.element.map(str::to_owned),
        selector.template.as_ref().map(|t| root("template", t)),
        selector.code.as_ref().map(code),
        selector.id.as_ref().map(|id| format!("id {id}")),
    ];
    let own = parts.into_iter().flatten().collect::<Vec<_>>().join(" + ");
    selector.within.as_ref().map_or(own.clone(), |place| format!("{own} < {}", selected(place)))
}

fn field(field: &'static str, reading: impl Into<String>, select: &[Selector]) -> FieldSummary {
    FieldSummary { field, reading: reading.into(), places: select.iter().map(selected).collect() }
}

fn identifier(key: &'static str, id: &IdField) -> FieldSummary {
    let roots = || if id.roots.is_empty() { "II".to_owned() } else { format!("II {}", id.roots.join(" ")) };
    match &id.place {
        IdPlace::Usual => field(key, roots(), &[]),
        IdPlace::Stay => field(key, format!("{} < encompassingEncounter", roots()), &[]),
        IdPlace::Entry(select) => field(key, roots(), select),
        IdPlace::EntryText(select) => field(key, "ST", select),
    }
}

fn data_type(words: Words) -> &'static str {
    match words {
        Words::Inline => "ST",
        Words::Referred => "ED",
    }
}

fn texts(key: &'static str, text: &TextField) -> FieldSummary {
    let place = |place: &TextPlace| match place {
        TextPlace::Text => "text",
        TextPlace::OriginalText => "originalText",
        TextPlace::Value => "value",
    };
    let places: Vec<&str> = text.from.iter().map(place).collect();
    field(key, format!("{}: {}", data_type(text.words), places.join(", ")), &text.select)
}

fn agreement(profile: &Profile) -> FieldSummary {
    let reading = match profile.agreement.reading {
        Reading::NegationInd => "negationInd",
        Reading::Boolean => "BL",
        Reading::Coded => "CD",
    };
    let values = profile.agreement.values.iter().map(|value| {
        let means = match value.means {
            Meaning::Yes => "yes",
            Meaning::No => "no",
            Meaning::NotAssessable => "not_assessable",
        };
        format!("{} = {means}", value.value)
    });
    let values: Vec<String> = values.collect();
    field("agreement", format!("{reading}: {}", values.join(", ")), &profile.agreement.select)
}

/// Whether one reads a value as yes where the other reads it as no, of the same entry.
fn is_reverse(one: &AgreementField, other: &AgreementField) -> bool {
    let are_reverse =
        |a: Meaning, b: Meaning| matches!((a, b), (Meaning::Yes, Meaning::No) | (Meaning::No, Meaning::Yes));
    one.reading == other.reading
        && one.select.iter().any(|selector| other.select.contains(selector))
        && one.values.iter().any(|value| {
            let mut same = other.values.iter().filter(|v| (&v.value, &v.system) == (&value.value, &value.system));
            same.any(|v| are_reverse(v.means, value.means))
        })
}

fn notices(profile: &Profile) -> Vec<Notice> {
    let (medical, communication) = (profile.remarks_medical.as_ref(), profile.remarks_communication.as_ref());
    let means = |meaning| profile.agreement.values.iter().any(|v| v.means == meaning);
    let shares = |one: &TextField, other: &TextField| one.select.iter().any(|selector| other.select.contains(selector));
    let alike = medical.zip(communication).is_some_and(|(medical, communication)| shares(medical, communication));
    let mut shipped = SHIPPED.iter().filter_map(|(_, text)| read::profile(text).ok());
    let all = [
        (!means(Meaning::Yes), Notice::NothingMeansYes),
        (!means(Meaning::No), Notice::NothingMeansNo),
        (shipped.any(|other| is_reverse(&profile.agreement, &other.agreement)), Notice::MeansReverse),
        (medical.is_none(), Notice::NoRemarksMedical),
        (communication.is_none(), Notice::NoRemarksCommunication),
        (alike, Notice::RemarksAlike),
    ];
    all.into_iter().filter_map(|(holds, notice)| holds.then_some(notice)).collect()
}

fn summary(profile: &Profile) -> ProfileSummary {
    let ids = &profile.identifiers;
    let mut fields = vec![identifier("ride_number", &ids.ride_number)];
    let known = [("patient_number", &ids.patient_number), ("vehicle", &ids.vehicle)];
    // Without roots and without a place of its own such a number is not read.
    let is_read = |id: &IdField| !id.roots.is_empty() || matches!(id.place, IdPlace::EntryText(_));
    fields.extend(known.into_iter().filter(|(_, id)| is_read(id)).map(|(key, id)| identifier(key, id)));
    if let Some(hand_over) = &profile.hand_over {
        fields.push(field("hand_over", format!("TS: {}", hand_over.from), &hand_over.select));
    }
    fields.push(agreement(profile));
    let diagnosis = profile.diagnosis.words.map_or("CD", data_type);
    fields.push(field("diagnosis", diagnosis, &profile.diagnosis.select));
    fields.push(texts("description", &profile.description));
    let remarks =
        [("remarks_medical", &profile.remarks_medical), ("remarks_communication", &profile.remarks_communication)];
    fields.extend(remarks.into_iter().filter_map(|(key, remark)| remark.as_ref().map(|remark| texts(key, remark))));
    ProfileSummary {
        name: profile.name.clone(),
        version: profile.version,
        message_set: profile.message_set.clone(),
        status: profile.status,
        accepts: profile.accepts.iter().map(accepted).collect(),
        fields,
        notices: notices(profile),
    }
}
