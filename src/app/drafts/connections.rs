//! What was typed on *Aansluitingen*, as text to be sealed: a line for each field, in one order.
//!
//! **Invariant:** what [`written`] makes, [`read`] gives back; anything else is no draft.

use std::str::Lines;

use viewmodel::{
    AgreedParts, AgreementTyped, ConnectionStatus, ConnectionTab, ConnectionsDraft, HospitalNumber, HospitalTyped,
    JudgedShown, ParticularsTyped, RouteShown, SignOffTyped,
};
use zeroize::Zeroizing;

// LIMIT: contacts of a draft that are read; the form has room for twelve.
const CONTACTS_MAX: usize = 100;

struct Writing(Zeroizing<String>);

impl Writing {
    /// A field may hold a line break that was pasted.
    fn text(&mut self, text: &str) {
        self.0.push_str(&text.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r"));
        self.0.push('\n');
    }

    fn number(&mut self, number: impl ToString) {
        self.text(&number.to_string());
    }

    /// Its place in a list, from 1; 0: none.
    fn choice<T: PartialEq>(&mut self, of: &[T], chosen: Option<T>) {
        self.number(of.iter().position(|one| Some(one) == chosen.as_ref()).map_or(0, |place| place + 1));
    }

    fn part<T>(&mut self, part: Option<&T>, fields: impl FnOnce(&mut Self, &T)) {
        self.number(u8::from(part.is_some()));
        if let Some(part) = part {
            fields(self, part);
        }
    }

    fn particulars(&mut self, typed: &ParticularsTyped) {
        let ParticularsTyped {
            name,
            supplier,
            supplier_rav,
            route,
            messages_since,
            folder,
            contact,
            contacts,
            steps,
            judged,
            judged_since,
        } = typed;
        [name, supplier, supplier_rav, messages_since, folder, contact, judged_since]
            .into_iter()
            .for_each(|text| self.text(text));
        self.choice(&RouteShown::ALL, *route);
        self.choice(&JudgedShown::ALL, *judged);
        steps.iter().flatten().for_each(|text| self.text(text));
        self.number(contacts.len());
        contacts.iter().flatten().for_each(|text| self.text(text));
    }
}

/// A draft as text.
pub(super) fn written(draft: &ConnectionsDraft) -> Zeroizing<String> {
    let mut to = Writing(Zeroizing::new(String::new()));
    let ConnectionsDraft { at, new, particulars, status, agreement, certificate, sign_off } = draft;
    to.part(at.as_ref(), |to, (HospitalNumber(n), tab)| {
        to.number(*n);
        to.choice(&ConnectionTab::ALL, Some(*tab));
    });
    to.part(new.as_ref(), |to, HospitalTyped { name, ura, site_root, site_extension, by_application }| {
        [name, ura, site_root, site_extension].into_iter().for_each(|text| to.text(text));
        to.number(u8::from(*by_application));
    });
    to.part(particulars.as_ref(), Writing::particulars);
    to.part(status.as_ref(), |to, (status, day)| {
        to.choice(&ConnectionStatus::STAGES, Some(*status));
        to.text(day);
    });
    to.part(agreement.as_ref(), |to, AgreementTyped { parts, from, delay_days, reason }| {
        let AgreedParts { identification, description, remarks_medical, remarks_communication, case_list } = *parts;
        [identification, description, remarks_medical, remarks_communication, case_list]
            .into_iter()
            .for_each(|part| to.number(u8::from(part)));
        [from, delay_days, reason].into_iter().for_each(|text| to.text(text));
    });
    [certificate, &sign_off.functions, &sign_off.open_points].into_iter().for_each(|text| to.text(text));
    to.0
}

struct Reading<'a>(Lines<'a>);

impl Reading<'_> {
    fn text(&mut self) -> Option<String> {
        let mut text = String::new();
        let mut line = self.0.next()?.chars();
        while let Some(c) = line.next() {
            text.push(match c {
                '\\' => match line.next()? {
                    'n' => '\n',
                    'r' => '\r',
                    other => other,
                },
                other => other,
            });
        }
        Some(text)
    }

    fn texts<const N: usize>(&mut self) -> Option<[String; N]> {
        let mut texts = std::array::from_fn(|_| String::new());
        for text in &mut texts {
            *text = self.text()?;
        }
        Some(texts)
    }

    fn number<T: std::str::FromStr>(&mut self) -> Option<T> {
        self.text()?.parse().ok()
    }

    fn tick(&mut self) -> Option<bool> {
        Some(self.number::<u8>()? == 1)
    }

    fn choice<T: Copy>(&mut self, of: &[T]) -> Option<Option<T>> {
        match self.number::<usize>()?.checked_sub(1) {
            None => Some(None),
            Some(place) => of.get(place).copied().map(Some),
        }
    }

    fn part<T>(&mut self, fields: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if self.tick()? { fields(self).map(Some) } else { Some(None) }
    }

    fn particulars(&mut self) -> Option<ParticularsTyped> {
        let [name, supplier, supplier_rav, messages_since, folder, contact, judged_since] = self.texts()?;
        let (route, judged) = (self.choice(&RouteShown::ALL)?, self.choice(&JudgedShown::ALL)?);
        let mut steps: [[String; 2]; 8] = Default::default();
        for step in &mut steps {
            *step = self.texts()?;
        }
        let count = self.number::<usize>()?.min(CONTACTS_MAX);
        let contacts = (0..count).map(|_| self.texts()).collect::<Option<Vec<_>>>()?;
        Some(ParticularsTyped {
            name,
            supplier,
            supplier_rav,
            route,
            messages_since,
            folder,
            contact,
            contacts,
            steps,
            judged,
            judged_since,
        })
    }
}

/// A draft from its text.
pub(super) fn read(text: &str) -> Option<ConnectionsDraft> {
    let mut from = Reading(text.lines());
    let at = from.part(|from| Some((HospitalNumber(from.number()?), from.choice(&ConnectionTab::ALL)??)))?;
    let new = from.part(|from| {
        let [name, ura, site_root, site_extension] = from.texts()?;
        Some(HospitalTyped { name, ura, site_root, site_extension, by_application: from.tick()? })
    })?;
    let particulars = from.part(Reading::particulars)?;
    let status = from.part(|from| Some((from.choice(&ConnectionStatus::STAGES)??, from.text()?)))?;
    let agreement = from.part(|from| {
        let parts = AgreedParts {
            identification: from.tick()?,
            description: from.tick()?,
            remarks_medical: from.tick()?,
            remarks_communication: from.tick()?,
            case_list: from.tick()?,
        };
        let [from, delay_days, reason] = from.texts()?;
        Some(AgreementTyped { parts, from, delay_days, reason })
    })?;
    let [certificate, functions, open_points] = from.texts()?;
    let sign_off = SignOffTyped { functions, open_points };
    Some(ConnectionsDraft { at, new, particulars, status, agreement, certificate, sign_off })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn whole() -> ConnectionsDraft {
        let text = |text: &str| text.to_owned();
        ConnectionsDraft {
            at: Some((HospitalNumber(7), ConnectionTab::Agreement)),
            new: Some(HospitalTyped {
                name: text("Zuid\\n\neen"),
                ura: text("0000"),
                by_application: true,
                ..Default::default()
            }),
            particulars: Some(ParticularsTyped {
                name: text("Oost"),
                route: Some(RouteShown::Relay),
                contacts: vec![[text("FAB"), text(""), text("fab@")], Default::default()],
                steps: std::array::from_fn(|n| [format!("0{n}-0"), text("projectleider")]),
                judged: Some(JudgedShown::Staff),
                judged_since: text("1-"),
                ..Default::default()
            }),
            status: Some((ConnectionStatus::Stopped, text("31-"))),
            agreement: Some(AgreementTyped {
                parts: AgreedParts {
                    identification: true,
                    description: false,
                    remarks_medical: true,
                    remarks_communication: false,
                    case_list: true,
                },
                from: text("21-09-2026"),
                delay_days: text("1"),
                reason: text("Regionaal\r"),
            }),
            certificate: text("sha256:00"),
            sign_off: SignOffTyped { functions: text("FAB"), open_points: text("ge") },
        }
    }

    #[test]
    fn a_draft_is_read_as_it_was_written_and_half_of_one_is_none() {
        for draft in [whole(), ConnectionsDraft::default()] {
            let text = written(&draft);
            assert_eq!(read(&text), Some(draft));
            let lines: Vec<&str> = text.lines().collect();
            for half in 0..lines.len() {
                assert_eq!(read(&lines[..half].join("\n")), None, "{half}");
            }
        }
    }

    #[test]
    fn a_choice_that_is_none_is_no_draft() {
        let none = |draft: ConnectionsDraft, from: &str, to: &str| {
            let text = written(&draft);
            assert!(text.contains(from));
            assert_eq!(read(&text.replacen(from, to, 1)), None, "{to}");
        };
        let at = ConnectionsDraft { at: Some((HospitalNumber(7), ConnectionTab::Test)), ..Default::default() };
        none(at.clone(), "1\n7\n4\n", "1\n7\n9\n");
        none(at, "1\n7\n4\n", "1\nzeven\n4\n");
    }
}
