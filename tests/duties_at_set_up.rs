//! The dates of DPIA, works council and processing register in the file of `init`, by the real program.

use crate::support::{Place, fixtures, text};

fn init(place: &Place, duties: &str) -> (Option<i32>, String) {
    let config = std::fs::read_to_string(fixtures().join("init.toml")).unwrap();
    std::fs::write(place.path("init.toml"), format!("{config}\n{duties}")).unwrap();
    let output = place.run(&["init", "--config", place.path("init.toml").to_str().unwrap()]);
    (output.status.code(), text(&output.stderr))
}

fn open(place: &Place) -> Vec<String> {
    let status: serde_json::Value = serde_json::from_str(&place.done(&["status", "--json"])).unwrap();
    status["open_duties"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

#[test]
fn init_takes_the_dates_of_the_three_duties_in_the_assistants_forms_and_what_is_left_out_stands_open() {
    let place = Place::empty();
    let (code, said) = init(&place, "[duties]\ndpia = \"2-3-2026\"\nworks_council = \"2026-04-01\"\nregister = \"\"\n");
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(open(&place), ["register"]);
    let dates = place.store().duty_dates().unwrap();
    let said = [dates.dpia, dates.works_council, dates.register].map(|date| date.map(|date| date.to_string()));
    assert_eq!(said, [Some("2026-03-02".into()), Some("2026-04-01".into()), None]);
    let log = place.store().log_page(None, 10).unwrap();
    let entry = log.iter().find(|logged| logged.entry.event == access::Event::DutyDatesSet).unwrap();
    assert_eq!(entry.entry.detail.as_deref(), Some("open=register"));
}

#[test]
fn without_dates_all_three_stand_open_and_the_log_says_nothing_of_them() {
    let place = Place::empty();
    assert_eq!(init(&place, "").0, Some(0));
    assert_eq!(open(&place), ["dpia", "works-council", "register"]);
    let log = place.store().log_page(None, 10).unwrap();
    assert!(log.iter().all(|logged| logged.entry.event != access::Event::DutyDatesSet));
}

#[test]
fn a_date_that_is_none_is_named_by_its_key_and_nothing_is_made() {
    for (duties, named) in [
        ("[duties]\nworks_council = \"30-2-2026\"\n", "[duties] works_council"),
        ("[duties]\nregister = \"1-1-1926\"\n", "[duties] register"),
        ("[duties]\nDPIA = \"2-3-2026\"\n", "DPIA"),
    ] {
        let place = Place::empty();
        let (code, said) = init(&place, duties);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(named) && said.contains("init.toml"), "{said}");
        assert!(!place.database().exists() && !place.path("key").exists());
    }
}
