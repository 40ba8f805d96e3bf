//! How a window does while thousands of files come in: *Ontvangst* of the same store, drawn over the real worker.
//!
//! A frame is what the window's own thread does for one picture: taking the worker's newest frame in, laying it out, and making its
//! triangles. What a graphics card does with those is not in it.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use app::{Engine, Worker};
use chrono::Utc;
use egui::{Context, Event, Pos2, RawInput, Rect, Vec2};
use viewmodel::{Client, Language, Screen, Texts};

use crate::{
    folder::{self, Standing},
    house::CHEAP,
    row, screens,
};

/// A picture of sixty a second.
const PICTURE: Duration = Duration::from_micros(16_667);
const SIZE: Vec2 = Vec2::new(1280.0, 800.0);
// LIMIT: how long a sign-in may take before the measurement is given up.
const SIGN_IN_MAX: Duration = Duration::from_secs(120);

struct Window {
    ctx: Context,
    app: ui::App,
    began: Instant,
    number: u32,
}

impl Window {
    fn new(worker: Worker) -> Self {
        let ctx = Context::default();
        let mut app = ui::App::new(Box::new(worker), Texts::load(Language::Dutch).unwrap());
        app.attach(&ctx);
        Self { ctx, app, began: Instant::now(), number: 0 }
    }

    /// One picture, with the pointer on its way over the tables; gives how long it took.
    fn picture(&mut self) -> Duration {
        self.number += 1;
        let step = (self.number % 240) as f32;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, SIZE)),
            time: Some(self.began.elapsed().as_secs_f64()),
            events: vec![Event::PointerMoved(Pos2::new(300.0 + step * 3.0, 200.0 + step * 2.0))],
            ..RawInput::default()
        };
        let started = Instant::now();
        let output = self.ctx.run_ui(input, |ui| self.app.frame_ui(ui));
        let triangles = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        let taken = started.elapsed();
        assert!(!triangles.is_empty());
        taken
    }

    /// Messages of today that *Ontvangst* shows; `None`: another screen stands there.
    fn today(&self) -> Option<u64> {
        let Screen::Reception(screen) = &self.app.frame()?.screen else { return None };
        Some(screen.senders.iter().map(|sender| sender.today).sum())
    }
}

/// The worker of a window, signed in.
fn signed_in(archive: store::Archive) -> Worker {
    let engine = Engine::new(archive, None, CHEAP, Vec::new());
    let mut now = Utc::now();
    let sign_in = screens::typed(&engine, "9003", &mut now);
    let mut worker = Worker::start(Utc::now, true, Box::new(move |_| Ok(engine))).unwrap();
    worker.send(sign_in);
    worker
}

/// Drops so many files beside so many records while a window is drawn.
pub fn measure(records: usize, files: usize, base: &Path) {
    let mut frames: Vec<Duration> = Vec::new();
    let mut states = 0_u32;
    folder::dropped((records, files), base, |standing: Standing<'_>, drop_them: &dyn Fn()| {
        let mut window = Window::new(signed_in(standing.archive));
        let waits = Instant::now();
        while window.today().is_none() {
            window.picture();
            assert!(waits.elapsed() < SIGN_IN_MAX, "nobody came in");
            std::thread::sleep(PICTURE);
        }
        drop_them();
        let (mut shown, mut looked) = (window.today(), Instant::now());
        loop {
            let began = Instant::now();
            frames.push(window.picture());
            if window.today() != shown {
                (shown, states) = (window.today(), states + 1);
            }
            if looked.elapsed() > Duration::from_millis(100) {
                looked = Instant::now();
                if !standing.aside.are_left() {
                    break;
                }
            }
            std::thread::sleep(PICTURE.saturating_sub(began.elapsed()));
        }
    });
    frames.sort_unstable();
    let at = |share: f64| frames[((frames.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    row(
        &format!("window meanwhile: {} pictures of Ontvangst, in which it stood anew {states} times", frames.len()),
        format!("p50 {:.1} ms, p99 {:.1} ms, worst {:.1} ms", at(0.5), at(0.99), at(1.0)),
        "all < 32 ms",
    );
}
