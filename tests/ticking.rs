//! What a professional ticks of a record, through the window by accessible label: thanks, a diagnosis taken over differently, themes; for
//! who ticks, for who may not, and for who looks into the log.

use viewmodel::{Command, FeedbackCommand, RecordId, Screen, ThemeOf, TickOf, Ticks};

use crate::house::{House, Window};

const NURSE: &str = "1003";
const OTHER: &str = "1001";
const ADMINISTRATOR: &str = "9003";
const THANKS: &str = "Tel mee als bedankje";
const DIFFERENTLY: &str = "Mijn werkdiagnose is anders overgenomen";
const THEME: &str = "Gemiste of onvolledige informatie";

fn window() -> Window {
    // High enough for the whole of a record: what is clicked must be in sight.
    let mut window = Window::of_size(House::with(&["20-volledig-2.4.xml"]), egui::vec2(1280.0, 2400.0));
    window.sign_in(NURSE);
    window
}

/// The ticks of the opened record: thanks, differently, and the themes by number.
fn ticked(window: &Window) -> (bool, bool, Vec<usize>) {
    let screen = window.behind.borrow_mut().house.act(Command::Refresh).screen;
    let Screen::Feedback(screen) = screen else { panic!("Terugkoppelingen") };
    let Ticks { thanks, differently, themes } = screen.opened.expect("an opened record").ticks;
    let on = themes.iter().enumerate().filter(|(_, theme)| theme.on).map(|(at, _)| at).collect();
    (thanks.on, differently.is_some_and(|tick| tick.on), on)
}

#[test]
fn what_is_ticked_stands_ticked_at_the_next_sign_in_and_is_taken_back() {
    let mut window = window();
    window.click("Open terugkoppeling");
    assert!(window.hears(THANKS) && window.hears("De SEH ziet alleen het aantal."), "{}", window.heard());
    assert_eq!(ticked(&window), (false, false, vec![]));
    for label in [THANKS, DIFFERENTLY, THEME, "Overig"] {
        window.click(label);
    }
    assert_eq!(ticked(&window), (true, true, vec![2, 3]));
    window.click("Overig");
    window.sign_in(NURSE);
    window.click("Open terugkoppeling");
    assert_eq!(ticked(&window), (true, true, vec![2]));
    window.click(DIFFERENTLY);
    assert_eq!(ticked(&window), (true, false, vec![2]));
    let seen = window.events();
    assert_eq!(seen.iter().filter(|event| **event == "event-diagnosis-opened").count(), 2, "ticking opens nothing");
}

#[test]
fn it_is_ticked_by_the_keyboard_alone() {
    let mut window = window();
    window.click("Open terugkoppeling");
    let by_keys = |window: &mut Window, label: &str| {
        let found = (0..60).any(|_| {
            window.press(egui::Key::Tab);
            window.has_the_keyboard(label)
        });
        assert!(found, "{label} is reached by Tab");
        window.press(egui::Key::Space);
    };
    by_keys(&mut window, THANKS);
    by_keys(&mut window, THEME);
    assert_eq!(ticked(&window), (true, false, vec![2]));
    window.press(egui::Key::Space);
    assert_eq!(ticked(&window), (true, false, vec![]));
}

#[test]
fn nobody_ticks_what_is_not_his_and_what_is_not_opened() {
    let mut window = window();
    let rows = |window: &Window| -> i64 {
        let program = window.behind.borrow().house.other_program();
        program.query_row("SELECT count(*) FROM figure_add", [], |row| row.get(0)).unwrap()
    };
    let ticks = [TickOf::Thanks, TickOf::TakenOverDifferently, TickOf::Theme(ThemeOf::Other)];
    for staff in [OTHER, ADMINISTRATOR, "9001", "9002", "9004", NURSE] {
        window.sign_in(staff);
        for of in ticks {
            window.send(Command::Feedback(FeedbackCommand::Tick(RecordId(1), of)));
        }
        assert_eq!(rows(&window), 0, "{staff}");
    }
    window.click("Open terugkoppeling");
    window.click(THANKS);
    assert_eq!(rows(&window), 1);
    window.sign_in("9002");
    assert!(window.hears("Bedankjes en thema’s"), "{}", window.heard());
    assert!(!window.heard().contains("1003"), "no name beside a number");
}
