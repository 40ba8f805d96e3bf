//! The tree that a screen reader is given of a screen, as it would read it: from top to bottom, a line for each thing.
//!
//! **Not here:** what must hold of it (`screen_reader`).

use egui::{Role, accesskit};
use egui_kittest::{
    Harness,
    kittest::{AccessKitNode, NodeT},
};

/// What a role is called; a role that is not here has no word yet.
const ROLES: [(Role, &str); 28] = [
    (Role::Alert, "melding"),
    (Role::Banner, "strook"),
    (Role::Button, "knop"),
    (Role::Cell, "cel"),
    (Role::CheckBox, "selectievakje"),
    (Role::ColumnHeader, "kolomkop"),
    (Role::ComboBox, "keuzelijst"),
    (Role::DisclosureTriangle, "uitklapknop"),
    (Role::Form, "formulier"),
    (Role::Group, "groep"),
    (Role::Heading, "kop"),
    (Role::Image, "afbeelding"),
    (Role::Label, "tekst"),
    (Role::Link, "link"),
    (Role::ListBox, "lijst"),
    (Role::ListBoxOption, "regel"),
    (Role::MultilineTextInput, "tekstvak"),
    (Role::Navigation, "navigatie"),
    (Role::PasswordInput, "wachtwoordveld"),
    (Role::ProgressIndicator, "voortgang"),
    (Role::RadioButton, "keuzerondje"),
    (Role::Row, "rij"),
    (Role::Status, "stand"),
    (Role::Tab, "tabblad"),
    (Role::TabList, "tabbladen"),
    (Role::Table, "tabel"),
    (Role::TextInput, "invoerveld"),
    (Role::SpinButton, "getalveld"),
];

fn word(role: Role) -> &'static str {
    ROLES.iter().find(|(of, _)| *of == role).map(|(_, word)| *word).unwrap_or_else(|| panic!("{role:?} has no word"))
}

/// One thing of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing {
    pub role: Role,
    pub name: String,
    /// Said after the name, where there is something.
    pub description: String,
    pub states: Vec<String>,
    /// Names of what it stands in, the outermost first.
    pub within: Vec<String>,
    /// How many things with a line of their own it stands in.
    pub depth: usize,
    /// The keyboard can come to it.
    pub focusable: bool,
    /// It can be pressed.
    pub pressable: bool,
    pub focused: bool,
    pub rect: [i64; 4],
    pub id: u64,
}

impl Thing {
    /// Something a person does something with.
    pub fn is_control(&self) -> bool {
        self.focusable || self.pressable
    }

    /// As it is read.
    pub fn line(&self) -> String {
        let indent = "  ".repeat(self.depth);
        let mut line = match (self.role == Role::Label, self.name.is_empty()) {
            (true, _) => format!("{indent}{}", self.name),
            (false, true) => format!("{indent}{}", word(self.role)),
            (false, false) => format!("{indent}{}: {}", word(self.role), self.name),
        };
        for more in [&self.description].into_iter().chain(&self.states).filter(|more| !more.is_empty()) {
            line = format!("{line} · {more}");
        }
        line
    }
}

/// Things that only hold others, and say nothing themselves.
fn is_silent(node: &AccessKitNode<'_>) -> bool {
    let holds = [Role::GenericContainer, Role::Window, Role::ScrollView, Role::Unknown];
    holds.contains(&node.role()) && !node.has_label()
}

fn states(node: &AccessKitNode<'_>, is_focused: bool) -> Vec<String> {
    let mut said = Vec::new();
    let mut say = |words: &str| said.push(words.to_owned());
    if let Some(level) = node.level() {
        say(&format!("niveau {level}"));
    }
    match node.toggled() {
        Some(accesskit::Toggled::True) => say("aangevinkt"),
        Some(accesskit::Toggled::False) => say("niet aangevinkt"),
        Some(accesskit::Toggled::Mixed) => say("deels aangevinkt"),
        None => {}
    }
    if node.is_selected() == Some(true) {
        say("gekozen");
    }
    match node.data().is_expanded() {
        Some(true) => say("uitgeklapt"),
        Some(false) => say("ingeklapt"),
        None => {}
    }
    if node.is_disabled() {
        say("niet beschikbaar");
    }
    let input = [Role::TextInput, Role::PasswordInput, Role::MultilineTextInput, Role::SpinButton];
    if input.contains(&node.role()) {
        match node.value() {
            Some(value) if !value.is_empty() => say(&value),
            Some(_) | None => say("leeg"),
        }
    } else if node.role() == Role::ComboBox
        && let Some(value) = node.value()
    {
        say(&value);
    }
    if let Some(share) = node.numeric_value() {
        say(&format!("{:.0} %", share * 100.0));
    }
    if let (Some(at), Some(of)) = (node.position_in_set(), node.size_of_set()) {
        say(&format!("{} van {of}", at + 1));
    }
    if let (Some(rows), Some(columns)) = (node.data().row_count(), node.data().column_count()) {
        say(&format!("{rows} rijen, {columns} kolommen"));
    }
    if is_focused {
        say("hier staat het toetsenbord");
    }
    said
}

fn look(node: &AccessKitNode<'_>, within: &[String], found: &mut Vec<Thing>) {
    // A bar is for the pointer: whoever reads moves through what it scrolls.
    if node.is_hidden() || [Role::TextRun, Role::ScrollBar].contains(&node.role()) {
        return;
    }
    let mut inside = within.to_vec();
    let acts = |action| node.data().supports_action(action);
    let (focusable, pressable) = (acts(accesskit::Action::Focus), acts(accesskit::Action::Click));
    if !is_silent(node) || focusable || pressable {
        let value = || node.value().filter(|_| node.role() == Role::Label);
        let name = node.label().or_else(value).unwrap_or_default();
        let is_focused = node.is_focused_in_tree();
        let b = node.bounding_box().unwrap_or_default();
        found.push(Thing {
            role: node.role(),
            name: name.trim().to_owned(),
            description: node.description().filter(|more| *more != name).unwrap_or_default(),
            states: states(node, is_focused),
            within: within.to_vec(),
            depth: within.len(),
            focusable,
            pressable,
            focused: is_focused,
            rect: [b.x0, b.y0, b.x1, b.y1].map(|side| side as i64),
            id: node.locate().0.0,
        });
        inside.push(name);
    }
    for child in node.children() {
        look(&child, &inside, found);
    }
}

/// All that a screen reader has of a screen, in its order.
pub fn things(harness: &Harness<'static>) -> Vec<Thing> {
    let mut found = Vec::new();
    look(&harness.root().accesskit_node(), &[], &mut found);
    found
}
