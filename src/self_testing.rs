//! `connections self-test`: the program's own test message, for an administrator without a window.
//!
//! **Not here:** the test itself (`app::SelfTestRun`), its message (`connection_test`).

use std::time::Duration;

use app::{AppError, Exit, SelfTestFor, SelfTestRun};
use viewmodel::{SelfTestState, SelfTestStepShown};

use crate::{Program, connection_test, now, output, stop::Stop};

/// Its name under `connections`.
pub const COMMAND: &str = "self-test";
/// Between two looks at how far it is.
const LOOK: Duration = Duration::from_millis(50);

impl Program {
    /// Sends it, and says each step when it is done: 0 where all went well, 1 where it went no further.
    pub(crate) fn self_test(&self, address: Option<String>) -> Result<Exit, AppError> {
        let stop = Stop::listen()?;
        let (mut store, _) = self.open()?;
        let message = connection_test::self_test(&SelfTestFor::of(&store, now()));
        let mut run = SelfTestRun::begin(&mut store, None, (message, address), now())?;
        let mut told = 0;
        while !run.is_over() {
            if stop.is_asked() {
                run.stop();
            }
            run.look(&mut store, now())?;
            let steps = run.steps();
            let said =
                steps.iter().take_while(|step| matches!(step.state, SelfTestState::Well | SelfTestState::Failed));
            for step in said.skip(told) {
                output::result(&self.step(step))?;
                told += 1;
            }
            std::thread::sleep(LOOK);
        }
        let well = run.well() == Some(true);
        self.say(if well { "self-test-well" } else { "self-test-not-well" }, &[])?;
        self.tell("self-test-proves", &[]);
        Ok(if well { Exit::Done } else { Exit::Attention })
    }

    fn step(&self, step: &SelfTestStepShown) -> String {
        let (name, state) = (self.texts.get(step.name), self.texts.get(step.state.key()));
        let said = step.said.as_ref().map(|said| output::said(&self.texts, said.text, &said.values));
        let remedy = step.remedy.map(|key| self.texts.get(key));
        let words: Vec<String> = said.into_iter().chain(remedy).collect();
        format!("{name}: {state}. {}", words.join(" "))
    }
}
