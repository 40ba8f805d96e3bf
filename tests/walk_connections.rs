//! The strings of *Aansluitingen*, as `walk` gives those of other screens.
//!
//! **Invariant:** structs are taken apart without `..`: a new field does not compile until its strings are looked at.

use viewmodel::{
    AgreementVersion, CertificateShown, CheckShown, ConnectionAgreementPage, ConnectionCertificatePage,
    ConnectionDetail, ConnectionLine, ConnectionPage, ConnectionStatusPage, ConnectionStepShown, ConnectionTestPage,
    ConnectionsScreen, RefusedCertificateShown, SelfTestShown, SelfTestStepShown, SignedOffShown, StageShown,
    TestCaseShown,
};

/// The strings of the screen.
pub fn strings(screen: &ConnectionsScreen) -> Vec<String> {
    let ConnectionsScreen {
        lines,
        totals: _,
        months: _,
        detail,
        draft: _,
        new_open: _,
        new_form: _,
        add: _,
        overview: _,
        to_tab: _,
    } = screen;
    let mut found = Vec::new();
    for ConnectionLine { name, status: _, attention, selected: _, select: _ } in lines {
        found.push(format!("{name} {attention:?}"));
    }
    if let Some(ConnectionDetail { hospital: _, name, organisation, site, tab: _, page }) = detail {
        found.push(format!("{name} {organisation:?} {site:?}"));
        match page {
            ConnectionPage::Status(page) => status(page, &mut found),
            ConnectionPage::Agreement(page) => agreement(page, &mut found),
            ConnectionPage::Certificate(page) => certificate(page, &mut found),
            ConnectionPage::Test(page) => test(page, &mut found),
        }
    }
    found
}

fn status(page: &ConnectionStatusPage, found: &mut Vec<String>) {
    let ConnectionStatusPage {
        stages,
        next,
        not_signed_off,
        supplier,
        supplier_rav,
        route,
        messages_since,
        folder,
        judged,
        contacts,
        contact,
        steps,
        typed,
        edit_open: _,
        edit: _,
        save: _,
        set_status: _,
        sheet: _,
    } = page;
    for StageShown { status, since, present: _, past: _, by_file, needs } in stages {
        found.push(format!("{status:?} {since:?} {by_file} {needs:?}"));
    }
    for ConnectionStepShown { on, function } in steps {
        found.push(format!("{on:?} {function:?}"));
    }
    found.push(format!("{supplier:?} {supplier_rav:?} {route:?} {messages_since:?} {folder:?}"));
    found.push(format!("{next:?} {not_signed_off}"));
    found.push(format!("{judged:?} {contacts:?} {contact:?} {typed:?}"));
}

fn version(AgreementVersion { version, from, parts, delay_days, reason }: &AgreementVersion) -> String {
    format!("{version} {from} {parts:?} {delay_days:?} {reason:?}")
}

fn agreement(page: &ConnectionAgreementPage, found: &mut Vec<String>) {
    let ConnectionAgreementPage {
        present,
        since,
        next,
        versions,
        without_all: _,
        left_out,
        production_since,
        today: _,
        agree: _,
    } = page;
    found.extend(present.iter().chain(next).chain(versions).map(version));
    found.push(format!("{since:?} {left_out} {production_since:?}"));
}

fn certificate(page: &ConnectionCertificatePage, found: &mut Vec<String>) {
    let ConnectionCertificatePage { own, refused, certificates, add: _, load: _, self_test } = page;
    let SelfTestShown { start: _, why_not, stop: _, steps, well } = self_test;
    found.push(format!("{why_not:?} {well:?}"));
    for SelfTestStepShown { name, state, said, remedy } in steps {
        found.push(format!("{name} {state:?} {said:?} {remedy:?}"));
    }
    found.push(format!("{own:?}"));
    for RefusedCertificateShown { fingerprint, subject, ura, own_ura: _, last, add: _ } in refused {
        found.push(format!("{fingerprint} {subject} {ura:?} {last}"));
    }
    for CertificateShown { fingerprint, subject, issuer, until, alarm, remove: _ } in certificates {
        found.push(format!("{fingerprint} {subject:?} {issuer:?} {until:?} {alarm:?}"));
    }
}

fn test(page: &ConnectionTestPage, found: &mut Vec<String>) {
    let ConnectionTestPage { cases, in_production_store: _, make: _, sign_off: _, signed } = page;
    for TestCaseShown { number, name, received, checks } in cases {
        found.push(format!("{number} {name} {received:?}"));
        for CheckShown { check, ticked, tick: _ } in checks {
            found.push(format!("{check} {ticked:?}"));
        }
    }
    if let Some(SignedOffShown { at, by, open_points, destroyed }) = signed {
        found.push(format!("{at} {by} {open_points} {destroyed}"));
    }
}
