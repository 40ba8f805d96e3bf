//! What a message holds, as JSON after MESSAGE12 §9: by the same functions as receiving, up to `split`.
//!
//! **Invariant:** values are in the output, for the owner of the file; never in a log.

use domain::{Agreement, Gender, InstanceId, ReturnedBsn, RideNumber, SehDiagnosis, Sensitive};
use serde_json::{Value, json};

use crate::{
    acknowledge::Answer,
    in_text::{self, FoundInText},
    message::{ProfileUsed, ValidMessage},
    minimise::Minimised,
    refusal::{Known, Refusal},
    rules::{Finding, Rule},
};

fn id(id: Option<&InstanceId>) -> Value {
    id.map_or(Value::Null, |i| json!({"root": i.root, "extension": i.extension}))
}

fn used(profile: Option<&ProfileUsed>) -> Value {
    profile.map_or(Value::Null, |p| json!({"name": p.name, "status": p.status.name()}))
}

fn ride_json(ride: &RideNumber) -> Value {
    json!({
        "rav": ride.rav(), "year": ride.year(), "sequence": ride.sequence(), "patient": ride.patient(),
        "as_received": ride.as_received(),
    })
}

fn text(text: Option<&Sensitive>) -> Value {
    // REVEAL: for the owner of the file, who runs `inspect`.
    text.map_or(Value::Null, |t| Value::from(t.reveal()))
}

fn findings(list: &[Finding], sentence: &dyn Fn(Rule) -> &'static str) -> Value {
    let one = |f: &Finding| json!({"rule": f.rule.id(), "severity": f.rule.severity().name(), "path": f.path, "text": sentence(f.rule)});
    list.iter().map(one).collect()
}

/// A refused file.
#[must_use]
pub fn refused_json(file: &str, refusal: &Refusal, answer: &Answer, sentence: &dyn Fn(Rule) -> &'static str) -> Value {
    let Known { profile, receiver, ride } = &refusal.known;
    let parties = json!({"sender": id(refusal.sender.as_ref()), "receiver": id(receiver.as_ref())});
    json!({
        "file": file, "outcome": "refused", "acknowledgement": answer.code, "acknowledgement_xml": answer.xml,
        "profile": used(profile.as_ref()), "envelope": refusal.reply.envelope.name(),
        // As far as it was read before it was refused.
        "message": (refusal.sender.is_some() || receiver.is_some()).then_some(parties),
        "ride": ride.as_ref().map(ride_json), "vehicle": null,
        "patient_number": null, "identification": null, "diagnosis": null, "remarks": null,
        "over_delivered": [], "identifiers_in_text": [], "findings": findings(&refusal.findings, sentence),
    })
}

/// A file that would be taken in.
#[must_use]
pub fn taken_in_json(
    file: &str,
    minimised: &Minimised,
    answer: &Answer,
    sentence: &dyn Fn(Rule) -> &'static str,
) -> Value {
    let message = minimised.message();
    let header = &message.header;
    let over = message.over_delivered.iter().map(|o| json!({"kind": o.kind, "path": o.path, "count": o.count}));
    json!({
        "file": file, "outcome": "taken_in", "acknowledgement": answer.code, "acknowledgement_xml": answer.xml,
        "profile": used(message.profile.as_ref()),
        "envelope": message.reply.envelope.name(),
        "message": {
            "id": id(header.id.as_ref()), "set_id": id(header.set_id.as_ref()), "version": header.version,
            "replaces": id(header.replaces.as_ref()), "sent": header.sent.map(|t| t.to_string()),
            "sender": id(header.sender.as_ref()), "receiver": id(header.receiver.as_ref()),
        },
        "ride": ride_json(&message.ride),
        "vehicle": message.vehicle,
        // Where `split` keeps it: with a BSN, for the administration.
        "patient_number": text(message.patient_number.as_ref().filter(|_| !message.bsns.is_empty())),
        "identification": identification(message), "diagnosis": diagnosis(message), "remarks": remarks(message),
        "over_delivered": over.collect::<Value>(), "identifiers_in_text": in_text(message),
        "findings": findings(&message.findings, sentence),
    })
}

fn in_text(message: &ValidMessage) -> Value {
    let found = in_text::scan(message.feedback.as_ref());
    let one = |f: &FoundInText| json!({"field": f.field, "kind": f.found.kind.name(), "start": f.found.start, "end": f.found.end});
    found.iter().map(one).collect()
}

fn identification(message: &ValidMessage) -> Value {
    let Some(first) = message.bsns.first() else { return Value::Null };
    // REVEAL: for the owner of the file, who runs `inspect`.
    let reveal = |bsn: &ReturnedBsn| bsn.reveal().to_string();
    let test = matches!(first, ReturnedBsn::Valid(bsn) if bsn.is_test_number());
    json!({
        "bsn": reveal(first), "bsn_valid": first.is_valid(),
        "other_bsns": message.bsns.iter().skip(1).map(reveal).collect::<Vec<_>>(), "test_number": test,
        "gender": message.gender.map(Gender::code), "birth_date": message.birth_date.map(|d| d.to_string()),
    })
}

fn coded(diagnosis: &SehDiagnosis) -> Value {
    let translations = diagnosis.translations.iter().map(|t| json!({"code": text(Some(&t.code)), "system": t.system}));
    json!({
        "code": text(diagnosis.code.as_ref()), "system": diagnosis.system, "display": text(diagnosis.display.as_ref()),
        "translations": translations.collect::<Value>(),
    })
}

fn diagnosis(message: &ValidMessage) -> Value {
    let Some(feedback) = &message.feedback else { return Value::Null };
    let agreed = feedback.agreement == Agreement::Yes;
    json!({
        "agreement": feedback.agreement.name(),
        "diagnoses": feedback.diagnoses.iter().map(coded).collect::<Value>(),
        "description": text(feedback.description.as_ref()),
        "gender": message.gender.filter(|_| !agreed).map(Gender::code),
        "birth_date": message.birth_date.filter(|_| !agreed).map(|d| d.to_string()),
        "incomplete": feedback.incomplete,
    })
}

fn remarks(message: &ValidMessage) -> Value {
    let Some(feedback) = &message.feedback else { return Value::Null };
    if feedback.remarks_medical.is_none() && feedback.remarks_communication.is_none() {
        return Value::Null;
    }
    json!({
        "medical": text(feedback.remarks_medical.as_ref()),
        "communication": text(feedback.remarks_communication.as_ref()),
    })
}
