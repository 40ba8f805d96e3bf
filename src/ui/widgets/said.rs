//! What a screen reader is told besides a thing's name: levels of headings, what is chosen or open, where the keyboard is in a list.
//!
//! **Not here:** what is drawn; without a screen reader none of it does anything.

use egui::{Context, Id, Response, Role, Ui, accesskit};

fn tell(response: &Response, node: impl FnOnce(&mut accesskit::Node)) {
    response.ctx.accesskit_node_builder(response.id, node);
}

/// A heading of a level: 1 the page, 2 a part of it, 3 a part of that.
pub fn heading(response: &Response, level: usize, words: &str) {
    tell(response, |node| {
        node.set_role(Role::Heading);
        node.set_level(level);
        node.clear_value();
        node.set_label(words);
    });
}

/// Whether a row, or an item of the navigation, is the chosen one: not a tick.
pub fn chosen(response: &Response, is_chosen: bool) {
    tell(response, |node| {
        node.clear_toggled();
        node.set_selected(is_chosen);
    });
}

/// Whether what it unfolds is open: not a tick.
pub fn open(response: &Response, is_open: bool) {
    tell(response, |node| {
        node.clear_toggled();
        node.set_expanded(is_open);
    });
}

/// What is said after the name: what tells it from its like, help, or what is wrong.
pub fn more(response: &Response, words: &str) {
    if !words.is_empty() {
        tell(response, |node| node.set_description(words));
    }
}

/// What is said of its own accord when it comes.
pub fn news(response: &Response) {
    tell(response, |node| node.set_live(accesskit::Live::Polite));
}

/// What a part of the screen is, and its name.
pub fn part(ui: &Ui, role: Role, name: &str) {
    ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
        node.set_role(role);
        node.set_label(name);
    });
}

/// That it is a table, and how much there is of it.
pub fn table(ctx: &Context, table: Id, rows: usize, columns: usize) {
    ctx.accesskit_node_builder(table, |node| {
        node.set_role(Role::Table);
        node.set_row_count(rows);
        node.set_column_count(columns);
    });
}

/// The place of a row in its table, from 0, and of how many.
pub fn place(response: &Response, row: usize, rows: usize) {
    tell(response, |node| {
        node.set_row_index(row);
        node.set_position_in_set(row);
        node.set_size_of_set(rows);
    });
}

/// The keyboard is in a list: its chosen row is what is heard.
pub fn at_row(list: Id, row: &Response) {
    row.ctx.accesskit_node_builder(list, |node| node.set_active_descendant(row.id.accesskit_id()));
}
