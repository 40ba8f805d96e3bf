//! What senders may ask of the listener at most. Each can be set; names are those of the settings file.

use serde::Deserialize;

use crate::QueueLimits;

/// Limits of the listener.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ListenerLimits {
    /// Connections in all. LIMIT: 2,000: 40 kB each at rest; a RAV has a dozen hospitals. Beyond it a connection is closed at once.
    pub connections_max: usize,
    /// Connections of one sender. LIMIT: 1,000: half of all. Beyond it 429.
    pub connections_per_sender_max: usize,
    /// Handshakes at the same time. LIMIT: 256: until one is done nobody knows who it is. Beyond it a connection is closed at once.
    pub handshakes_max: usize,
    /// Handshakes of one address at the same time. LIMIT: 128: half of all, so that one machine does not keep out the others.
    pub handshakes_per_address_max: usize,
    /// Seconds for a handshake. LIMIT: 10: it takes milliseconds.
    pub handshake_seconds: u64,
    /// Bytes of a request's header. LIMIT: 16 KiB: SOAP clients send under 1 KiB.
    pub header_bytes_max: usize,
    /// Seconds from its first byte to its end. LIMIT: 10.
    pub header_seconds: u64,
    /// Bytes of a message. LIMIT: 1 MiB, as when it is read (MESSAGE12 §4); at most 16 MiB.
    pub body_bytes_max: usize,
    /// Bytes of all messages that are on their way in. LIMIT: 64 MiB: memory, whatever the number of connections. Beyond it 503.
    pub bodies_bytes_max: usize,
    /// The same of one sender. LIMIT: 16 MiB: a quarter.
    pub bodies_per_sender_bytes_max: usize,
    /// Seconds for a message to come in. LIMIT: 30: 1 MiB at 35 kB/s. Beyond it 408.
    pub body_seconds: u64,
    /// Seconds from there to the answer, and for the answer to be taken. LIMIT: 30: a store that is busy says so after 10. Beyond it 503.
    pub answer_seconds: u64,
    /// Seconds that a connection may stay without a request. LIMIT: 300: then it is closed.
    pub idle_seconds: u64,
    /// Requests of one sender in a minute. LIMIT: 120,000: 2,000 a second, four times a burst of 500 after an outage; one platform's certificate
    /// brings a year of the largest RAV (150,000) again in two minutes. A system that runs wild is held back; to be lowered where it still is too
    /// much. Beyond it 429.
    pub requests_per_minute_max: u32,
    /// Messages of one sender in hand at the same time, while others send too. LIMIT: 4: so that the others' wait for a commit hardly grows.
    pub in_flight_shared_max: usize,
    /// The same while it sends alone. LIMIT: 64: more does not make a commit cheaper. What is beyond waits, on its own connection.
    pub in_flight_alone_max: usize,
    /// Messages that wait for a commit, in all. LIMIT: 1,000: two groups. Beyond it 503.
    pub queue_messages_max: usize,
    /// Their bytes. LIMIT: 64 MiB.
    pub queue_bytes_max: usize,
    /// Bytes that must be free on the store's disk. LIMIT: 256 MiB: a day's messages with their log, and room to purge. Below it 503.
    pub free_bytes_min: u64,
}

impl Default for ListenerLimits {
    fn default() -> Self {
        let queue = QueueLimits::default();
        Self {
            connections_max: 2000,
            connections_per_sender_max: 1000,
            handshakes_max: 256,
            handshakes_per_address_max: 128,
            handshake_seconds: 10,
            header_bytes_max: 16 << 10,
            header_seconds: 10,
            body_bytes_max: 1 << 20,
            bodies_bytes_max: 64 << 20,
            bodies_per_sender_bytes_max: 16 << 20,
            body_seconds: 30,
            answer_seconds: 30,
            idle_seconds: 300,
            requests_per_minute_max: 120_000,
            in_flight_shared_max: 4,
            in_flight_alone_max: 64,
            queue_messages_max: queue.messages_max,
            queue_bytes_max: queue.bytes_max,
            free_bytes_min: 256 << 20,
        }
    }
}

/// A limit that cannot be: its name, and what it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongLimit {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub value: u64,
    /// The least it may be.
    pub least: u64,
    /// The most.
    pub most: u64,
}

impl ListenerLimits {
    /// Whether all of them can be.
    ///
    /// # Errors
    /// The first that cannot.
    pub fn check(&self) -> Result<(), WrongLimit> {
        let bytes = |n: usize| n as u64;
        let body = bytes(self.body_bytes_max);
        let all = [
            ("connections_max", bytes(self.connections_max), 1, 100_000),
            ("connections_per_sender_max", bytes(self.connections_per_sender_max), 1, 100_000),
            ("handshakes_max", bytes(self.handshakes_max), 1, 10_000),
            ("handshakes_per_address_max", bytes(self.handshakes_per_address_max), 1, 10_000),
            ("handshake_seconds", self.handshake_seconds, 1, 600),
            // Less than hyper's least buffer cannot be.
            ("header_bytes_max", bytes(self.header_bytes_max), 8 << 10, 1 << 20),
            ("header_seconds", self.header_seconds, 1, 600),
            ("body_bytes_max", body, 1, 16 << 20),
            ("bodies_bytes_max", bytes(self.bodies_bytes_max), body, 1 << 30),
            ("bodies_per_sender_bytes_max", bytes(self.bodies_per_sender_bytes_max), body, 1 << 30),
            ("body_seconds", self.body_seconds, 1, 3600),
            ("answer_seconds", self.answer_seconds, 1, 3600),
            ("idle_seconds", self.idle_seconds, 1, 86_400),
            ("requests_per_minute_max", u64::from(self.requests_per_minute_max), 1, u64::from(u32::MAX)),
            ("in_flight_shared_max", bytes(self.in_flight_shared_max), 1, 1000),
            ("in_flight_alone_max", bytes(self.in_flight_alone_max), bytes(self.in_flight_shared_max), 1000),
            ("queue_messages_max", bytes(self.queue_messages_max), 1, 100_000),
            ("queue_bytes_max", bytes(self.queue_bytes_max), 1, 1 << 30),
            ("free_bytes_min", self.free_bytes_min, 0, 1 << 50),
        ];
        let wrong = all.into_iter().find(|(_, value, least, most)| value < least || value > most);
        wrong.map_or(Ok(()), |(name, value, least, most)| Err(WrongLimit { name, value, least, most }))
    }

    /// Those of the queue before the committer.
    #[must_use]
    pub fn queue(&self) -> QueueLimits {
        QueueLimits { messages_max: self.queue_messages_max, bytes_max: self.queue_bytes_max }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_after_an_outage_passes_by_the_default_and_a_system_that_runs_wild_does_not() {
        let max = ListenerLimits::default().requests_per_minute_max;
        let burst = 500 * 60;
        assert!(max >= 4 * burst && max < 5000 * 60, "{max}");
    }

    #[test]
    fn the_defaults_can_be_and_what_cannot_is_named() {
        assert_eq!(ListenerLimits::default().check(), Ok(()));
        let wrong = ListenerLimits { body_bytes_max: 17 << 20, ..ListenerLimits::default() };
        let (value, most) = (17 << 20, 16 << 20);
        assert_eq!(wrong.check(), Err(WrongLimit { name: "body_bytes_max", value, least: 1, most }));
    }
}
