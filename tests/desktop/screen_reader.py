#!/usr/bin/python3
"""A walk through the real program as a screen reader makes it: by AT-SPI alone, by name and role, under Xvfb.

Use: dbus-run-session -- /usr/bin/python3 tests/desktop/screen_reader.py PROGRAM   (packaging/dev test-desktop does this)
Exit codes: 0 walked to the end, 1 something was not found or did not happen (said on standard error), 2 wrong use.
Nothing is pointed at, and no picture is looked at. Every wait is bounded.
"""

import os
import subprocess
import sys
import tempfile
import time

PATIENCE = 30.0  # seconds for one thing to be there
START = 300.0  # the demo's year is made first
STEP = 0.2
THINGS_MAX = 6000  # of one window


class NotFound(Exception):
    """What was sought and not there."""


def begun(command, env, **more):
    return subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, **more)


def display(children):
    """A screen of its own; gives its name."""
    reading, writing = os.pipe()
    screen = begun(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"],
        os.environ,
        stderr=subprocess.DEVNULL,
        pass_fds=[writing],
    )
    children.append(screen)
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    if not number:
        raise NotFound("Xvfb does not start")
    return ":" + number


class Reader:
    """What a screen reader has of the program."""

    def __init__(self, program, pyatspi):
        self.program = program
        self.pyatspi = pyatspi

    def window(self):
        desktop = self.pyatspi.Registry.getDesktop(0)
        for application in desktop:
            if application is not None and application.get_process_id() == self.program.pid:
                return application
        return None

    def things(self):
        """Every thing of the window, from top to bottom."""
        root = self.window()
        rest, count = [root] if root is not None else [], 0
        while rest and count < THINGS_MAX:
            thing = rest.pop()
            count += 1
            yield thing
            try:
                rest.extend(reversed([child for child in thing if child is not None]))
            except Exception:  # gone while it was looked at: the next look sees what came instead
                continue

    def look(self, role, name):
        for thing in self.things():
            try:
                if thing.getRoleName() == role and name in thing.name:
                    return thing
            except Exception:
                continue
        return None

    def heard(self):
        """What can be heard now, for who reads why it failed. The demo holds invented people only."""
        lines = []
        for thing in self.things():
            try:
                if thing.name:
                    lines.append(f"  {thing.getRoleName()}: {thing.name}")
            except Exception:
                continue
        return "\n".join(lines[:150])

    def awaited(self, role, name, patience=PATIENCE):
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if self.program.poll() is not None:
                raise NotFound(f"the program ended with {self.program.returncode} while {role} “{name}” was sought")
            thing = self.look(role, name)
            if thing is not None:
                return thing
            time.sleep(STEP)
        raise NotFound(f"{role} “{name}” is not there after {patience:.0f} s; what is there:\n{self.heard()}")

    def gone(self, role, name):
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self.look(role, name) is None:
                return
            time.sleep(STEP)
        raise NotFound(f"{role} “{name}” is still there after {PATIENCE:.0f} s")

    def press(self, role, name, patience=PATIENCE):
        thing = self.awaited(role, name, patience)
        try:
            acts = thing.queryAction()
        except NotImplementedError:
            raise NotFound(f"{role} “{name}” cannot be pressed through AT-SPI") from None
        if acts.nActions < 1 or not acts.doAction(0):
            raise NotFound(f"{role} “{name}” does not act")
        said(f"pressed {role} “{thing.name}”")

    def is_so(self, role, name, state):
        """Waits until a thing is in a state."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            thing = self.look(role, name)
            if thing is not None and thing.getState().contains(state):
                return
            time.sleep(STEP)
        raise NotFound(f"{role} “{name}” does not become {state.value_nick}")


def said(words):
    print(f"screen_reader: {words}", flush=True)


def nurse(reader):
    """Signs in, opens a record by choice, hears its outcome."""
    reader.press("push button", "Ambulancezorgprofessional", START)
    reader.awaited("heading", "Mijn terugkoppelingen")
    reader.press("list item", "Ongelezen")
    reader.press("push button", "Open terugkoppeling")
    outcome = reader.awaited("label", "Ontslagdiagnose van de SEH: ")
    said(f"heard “{outcome.name}”")
    reader.awaited("label", "Zichtbaar voor jou")
    reader.press("link", "Terugkoppelingen")
    reader.awaited("list box", "Terugkoppelingen")
    reader.press("page tab", "Uitloggen")


def clerk(reader):
    """Takes an item up, has the BSN shown, ticks, says by what means; does not close it."""
    reader.press("push button", "RAV-administratie")
    reader.awaited("heading", "Patiëntidentificatie")
    reader.press("list item", "Zonder BSN vooraangekondigd")
    reader.press("push button", "Pak op")
    reader.awaited("label", "BSN, afgeschermd")
    reader.press("push button", "Toon")
    reader.gone("label", "BSN, afgeschermd")
    reader.awaited("push button", "Kopieer")
    pressed = reader.pyatspi.STATE_CHECKED
    reader.press("check box", "Ik heb me ervan vergewist")
    reader.is_so("check box", "Ik heb me ervan vergewist", pressed)
    reader.press("radio button", "Geboortedatum en geslacht")
    reader.is_so("radio button", "Geboortedatum en geslacht", pressed)
    reader.is_so("push button", "Rond af", reader.pyatspi.STATE_ENABLED)
    said("heard that “Rond af” may be pressed")


def walked(program, children, state):
    env = dict(os.environ, DISPLAY=display(children), LC_ALL="nl_NL.UTF-8", LANG="nl_NL.UTF-8", XDG_STATE_HOME=state)
    env.pop("WAYLAND_DISPLAY", None)
    os.environ["DISPLAY"] = env["DISPLAY"]
    children.append(begun(["/usr/libexec/at-spi-bus-launcher", "--launch-immediately", "--a11y=1"], env))
    running = begun([program, "demo", "--messages", "600", "--seed", "7"], env)
    children.append(running)
    import pyatspi  # only now is there a screen and a bus to find

    reader = Reader(running, pyatspi)
    try:
        nurse(reader)
        clerk(reader)
    except NotFound as failed:
        print(f"screen_reader: {failed}", file=sys.stderr)
        return 1
    said("walked to the end")
    return 0


def main():
    if len(sys.argv) != 2 or "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
        print(__doc__, file=sys.stderr)
        return 2
    children = []
    with tempfile.TemporaryDirectory() as state:
        try:
            return walked(os.path.abspath(sys.argv[1]), children, state)
        except NotFound as failed:
            print(f"screen_reader: {failed}", file=sys.stderr)
            return 1
        finally:
            for child in reversed(children):
                child.terminate()
            for child in reversed(children):
                try:
                    child.wait(10)
                except subprocess.TimeoutExpired:
                    child.kill()


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # The libraries of AT-SPI hold the display, which is gone: at an ordinary end Xlib would make the exit code its own.
    os._exit(code)
