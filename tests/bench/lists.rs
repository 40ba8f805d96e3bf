//! How long a picture of a list of ten thousand rows takes, each list of the program: laying out and making its triangles.

use std::{
    cell::RefCell,
    rc::Rc,
    time::{Duration, Instant},
};

use egui::{Context, Event, Modifiers, MouseWheelSource, MouseWheelUnit, Pos2, RawInput, Rect, TouchPhase, Vec2};
use viewmodel::{Client, Command, Frame, Language, Texts, Waker};

use crate::{
    row,
    sample_many::{LISTS, MANY},
};

const SIZE: Vec2 = Vec2::new(1280.0, 800.0);
const PICTURES: u32 = 120;

/// A worker that has one frame to give.
struct Still(Rc<RefCell<Option<Frame>>>);

impl Client for Still {
    fn send(&mut self, _command: Command) {}

    fn latest(&mut self) -> Option<Frame> {
        self.0.borrow_mut().take()
    }

    fn wake_with(&mut self, _waker: Waker) {}
}

/// Pictures while the wheel turns over the list; gives each one's time.
fn pictures(frame: Frame) -> Vec<Duration> {
    let ctx = Context::default();
    let client = Still(Rc::new(RefCell::new(Some(frame))));
    let mut app = ui::App::new(Box::new(client), Texts::load(Language::Dutch).unwrap());
    app.attach(&ctx);
    let mut taken = Vec::new();
    for number in 0..PICTURES {
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, SIZE)),
            time: Some(f64::from(number) / 60.0),
            events: vec![
                Event::PointerMoved(Pos2::new(420.0, 600.0)),
                Event::MouseWheel {
                    unit: MouseWheelUnit::Point,
                    delta: Vec2::new(0.0, -90.0),
                    phase: TouchPhase::Move,
                    source: MouseWheelSource::Unknown,
                    modifiers: Modifiers::NONE,
                },
            ],
            ..RawInput::default()
        };
        let started = Instant::now();
        let mut output = ctx.run_ui(input, |ui| app.frame_ui(ui));
        let triangles = ctx.tessellate(output.shapes, output.pixels_per_point);
        taken.push(started.elapsed());
        // No card takes the letters up here.
        output.textures_delta.clear();
        assert!(!triangles.is_empty());
    }
    taken
}

/// A line for each list.
pub fn measure() {
    for (name, frame) in LISTS {
        // The first pictures read the fonts in.
        let mut taken = pictures(frame(MANY)).split_off(20);
        taken.sort_unstable();
        let ms = |share: f64| taken[((taken.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
        let figure = format!("p50 {:.2} ms, p99 {:.2} ms", ms(0.5), ms(0.99));
        row(&format!("list of 10,000 rows, a picture while it scrolls: {name}"), figure, "< 16.7 ms");
    }
}
