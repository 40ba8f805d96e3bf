//! The promises of the whole program, one module a kind; each test's name is the promise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

/// As in the program: what is freed is overwritten.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

mod administrator_anew;
mod assistant;
mod canaries;
mod clerks_monday;
mod cli;
mod cli_files;
mod cli_refusals;
mod clipboard;
mod closing;
mod coming_in;
mod compile_fail;
mod connection_rules;
mod connection_sheet;
#[path = "../src/connection_test.rs"]
mod connection_test;
mod connections;
mod core_image;
mod demo;
mod deriving;
mod desktop;
#[path = "../src/desktop_notice.rs"]
mod desktop_notice;
mod desktop_notices;
mod drafts;
mod durable;
mod duties_at_set_up;
mod feedback;
mod few_accounts;
mod first_sign_in;
mod folder_faults;
mod generate;
mod half_way;
mod hardening;
mod headless;
#[path = "../src/hospital.rs"]
mod hospital;
mod house;
#[path = "support/incoming.rs"]
mod incoming;
mod inspecting;
mod installation;
mod key_store;
mod leaks;
mod letting_go;
mod listening;
mod masking;
mod memory;
#[path = "../src/new_files.rs"]
mod new_files;
mod no_person_figures;
mod os_users;
mod other_place;
mod own_trend;
#[path = "support/pages_in_clear.rs"]
mod pages_in_clear;
#[path = "../src/printing.rs"]
mod printing;
mod profiles;
mod programme;
mod proving;
mod purging;
mod readers;
mod reception;
mod recovery;
mod reflection;
mod refused_entry;
mod rides_folder;
mod rides_layouts;
mod rides_screen;
mod rights_export;
mod role_matrix;
mod samples;
mod samples_content;
mod screens;
#[path = "../src/script_page.rs"]
mod script_page;
mod self_test;
mod sessions;
mod set_up_refusals;
mod stopping;
mod support;
#[path = "../src/system_lock.rs"]
mod system_lock;
mod test_script;
mod texts;
mod ticking;
mod tidy;
mod unlinked;
mod walk;
mod walk_connections;
mod walk_feedback;
mod walk_identifications;
mod walk_rides;
mod window_title;
#[path = "support/workbook.rs"]
mod workbook;
