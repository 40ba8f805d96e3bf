//! The pages of *sleutels herstellen*: a sheet as typed, a role without a member, and the keys that are back.
//!
//! **Not here:** where the store lies and the new kit, asked as at set-up (`installation_pages`, `kit_paper`).

use egui::{Id, Ui};
use viewmodel::Role;

use super::{
    Desk,
    installation_pages::{line_field, option},
};
use crate::{
    theme::{self, Type},
    widgets::{field, surface, text},
};

pub(crate) fn sheet_page(ui: &mut Ui, desk: &mut Desk<'_>) {
    let (label, help) = (desk.text("ui-recover-sheet"), desk.text("ui-recover-sheet-help"));
    ui.scope(|ui| {
        ui.set_max_width(ui.available_width().min(640.0));
        let area = Id::unique("install-sheet");
        field::secret_area(ui, area, &label, &help, &mut desk.state.installation.sheet);
        if desk.state.installation.take_fresh() {
            ui.memory_mut(|memory| memory.request_focus(area));
        }
    });
}

pub(crate) fn admit_page(ui: &mut Ui, desk: &mut Desk<'_>) {
    let choices = [
        (None, "ui-recover-admit-nobody", "ui-recover-admit-nobody-under"),
        (Some(Role::Administration), "role-administration", "ui-recover-admit-clerk-under"),
        (Some(Role::MedicalManager), "role-medical-manager", "ui-recover-admit-manager-under"),
        (Some(Role::PrivacyOfficer), "role-privacy-officer", "ui-recover-admit-officer-under"),
        (Some(Role::FunctionalAdministrator), "role-functional-administrator", "ui-recover-admit-functional-under"),
    ];
    for (role, words, under) in choices {
        if option(ui, desk.state.installation.admit_role == role, words, under, desk) {
            desk.state.installation.admit_role = role;
        }
    }
    if desk.state.installation.admit_role.is_some() {
        ui.add_space(6.0);
        line_field(ui, "ui-accounts-staff", Some("ui-recover-staff-help"), "install-admit", desk, |s| {
            &mut s.admit_staff
        });
    }
}

pub(crate) fn recovered_page(ui: &mut Ui, code: Option<&(String, viewmodel::Words)>, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    surface::card(ui, 20, |ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        text::label(ui, &desk.text("ui-recovered-next"), Type::Heading, t.text);
        for key in ["ui-recovered-sheets", "ui-recovered-officer", "ui-recovered-receiver"] {
            text::label(ui, &desk.text(key), Type::Body, t.text);
        }
    });
    if let Some((staff, code)) = code {
        ui.add_space(12.0);
        surface::card(ui, 20, |ui| {
            ui.spacing_mut().item_spacing.y = 8.0;
            text::label(ui, &desk.with("ui-recovered-code", "staff", staff.clone()), Type::Body, t.text_2);
            // REVEAL: shown once, to who hands it over.
            text::label(ui, code.reveal(), Type::Mask, t.text);
        });
    }
}
