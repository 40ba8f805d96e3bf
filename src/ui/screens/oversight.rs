//! *Meldingen*: passages that do not belong in a text, by reason, hospital and length; crews that were changed.
//!
//! **Invariant:** no text of a record is on this screen.

use egui::{Role, Ui};
use lucide_icons::Icon;
use viewmodel::{
    Command, CrewChangeKind, FreeText, HospitalReports, MisplacedReason, OversightScreen, ReportLine, ReportState,
};

use super::Desk;
use crate::{
    theme::{self, Type},
    widgets::{
        button::{Button, Weight},
        facts, page, said, surface, text,
    },
};

/// A reason's words.
pub(super) fn reason_words(reason: MisplacedReason, desk: &Desk<'_>) -> String {
    let (key, rule) = match reason {
        MisplacedReason::DescriptionRule(rule) => ("ui-description-rule", rule),
        MisplacedReason::RemarksRule(rule) => ("ui-remarks-rule", rule),
        MisplacedReason::Identifying => return desk.text("ui-report-identifying"),
        MisplacedReason::AboutAPerson => return desk.text("ui-report-person"),
    };
    // There it is a line of a list that goes on; here it stands alone.
    text::capital(desk.text(&format!("{key}-{rule}")).trim_end_matches([';', '.']))
}

fn reason_or_unknown(reason: Option<MisplacedReason>, desk: &Desk<'_>) -> String {
    reason.map_or_else(|| desk.text("ui-report-unknown"), |reason| reason_words(reason, desk))
}

/// Key of a text's name.
pub(super) fn text_key(which: FreeText) -> &'static str {
    match which {
        FreeText::Diagnosis => "ui-description",
        FreeText::RemarksMedical => "ui-remarks-medical",
        FreeText::RemarksCommunication => "ui-remarks-communication",
    }
}

/// About the height of a passage and of a line of one sentence; what was seen once is as high as it is.
const REPORT: f32 = 134.0;
const LINE: f32 = 27.0;

/// Draws it.
pub(crate) fn oversight_ui(ui: &mut Ui, screen: &OversightScreen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    facts::page_head(ui, &desk.text("ui-screen-oversight"), &desk.text("ui-oversight-under"), 0.0, |_| {});
    page::scrolling(ui, "oversight", |ui| {
        ui.spacing_mut().item_spacing.y = 14.0;
        surface::card(ui, 16, |ui| {
            ui.spacing_mut().item_spacing.y = 6.0;
            text::label(ui, &desk.text("ui-oversight-reports"), Type::Heading, t.text);
            if screen.reports.is_empty() {
                text::label(ui, &desk.text("ui-oversight-none"), Type::Body, t.text_3);
            }
            page::many(ui, "reports", screen.reports.len(), REPORT, None, |ui, index| {
                surface::divider(ui, 6.0);
                report_ui(ui, &screen.reports[index], desk);
            });
        });
        if !screen.per_hospital.is_empty() {
            surface::card(ui, 16, |ui| {
                ui.spacing_mut().item_spacing.y = 6.0;
                text::label(ui, &desk.text("ui-oversight-per-hospital"), Type::Heading, t.text);
                text::label(ui, &desk.text("ui-oversight-per-hospital-why"), Type::Small, t.text_3);
                // A line for each hospital, and under it one for each reason.
                let of = |one: &HospitalReports| 1 + one.reasons.len();
                let hospitals = screen.per_hospital.iter().enumerate();
                let lines: Vec<(usize, usize)> =
                    hospitals.flat_map(|(n, one)| (0..of(one)).map(move |line| (n, line))).collect();
                page::many(ui, "per-hospital", lines.len(), LINE, None, |ui, index| {
                    let (n, line) = lines[index];
                    let HospitalReports { hospital, reasons } = &screen.per_hospital[n];
                    match line.checked_sub(1).map(|reason| reasons[reason]) {
                        None => {
                            let all = reasons.iter().map(|(_, count)| count).sum();
                            let line = format!("{hospital} · {}", desk.texts.number(all));
                            text::label(ui, &line, Type::BodyBold, t.text);
                        }
                        Some((reason, count)) => {
                            let line = format!("{} · {}", reason_or_unknown(reason, desk), desk.texts.number(count));
                            text::label(ui, &line, Type::Small, t.text_2);
                        }
                    }
                });
            });
        }
        surface::card(ui, 16, |ui| {
            ui.spacing_mut().item_spacing.y = 6.0;
            text::label(ui, &desk.text("ui-oversight-crews"), Type::Heading, t.text);
            if screen.changes.is_empty() {
                text::label(ui, &desk.text("ui-oversight-crews-none"), Type::Body, t.text_3);
            }
            page::many(ui, "changes", screen.changes.len(), LINE, None, |ui, index| {
                let change = &screen.changes[index];
                let key = match change.kind {
                    CrewChangeKind::Got => "ui-oversight-got",
                    CrewChangeKind::Lost => "ui-oversight-lost",
                    CrewChangeKind::Disowned => "ui-oversight-disowned",
                };
                let date = desk.texts.date(change.day);
                let values = [("who", change.who.clone()), ("date", date), ("ride", change.ride.clone())];
                facts::sight(ui, Icon::Users, &desk.texts.format(key, &values));
            });
        });
    });
}

fn report_ui(ui: &mut Ui, report: &ReportLine, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let reason = reason_or_unknown(report.reason, desk);
    text::label(ui, &reason, Type::BodyBold, t.text);
    let values = [
        ("text", desk.text(text_key(report.text))),
        ("hospital", report.hospital.clone()),
        ("n", desk.texts.number(report.length)),
        ("date", desk.texts.date(report.day)),
    ];
    text::label(ui, &desk.texts.format("ui-oversight-line", &values), Type::Small, t.text_2);
    let state = match report.state {
        ReportState::Open => desk.with("ui-oversight-open", "date", desk.texts.date(report.destroyed_on)),
        ReportState::ToJoin => desk.text("ui-oversight-to-join"),
        ReportState::Destroyed => desk.text("ui-oversight-destroyed"),
    };
    text::label(ui, &state, Type::Small, t.text_3);
    let Some((destroy, join)) = &report.decide else { return };
    let of = format!("{reason}. {}", desk.texts.format("ui-oversight-line", &values));
    ui.push_id(report.number, |ui| {
        said::part(ui, Role::Group, &of);
        ui.horizontal_wrapped(|ui| {
            let (gone, back) = (desk.text("ui-oversight-destroy"), desk.text("ui-oversight-join"));
            if desk.state.destroying == Some(report.number) {
                sure_ui(ui, destroy, desk);
                return;
            }
            if Button::new(Weight::Secondary, &gone).height(30.0).show(ui).clicked() {
                desk.state.destroying = Some(report.number);
            }
            if Button::new(Weight::Secondary, &back).height(30.0).show(ui).clicked() {
                desk.outbox.push(join.clone());
            }
        });
    });
}

/// Asks once more: what is destroyed nobody brings back.
fn sure_ui(ui: &mut Ui, destroy: &Command, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    text::label(ui, &desk.text("ui-oversight-sure"), Type::Small, t.text_2);
    ui.end_row();
    let (yes, no) = (desk.text("ui-oversight-destroy-do"), desk.text("ui-oversight-destroy-not"));
    if Button::new(Weight::Secondary, &yes).height(30.0).show(ui).clicked() {
        desk.state.destroying = None;
        desk.outbox.push(destroy.clone());
    }
    if Button::new(Weight::Quiet, &no).height(30.0).show(ui).clicked() {
        desk.state.destroying = None;
    }
}
