//! *Certificaat* of a connection: what lets it in, until when, and another that is to.

use egui::Ui;
use lucide_icons::Icon;
use viewmodel::{
    CertificateAlarm, CertificateRank, CertificateShown, ConnectionCertificatePage, HospitalNumber,
    RefusedCertificateShown,
};

use super::{
    Desk,
    connections::{PathKeys, ask, line, path_form},
    reception_alarms::{copy_mail, mail_words, tone_of},
    self_test::self_test_ui,
};
use crate::{
    theme::{self, Type},
    view_state::ConnectionAsk,
    widgets::{
        button::{Button, Weight},
        facts, surface, text,
    },
};

const LOAD: PathKeys = ["ui-certificate-path", "ui-certificate-path-help", "ui-certificate-load-do"];
const KEY: f32 = 126.0;

/// Draws it.
pub(crate) fn certificate_ui(
    ui: &mut Ui,
    hospital: HospitalNumber,
    page: &ConnectionCertificatePage,
    desk: &mut Desk<'_>,
) {
    let t = theme::tokens(ui);
    if let Some(own) = &page.own {
        let (tone, icon) = tone_of(own);
        surface::banner(ui, tone, icon, &format!("{} {}", own.head(desk.texts), own.rest(desk.texts)));
    }
    text::section(ui, &desk.text("ui-certificate-listed"), t.text);
    if page.certificates.is_empty() {
        text::label(ui, &desk.text("ui-certificate-none"), Type::Body, t.text_2);
    }
    for (place, certificate) in page.certificates.iter().enumerate() {
        ui.push_id(place, |ui| certificate_card(ui, certificate, desk));
    }
    ui.add_space(6.0);
    text::section(ui, &desk.text("ui-certificate-another"), t.text);
    let (label, help) = (desk.text("ui-certificate-fingerprint"), desk.text("ui-certificate-fingerprint-help"));
    line(ui, (&label, Some(&help)), "fingerprint", &mut desk.state.connections.certificate);
    let (add, load) = (desk.text("ui-certificate-add"), desk.text("ui-certificate-load"));
    let typed = desk.state.connections.certificate.trim().to_owned();
    ui.horizontal(|ui| {
        if Button::new(Weight::Primary, &add).enabled(!typed.is_empty()).show(ui).clicked() && !typed.is_empty() {
            desk.outbox.push((page.add)(hospital, typed));
            desk.state.connections.certificate.clear();
        }
        if Button::new(Weight::Secondary, &load).icon(Icon::FileUp).show(ui).clicked() {
            ask(desk, ConnectionAsk::Certificate);
        }
    });
    path_form(ui, desk, ConnectionAsk::Certificate, LOAD, |path| (page.load)(hospital, path.into()));
    if !page.refused.is_empty() {
        ui.add_space(6.0);
        text::section(ui, &desk.text("ui-certificate-refused"), t.text);
        text::label(ui, &desk.text("ui-certificate-refused-why"), Type::Small, t.text_3);
    }
    for (place, one) in page.refused.iter().enumerate() {
        ui.push_id(("refused", place), |ui| refused_card(ui, one, desk));
    }
    surface::divider(ui, 6.0);
    self_test_ui(ui, &page.self_test, desk);
}

/// One that knocked and is nobody's; whether it is this hospital's, a person finds out.
fn refused_card(ui: &mut Ui, one: &RefusedCertificateShown, desk: &mut Desk<'_>) {
    let ura = match (&one.ura, one.own_ura) {
        (Some(ura), true) => desk.with("ui-certificate-own-ura", "ura", ura.clone()),
        (Some(ura), false) => ura.clone(),
        (None, _) => desk.text("ui-certificate-no-ura"),
    };
    let rows = vec![
        (desk.text("ui-certificate-fingerprint"), one.fingerprint.clone()),
        (desk.text("ui-certificate-subject"), one.subject.clone()),
        (desk.text("ui-certificate-ura"), ura),
        (desk.text("ui-certificate-refused-last"), desk.texts.date(one.last.date())),
    ];
    let words = desk.text("ui-certificate-add-refused");
    surface::card(ui, 14, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        facts::key_values(ui, KEY, &rows);
        if Button::new(Weight::Secondary, &words).icon(Icon::Check).show(ui).clicked() {
            desk.outbox.push(one.add.clone());
        }
    });
}

fn certificate_card(ui: &mut Ui, certificate: &CertificateShown, desk: &mut Desk<'_>) {
    let CertificateShown { fingerprint, subject, issuer, until, alarm, remove } = certificate;
    let unknown = || desk.text("ui-certificate-not-seen");
    let told = |value: &Option<String>| value.clone().unwrap_or_else(unknown);
    let rows = vec![
        (desk.text("ui-certificate-fingerprint"), fingerprint.clone()),
        (desk.text("ui-certificate-subject"), told(subject)),
        (desk.text("ui-certificate-issuer"), told(issuer)),
        (desk.text("ui-certificate-until"), until.map_or_else(unknown, |day| desk.texts.date(day))),
    ];
    let words = desk.text("ui-certificate-remove");
    surface::card(ui, 14, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        facts::key_values(ui, KEY, &rows);
        if let Some(alarm) = alarm {
            alarm_ui(ui, alarm, desk);
        }
        if Button::new(Weight::Quiet, &words).icon(Icon::X).show(ui).clicked() {
            desk.outbox.push(remove.clone());
        }
    });
}

/// It expires soon, or has: with the mail for the contact, to read and to copy.
fn alarm_ui(ui: &mut Ui, alarm: &CertificateAlarm, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let ink = match alarm.rank() {
        CertificateRank::Notice => t.blue,
        CertificateRank::Warning => t.orange,
        CertificateRank::Alarm | CertificateRank::Over => t.brick,
    };
    text::label(ui, &alarm.head(desk.texts), Type::BodyBold, ink);
    text::label(ui, &alarm.rest(desk.texts), Type::Body, t.text_2);
    let Some(mail) = alarm.mail(desk.texts) else { return };
    if let Some(contact) = &alarm.contact {
        text::label(ui, &desk.with("ui-certificate-mail-to", "contact", contact.clone()), Type::Small, t.text_2);
    }
    text::label(ui, &mail.subject, Type::SmallBold, t.text);
    for paragraph in mail.body.split('\n').filter(|line| !line.trim().is_empty()) {
        text::label(ui, paragraph, Type::Small, t.text);
    }
    let words = mail_words(alarm, desk);
    if Button::new(Weight::Secondary, &words).icon(Icon::Copy).show(ui).clicked() {
        copy_mail(ui, alarm, &mail, desk);
    }
}
