//! *Berichtprofielen*: a card for each version, and what it would read of a file.

use egui::{Id, Role, Ui};
use lucide_icons::Icon;
use viewmodel::{ProfileForceShown, ProfileRow, ProfilesScreen, TriedProfile};

use super::{
    Desk,
    accounts::{PathKeys, ask_path, dropped_file, path_form},
    unrecognised,
};
use crate::{
    theme::{self, Type},
    view_state::{PathFor, ProfileAsk},
    widgets::{
        button::{Button, Weight},
        facts,
        field::Field,
        page, said, surface, text,
    },
};

const LOAD: PathKeys = ["ui-profiles-load-path", "ui-profiles-load-help", "ui-profiles-load-do"];
/// About the height of a version's card; what was seen once is as high as it is.
const CARD: f32 = 172.0;
/// Width of a field's name.
const FIELD: f32 = 220.0;

/// Draws it.
pub(crate) fn profiles_ui(ui: &mut Ui, screen: &ProfilesScreen, desk: &mut Desk<'_>) {
    let load = desk.text("ui-profiles-load");
    facts::page_head(ui, &desk.text("ui-screen-profiles"), &desk.text("ui-profiles-under"), 200.0, |ui| {
        if Button::new(Weight::Secondary, &load).icon(Icon::FileUp).show(ui).clicked() {
            ask_path(desk, PathFor::Profile);
        }
    });
    if desk.state.accounts.asks == Some(PathFor::Profile) {
        dropped_file(ui, desk);
        path_form(ui, LOAD, screen.load, desk);
    }
    page::scrolling(ui, "profiles", |ui| {
        ui.set_max_width(ui.available_width().min(760.0));
        ui.spacing_mut().item_spacing.y = 12.0;
        page::many(ui, "profiles", screen.rows.len(), CARD, None, |ui, index| {
            row_card(ui, screen, &screen.rows[index], desk);
        });
        facts::caveat(ui, &desk.text("ui-profiles-caveat"));
        unrecognised::list_ui(ui, &screen.unrecognised, desk);
    });
}

fn row_card(ui: &mut Ui, screen: &ProfilesScreen, row: &ProfileRow, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let values = [
        ("name", row.name.clone()),
        ("version", row.version.to_string()),
        ("set", row.message_set.clone()),
        ("status", desk.text(row.status)),
    ];
    surface::card(ui, 16, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        said::part(ui, Role::Group, &desk.texts.format("ui-profiles-name", &values));
        text::label(ui, &desk.texts.format("ui-profiles-name", &values), Type::BodyBold, t.text);
        text::label(ui, &desk.texts.format("ui-profiles-of", &values), Type::Small, t.text_2);
        facts::sight(ui, icon(row.force), &force(row.force, desk));
        ui.horizontal_wrapped(|ui| {
            ask_button(ui, "ui-profiles-try", ProfileAsk::File, row, desk);
            if row.may_be_forced {
                ask_button(ui, "ui-profiles-force", ProfileAsk::Day, row, desk);
            }
            if let Some(command) = &row.roll_back
                && Button::new(Weight::Quiet, &desk.text("ui-profiles-roll-back")).show(ui).clicked()
            {
                desk.outbox.push(command.clone());
            }
        });
        let asked = desk.state.profiles.asked.clone().filter(|(_, name, version)| is(row, name, *version));
        if let Some((what, ..)) = asked {
            asked_form(ui, screen, row, what, desk);
        }
        if let Some(tried) = screen.tried.as_ref().filter(|tried| is(row, &tried.name, tried.version)) {
            said(ui, tried, desk);
        }
    });
}

fn is(row: &ProfileRow, name: &str, version: u32) -> bool {
    row.name == name && row.version == version
}

fn icon(force: ProfileForceShown) -> Icon {
    match force {
        ProfileForceShown::Shipped | ProfileForceShown::Since(_) => Icon::Check,
        ProfileForceShown::From(_) => Icon::CalendarClock,
        ProfileForceShown::Replaced | ProfileForceShown::Never | ProfileForceShown::Before(_) => Icon::Minus,
    }
}

fn force(force: ProfileForceShown, desk: &Desk<'_>) -> String {
    let (key, day) = match force {
        ProfileForceShown::Shipped => ("ui-profiles-shipped", None),
        ProfileForceShown::Replaced => ("ui-profiles-replaced", None),
        ProfileForceShown::Never => ("ui-profiles-never", None),
        ProfileForceShown::Since(day) => ("ui-profiles-since", Some(day)),
        ProfileForceShown::From(day) => ("ui-profiles-from", Some(day)),
        ProfileForceShown::Before(day) => ("ui-profiles-before", Some(day)),
    };
    desk.with(key, "day", day.map(|day| desk.texts.date(day)).unwrap_or_default())
}

fn ask_button(ui: &mut Ui, key: &str, what: ProfileAsk, row: &ProfileRow, desk: &mut Desk<'_>) {
    if Button::new(Weight::Secondary, &desk.text(key)).show(ui).clicked() {
        let wanted = Some((what, row.name.clone(), row.version));
        let state = &mut desk.state.profiles;
        state.asked = if state.asked == wanted { None } else { wanted };
        state.typed.clear();
    }
}

/// The field of what is asked for, with its button.
fn asked_form(ui: &mut Ui, screen: &ProfilesScreen, row: &ProfileRow, what: ProfileAsk, desk: &mut Desk<'_>) {
    let keys = match what {
        ProfileAsk::File => ["ui-profiles-try-path", "ui-profiles-try-help", "ui-profiles-try-do"],
        ProfileAsk::Day => ["ui-profiles-force-day", "ui-profiles-force-help", "ui-profiles-force-do"],
    };
    let [label, help, words] = keys.map(|key| desk.with(key, "day", desk.texts.date_numeric(screen.today)));
    let field = Field { label: &label, help: Some(&help), error: None, passphrase: None, secret: false, height: 36.0 };
    field.show(ui, Id::unique((keys, &row.name, row.version)), &mut desk.state.profiles.typed);
    let typed = desk.state.profiles.typed.trim().to_owned();
    if Button::new(Weight::Primary, &words).enabled(!typed.is_empty()).show(ui).clicked() && !typed.is_empty() {
        desk.outbox.push(match what {
            ProfileAsk::File => (screen.try_on)(row.name.clone(), row.version, typed.into()),
            ProfileAsk::Day => (screen.force)(row.name.clone(), row.version, typed),
        });
        desk.state.profiles.typed.clear();
        desk.state.profiles.asked = None;
    }
}

/// What a try said: which fields were there, and which rules were met.
fn said(ui: &mut Ui, tried: &TriedProfile, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    text::label(ui, &desk.text(tried.outcome), Type::BodyBold, t.text);
    let fields: Vec<(String, String)> =
        tried.fields.iter().map(|(field, said)| (desk.text(field), desk.text(said))).collect();
    facts::key_values(ui, FIELD, &fields);
    for finding in &tried.findings {
        facts::sight(ui, Icon::Info, &desk.text(finding));
    }
}
