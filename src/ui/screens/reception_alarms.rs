//! *Ontvangst*: what is wrong, with what can be done about it; and what is to be known of the hospital that was chosen.

use egui::Ui;
use lucide_icons::Icon;
use viewmodel::{CertificateAlarm, CertificateRank, Mail, ReceptionScreen, SenderRow, SilenceAlarm, silent_for};

use super::Desk;
use crate::{
    theme::{self, Type},
    widgets::{
        facts,
        surface::{self, Tone},
        text,
    },
};

/// Hospitals with a banner of their own; of more the rest stands in one: a line that broke silences them all.
const BANNERS: usize = 3;

/// Draws the banners; there are none where nothing is wrong.
pub(crate) fn alarms_ui(ui: &mut Ui, screen: &ReceptionScreen, desk: &mut Desk<'_>) {
    let take_up = desk.text("ui-take-up");
    for alarm in &screen.alarms {
        let words = desk.texts.format(alarm.text, &alarm.values);
        let Some(command) = &alarm.take_up else {
            surface::banner(ui, Tone::Refused, Icon::CircleAlert, &words);
            continue;
        };
        let (head, rest) = words.split_once(". ").map_or((words.as_str(), ""), |(head, rest)| (head, rest));
        let head = if rest.is_empty() { head.to_owned() } else { format!("{head}.") };
        if surface::banner_with(ui, Tone::Refused, Icon::CircleAlert, (&head, rest), &take_up) {
            desk.outbox.push(command.clone());
        }
    }
    certificates_ui(ui, &screen.certificates, desk);
    for silent in screen.silent.iter().take(BANNERS) {
        silence_ui(ui, silent, &take_up, desk);
    }
    let rest = screen.silent.get(BANNERS..).unwrap_or_default();
    if !rest.is_empty() {
        let names: Vec<&str> = rest.iter().map(|silent| silent.name.as_str()).collect();
        let values = [("n", desk.texts.number(rest.len() as u64)), ("names", names.join(", "))];
        let key = if rest.len() == 1 { "ui-more-silent-one" } else { "ui-more-silent" };
        surface::banner(ui, Tone::Attention, Icon::BellRing, &desk.texts.format(key, &values));
    }
}

/// Certificates that expire soon, each with the mail for the hospital; of many the rest by name.
fn certificates_ui(ui: &mut Ui, all: &[CertificateAlarm], desk: &mut Desk<'_>) {
    for alarm in all.iter().take(BANNERS) {
        let (tone, icon) = tone_of(alarm);
        let (head, rest) = (alarm.head(desk.texts), alarm.rest(desk.texts));
        let Some(mail) = alarm.mail(desk.texts) else {
            surface::banner(ui, tone, icon, &format!("{head} {rest}"));
            continue;
        };
        let act = mail_words(alarm, desk);
        if surface::banner_with(ui, tone, icon, (&head, &rest), &act) {
            copy_mail(ui, alarm, &mail, desk);
        }
    }
    let rest = all.get(BANNERS..).unwrap_or_default();
    if !rest.is_empty() {
        let names: Vec<&str> = rest.iter().map(|alarm| alarm.hospital.as_deref().unwrap_or(&alarm.name)).collect();
        let values = [("n", desk.texts.number(rest.len() as u64)), ("names", names.join(", "))];
        let key = if rest.len() == 1 { "ui-more-certificates-one" } else { "ui-more-certificates" };
        let (tone, icon) = rest.first().map_or((Tone::Attention, Icon::FileBadge), tone_of);
        surface::banner(ui, tone, icon, &desk.texts.format(key, &values));
    }
}

/// How it looks at each rank.
pub(crate) fn tone_of(alarm: &CertificateAlarm) -> (Tone, Icon) {
    match alarm.rank() {
        CertificateRank::Notice => (Tone::News, Icon::FileBadge),
        CertificateRank::Warning => (Tone::Attention, Icon::TriangleAlert),
        CertificateRank::Alarm | CertificateRank::Over => (Tone::Refused, Icon::CircleAlert),
    }
}

/// On the button that copies the mail: that it was.
pub(crate) fn mail_words(alarm: &CertificateAlarm, desk: &Desk<'_>) -> String {
    let is_copied = desk.state.mail_copied.as_ref() == Some(&alarm.fingerprint);
    desk.text(if is_copied { "ui-certificate-mail-copied" } else { "ui-certificate-mail-copy" })
}

/// Copies the mail, and says so.
pub(crate) fn copy_mail(ui: &Ui, alarm: &CertificateAlarm, mail: &Mail, desk: &mut Desk<'_>) {
    ui.ctx().copy_text(mail.text());
    desk.state.mail_copied = Some(alarm.fingerprint.clone());
}

fn silence_ui(ui: &mut Ui, silent: &SilenceAlarm, take_up: &str, desk: &mut Desk<'_>) {
    let (head, rest) = (silent.head(desk.texts), silent.rest(desk.texts));
    let Some(command) = &silent.take_up else { return };
    if surface::banner_with(ui, Tone::Attention, Icon::BellRing, (&head, &rest), take_up) {
        desk.outbox.push(command.clone());
    }
}

/// Why the chosen hospital is silent or refused; nothing where it is neither.
pub(crate) fn state_ui(ui: &mut Ui, sender: &SenderRow, desk: &mut Desk<'_>) {
    if sender.silence.is_none() && sender.refused_since.is_none() {
        return;
    }
    let t = theme::tokens(ui);
    surface::card(ui, 16, |ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        facts::icon_heading(ui, Icon::BellRing, &desk.with("ui-silence-of", "hospital", sender.name.clone()));
        let mut rows = Vec::new();
        if let Some(silence) = &sender.silence {
            let since = silence.since.map_or_else(
                || desk.text("ui-never"),
                |at| format!("{}, {}", desk.texts.date_short(at.date()), desk.texts.time(at)),
            );
            rows.push((desk.text("ui-silence-last"), since));
            rows.push((desk.text("ui-silence-for"), silent_for(silence.hours, desk.texts)));
            rows.push((desk.text("ui-silence-usual"), silent_for(silence.limit_hours, desk.texts)));
        }
        if let Some(cause) = &sender.refused_since {
            rows.push((desk.text("ui-silence-cause"), cause.words(desk.texts)));
        }
        facts::key_values(ui, 200.0, &rows);
        if let Some(silence) = &sender.silence
            && silence.take_up.is_none()
        {
            text::label(ui, &desk.text("silence-taken-up"), Type::Small, t.text_2);
        }
    });
}
