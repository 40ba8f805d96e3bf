//! The statements of one append, inside the inbox's transaction.
//!
//! **Invariant:** the audit entry holds the digest of each sealed part; its number is the record's `receipt`.

use std::collections::HashMap;

use access::{Entry, Event};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Case, Diagnosis, Figure, Identification, IdentificationContent, MessageId, MessageToken, Part, Purpose, ReaderId,
    Remarks, Sender,
};
use rusqlite::{Transaction, params};

use crate::{
    StoreError, asked, audit_trail,
    confirmations::Confirmations,
    crews::Crews,
    day_keys::DayKeys,
    deliver::Routing,
    faults,
    flags::{self, FLAG_CONTESTED, FLAG_SENDER_IN_TEST, FLAGS_HELD, FLAGS_NOT_DELIVERED},
    identity::{self, Came, Known},
    identity_places::Places,
    inbox::{Arrived, Incoming, Outcome, Refused, counts},
    message_note::MessageNote,
    one_number, refused, replaced,
    rides::{self, KnownRide},
    sealed_parts::{Grants, Row, SealedPart, SealedParts, sealed},
    self_test::{self, SelfTestCame},
    senders::{self, Counted, Counts},
    store::{Origin, Secrets, Settings},
    trial, unrecognised, work,
    wraps::Wraps,
};

pub(crate) struct Append<'a> {
    transaction: &'a Transaction<'a>,
    secrets: &'a Secrets,
    settings: &'a Settings,
    origin: &'a Origin,
    keys: &'a mut DayKeys,
    places: &'a mut Places,
    routing: Option<&'a mut Routing>,
    now: DateTime<Utc>,
    entries: Vec<Entry>,
    first_entry: Option<u64>,
    crews: Crews<'a>,
    counts: Counts,
    senders: HashMap<Sender, i64>,
}

impl<'a> Append<'a> {
    pub(crate) fn begin(
        transaction: &'a Transaction<'a>,
        secrets: &'a Secrets,
        settings: &'a Settings,
        origin: &'a Origin,
        (keys, places): (&'a mut DayKeys, &'a mut Places),
        (routing, confirmations): (Option<&'a mut Routing>, &'a Confirmations),
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            transaction,
            secrets,
            settings,
            origin,
            keys,
            places,
            routing,
            now,
            entries: Vec::new(),
            first_entry: None,
            crews: Crews::of(transaction, secrets, confirmations),
            counts: Counts::default(),
            senders: HashMap::new(),
        }
    }

    /// Writes the batch's audit entries, the head and what was counted.
    pub(crate) fn end(mut self) -> Result<(), StoreError> {
        faults::point();
        let first = match self.first_entry {
            Some(first) => first,
            None => audit_trail::next_number(self.transaction)?,
        };
        let (workstation, version) = (&self.origin.workstation, &self.origin.version);
        let made = Entry::of_program(self.now, Event::ReaderKeyMade, Purpose::Reception, workstation, version);
        let next = first + self.entries.len() as u64;
        self.entries.extend(self.keys.log_made(self.transaction, &made, next)?);
        audit_trail::append_all(self.transaction, &self.entries)?;
        faults::point();
        self.counts.write(self.transaction, self.now)?;
        self.places.keep(self.transaction)?;
        faults::point();
        Ok(())
    }

    pub(crate) fn one(&mut self, arrived: &Arrived) -> Result<Option<Outcome>, StoreError> {
        match arrived {
            Arrived::Message(incoming) => self.message(incoming).map(Some),
            Arrived::Refused(refused) => self.refused(refused).map(|()| None),
            Arrived::SelfTest(came) => self.self_test(came),
        }
    }

    /// Nothing but its line of the log; `None`: no such message is expected.
    fn self_test(&mut self, came: &SelfTestCame) -> Result<Option<Outcome>, StoreError> {
        let Some(by) = self_test::used(self.transaction, came, self.now)? else { return Ok(None) };
        let number = self.log(self_test::received(self.origin, self.settings.rav.get(), came, by, self.now))?;
        self_test::noted(self.transaction, number)?;
        Ok(Some(Outcome::SelfTest))
    }

    fn entry(&self, event: Event, incoming: &Incoming) -> Entry {
        let (workstation, version) = (&self.origin.workstation, &self.origin.version);
        let mut entry = Entry::of_program(self.now, event, Purpose::Reception, workstation, version);
        entry.ride = Some(self.secrets.ride_pseudonym(&incoming.ride.canonical()));
        entry.organisation = Some(self.settings.rav.get());
        entry
    }

    fn log(&mut self, entry: Entry) -> Result<u64, StoreError> {
        let first = match self.first_entry {
            Some(first) => first,
            None => *self.first_entry.insert(audit_trail::next_number(self.transaction)?),
        };
        self.entries.push(entry);
        Ok(first + self.entries.len() as u64 - 1)
    }

    fn refused(&mut self, refused: &Refused) -> Result<(), StoreError> {
        let from =
            refused.sender.as_ref().map(|s| senders::matched(self.transaction, s, &refused.sites)).transpose()?;
        let sender = from.as_ref().map(|s| self.sender(s)).transpose()?.unwrap_or_default();
        let (workstation, version) = (&self.origin.workstation, &self.origin.version);
        let mut entry = Entry::of_program(self.now, Event::MessageRefused, Purpose::Reception, workstation, version);
        entry.organisation = Some(self.settings.rav.get());
        let note = MessageNote::of(sender, refused.way).refused(refused.rule);
        entry.detail = Some(note.found(refused.found.iter().copied()).detail());
        entry.count = Some(refused.size);
        let number = self.log(entry)?;
        self.counts.refused(sender, refused.rule);
        trial::refused(self.transaction, sender, refused, self.now)?;
        refused::keep(self.transaction, self.secrets, self.places, (number, sender), (from.as_ref(), refused), self.now)
    }

    fn sender(&mut self, sender: &Sender) -> Result<i64, StoreError> {
        if let Some(number) = self.senders.get(sender) {
            return Ok(*number);
        }
        let number = senders::number(self.transaction, sender)?;
        self.senders.insert(sender.clone(), number);
        Ok(number)
    }

    fn message(&mut self, incoming: &Incoming) -> Result<Outcome, StoreError> {
        let sender = self.sender(&incoming.sender)?;
        let came = Came::of(self.secrets, incoming, sender);
        let known = identity::look(self.transaction, self.places, &came)?;
        let is_newer = matches!(known, Known::Replaces(_));
        let outcome = self.judged(&came, known)?;
        if incoming.in_trial {
            trial::came(self.transaction, sender, incoming, (&outcome, is_newer), self.now)?;
        }
        Ok(outcome)
    }

    fn judged(&mut self, came: &Came<'_>, known: Known) -> Result<Outcome, StoreError> {
        let (incoming, sender) = (came.incoming, came.sender);
        if incoming.profile.is_some() && !matches!(known, Known::OtherContent) {
            unrecognised::came(self.transaction, self.secrets, incoming, sender)?;
        }
        let (event, counted, outcome) = match known {
            Known::New => return self.take_in(came, None, Counted::TakenIn),
            Known::Replaces(old) => return self.take_in(came, Some(old), Counted::TakenIn),
            Known::ReadAgain(old) => return self.take_in(came, Some(old), Counted::Repeated),
            Known::Repeated(id) => (Event::MessageRepeated, Counted::Repeated, Outcome::Repeated(id)),
            Known::RepeatedUnproven(id) => (Event::MessageRepeated, Counted::Repeated, Outcome::RepeatedUnproven(id)),
            Known::Superseded => (Event::MessageSuperseded, Counted::Superseded, Outcome::Superseded),
            Known::ReplacedAhead(by) => {
                let ride = rides::known(self.transaction, &incoming.ride.canonical())?;
                let term = self.purge_after(incoming, ride.as_ref())?;
                if replaced::hold(self.transaction, self.places, came, by, term, self.now)? {
                    self.log(self.entry(Event::RecordReplaced, incoming))?;
                }
                (Event::MessageSuperseded, Counted::Superseded, Outcome::Superseded)
            }
            Known::OtherContent => (Event::MessageRefused, Counted::Refused, Outcome::OtherContent),
            Known::OtherVersion => (Event::MessageRefused, Counted::Refused, Outcome::OtherVersion),
        };
        let mut entry = self.entry(event, incoming);
        entry.count = Some(incoming.size);
        let mut note = MessageNote::of(sender, incoming.way);
        match outcome.refused_by() {
            Some(rule) => {
                note = note.refused(rule);
                self.counts.refused(sender, rule);
            }
            None => self.counts.message(counted, sender),
        }
        entry.detail = Some(note.found(incoming.found.iter().copied()).detail());
        self.log(entry)?;
        Ok(outcome)
    }

    fn take_in(
        &mut self,
        came: &Came<'_>,
        replaces: Option<MessageId>,
        counted_as: Counted,
    ) -> Result<Outcome, StoreError> {
        let (incoming, sender) = (came.incoming, came.sender);
        let (number, ride, by_hand) = one_number::ride_of(self.transaction, incoming, replaces)?;
        let token = seal::random_token()?;
        let flags = flags::of(self.transaction, incoming, sender, ride.as_ref(), by_hand)?;
        let counted = flags & FLAG_SENDER_IN_TEST == 0;
        // A BSN that the ambulance announced itself never gets in, whichever came first (R9).
        let identification =
            incoming.identification.as_ref().filter(|i| !rides::announced_equals(self.secrets, ride.as_ref(), i));
        let parts = self.seal_parts(token, incoming, identification, counted)?;
        let inherited = match replaces {
            Some(replaced) => {
                self.log(self.entry(Event::RecordReplaced, incoming))?;
                Some(identity::remove_replaced(self.transaction, replaced)?)
            }
            None => None,
        };
        faults::point();
        let mut entry = self.entry(Event::MessageTakenIn, incoming);
        (entry.digests, entry.count) = (parts.digests(), Some(incoming.size));
        entry.detail = Some(MessageNote::of_record(incoming, sender, flags).detail());
        let receipt = self.log(entry)?;
        let mut wraps = self.wraps_for_roles(token, &parts, counted)?;
        let mut grants = match incoming.diagnosis {
            Some(_) => self.grants(token, &parts, ride.as_ref(), flags)?,
            None => Grants::default(),
        };
        if grants.waits {
            let key = self.keys.of(self.transaction, self.secrets, ReaderId::ROUTING)?;
            grants.wraps.put(ReaderId::ROUTING, seal::wrap(key, token, &parts.crew_keys(true))?);
        } else {
            wraps.extend(std::mem::take(&mut grants.wraps));
        }
        faults::point();
        let old = inherited.as_ref();
        let row = Row {
            ride: &number,
            ride_row: ride.as_ref().map(|ride| ride.wrapped.id),
            token,
            flags,
            receipt,
            purge_after: old.map_or(i64::MAX, |i| i.purge_after).min(self.purge_after(incoming, ride.as_ref())?),
            wraps,
            // Of a record that waits they stand apart, as its crew's wraps do.
            holders: if grants.waits { &[] } else { &grants.holders },
            identities: &identity::all_of(came, old),
            updated: old.is_some() && counted_as == Counted::TakenIn,
        };
        let id = self.insert(came, &parts, &row)?;
        self.insert_beside(came, id, &parts, &row, &grants, ride.as_ref())?;
        if let Some(kept) = &incoming.unrecognised {
            unrecognised::keep(self.transaction, self.secrets, (incoming, kept), id, sender, self.now)?;
        }
        let opening = work::Opening {
            ride: ride.as_ref(),
            ride_number: &number,
            held: flags & FLAGS_HELD != 0,
            replaces: old.and_then(|old| old.item.as_ref()),
            read_again: counted_as == Counted::Repeated,
        };
        self.work(came, id, &opening, parts.ident.is_some() && counted)?;
        if incoming.says_no_bsn && counted && flags & FLAG_CONTESTED == 0 {
            asked::none_by_message(self.transaction, &number, sender, self.now)?;
        }
        identity::store(self.transaction, self.places, came, id, old, self.now)?;
        faults::point();
        self.counts.in_message(incoming, sender, identification.is_none() && incoming.identification.is_some());
        self.counts.message(counted_as, sender);
        Ok(match counted_as {
            Counted::Repeated => Outcome::ReadAgain(id),
            Counted::TakenIn | Counted::Superseded | Counted::Refused => Outcome::TakenIn(id),
        })
    }

    fn seal_parts(
        &mut self,
        token: MessageToken,
        incoming: &Incoming,
        identification: Option<&IdentificationContent>,
        counted: bool,
    ) -> Result<SealedParts, StoreError> {
        Ok(SealedParts {
            ident: identification.map(|i| sealed::<Identification>(token, Some(i))).transpose()?,
            diagnosis: sealed::<Diagnosis>(token, incoming.diagnosis.as_ref())?,
            case: incoming.case.as_ref().filter(|_| counted).map(|c| sealed::<Case>(token, Some(c))).transpose()?,
            remarks: incoming.remarks.as_ref().map(|r| sealed::<Remarks>(token, Some(r))).transpose()?,
            figure: match incoming.figure.as_ref().filter(|_| counted) {
                Some(figure) => Some(self.figure(token, &Figure::encode(figure)?)?),
                None => None,
            },
        })
    }

    /// The clerk's item, where a BSN came back; a ride that waited for one waits no more.
    fn work(&self, came: &Came<'_>, id: MessageId, opening: &work::Opening<'_>, opens: bool) -> Result<(), StoreError> {
        if !opens {
            // What was closed stays so, and on the bill.
            return opening.replaces.map_or(Ok(()), |old| work::move_closed(self.transaction, id, old, false));
        }
        work::open(self.transaction, self.secrets, id, came.sender, came.incoming, opening, self.now)?;
        if let Some(ride) = opening.ride.filter(|ride| ride.awaits && !opening.held) {
            self.transaction.prepare_cached("UPDATE ride SET awaits = 0 WHERE id = ?1")?.execute([ride.wrapped.id])?;
        }
        Ok(())
    }

    fn figure(&mut self, token: MessageToken, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        let key = self.keys.of(self.transaction, self.secrets, ReaderId::MEDICAL_MANAGER)?;
        Ok(seal::seal_figure(key, token, Figure::SCHEMA, plain)?)
    }

    fn wraps_for_roles(
        &mut self,
        token: MessageToken,
        parts: &SealedParts,
        counted: bool,
    ) -> Result<Wraps, StoreError> {
        let mut wraps = Wraps::default();
        let for_roles = [(ReaderId::ADMINISTRATION, &parts.ident), (ReaderId::MEDICAL_MANAGER, &parts.case)];
        for (reader, part) in for_roles {
            if let Some(part) = part.as_ref().filter(|_| counted) {
                let key = self.keys.of(self.transaction, self.secrets, reader)?;
                wraps.put(reader, seal::wrap(key, token, &[(part.code, &part.key)])?);
            }
        }
        Ok(wraps)
    }

    fn grants(
        &mut self,
        token: MessageToken,
        parts: &SealedParts,
        ride: Option<&KnownRide>,
        flags: i64,
    ) -> Result<Grants, StoreError> {
        let Some(ride) = ride.filter(|_| flags & FLAGS_NOT_DELIVERED == 0) else {
            return Ok(Grants { waits: true, due: false, ..Grants::default() });
        };
        let crew = self.crews.crew(&ride.wrapped.number, &ride.wrapped.crew, senders::day_of(self.now))?;
        let needs_routing = ride.working_diagnosis_waits()? && crew.served().next().is_some();
        let mut grants = Grants { waits: crew.waits(parts.remarks.is_some()), ..Grants::default() };
        if needs_routing && self.routing.is_none() {
            // The receiver, which holds Routing's key, delivers the whole of it at its next round.
            return Ok(Grants { waits: true, due: true, ..Grants::default() });
        }
        for (reader, remarks) in crew.served() {
            let key = self.keys.of(self.transaction, self.secrets, reader)?;
            let remarks = remarks && parts.remarks.is_some();
            grants.wraps.put(reader, seal::wrap(key, token, &parts.crew_keys(remarks))?);
            grants.list.push((reader, remarks));
            grants.holders.extend_from_slice(&reader.0.to_be_bytes());
        }
        if let (true, Some(routing)) = (needs_routing, self.routing.as_deref_mut()) {
            routing.deliver_working_diagnosis(self.transaction, self.secrets, self.keys, &ride.wrapped, &crew)?;
        }
        Ok(grants)
    }

    fn insert(&self, came: &Came<'_>, parts: &SealedParts, row: &Row<'_>) -> Result<MessageId, StoreError> {
        let (incoming, sender) = (came.incoming, came.sender);
        let bytes = |part: &'_ Option<SealedPart>| part.as_ref().map(|p| p.bytes.clone());
        let mut identities = Vec::with_capacity(row.identities.len() * 8);
        for hash in row.identities {
            identities.extend_from_slice(&hash.to_be_bytes());
        }
        self.transaction
            .prepare_cached(
                "INSERT INTO message(token, received, purge_after, sender, ride, flags, size, version, sent, receipt, holders,
                   identities, version_set, vehicle, profile, shown, ride_time, updated, ride_row, ident, diagnosis, \"case\", remarks, wraps)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)",
            )?
            .execute(params![
                row.token.0,
                self.now.timestamp(),
                row.purge_after,
                sender,
                row.ride,
                row.flags,
                incoming.size,
                incoming.version,
                incoming.sent.map(|t| t.timestamp()),
                row.receipt,
                row.holders,
                identities,
                came.set,
                incoming.vehicle,
                incoming.profile,
                Some(incoming.ride.as_received()).filter(|shown| *shown != row.ride),
                incoming.handed_over.map(|t| t.timestamp()),
                row.updated,
                row.ride_row,
                bytes(&parts.ident),
                parts.diagnosis.bytes,
                bytes(&parts.case),
                bytes(&parts.remarks),
                row.wraps.encode().as_slice(),
            ])?;
        faults::point();
        Ok(MessageId(self.transaction.last_insert_rowid()))
    }

    fn insert_beside(
        &self,
        came: &Came<'_>,
        id: MessageId,
        parts: &SealedParts,
        row: &Row<'_>,
        grants: &Grants,
        ride: Option<&KnownRide>,
    ) -> Result<(), StoreError> {
        let (incoming, sender) = (came.incoming, came.sender);
        if let Some(figure) = &parts.figure {
            self.transaction
                .prepare_cached(
                    "INSERT INTO figure(message, ride, token, sender, received, sent, flags, purge_after, sealed)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                )?
                .execute(params![
                    id.0,
                    ride.map_or_else(
                        || identity::unknown_ride(self.secrets, &incoming.ride.canonical()),
                        |r| r.wrapped.id
                    ),
                    row.token.0,
                    sender,
                    self.now.timestamp(),
                    incoming.sent.unwrap_or(self.now).timestamp(),
                    row.flags,
                    row.purge_after,
                    figure,
                ])?;
        }
        faults::point();
        for (reader, remarks) in &grants.list {
            self.transaction
                .prepare_cached("INSERT INTO \"grant\"(reader, message, remarks, state) VALUES (?1, ?2, ?3, 1)")?
                .execute(params![reader.0, id.0, remarks])?;
            faults::point();
        }
        if grants.waits {
            let due = grants.due && ride.is_some();
            self.transaction
                .prepare_cached("INSERT INTO waiting(message, ride, due, held, linked) VALUES (?1, ?2, ?3, ?4, ?5)")?
                .execute(params![id.0, row.ride, due, row.flags & FLAGS_NOT_DELIVERED != 0, ride.is_some()])?;
            self.transaction
                .prepare_cached(
                    "INSERT INTO awaited(message, token, received, holders, wraps) VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute(params![
                    id.0,
                    row.token.0,
                    self.now.timestamp(),
                    grants.holders,
                    grants.wraps.encode().as_slice()
                ])?;
        }
        faults::point();
        Ok(())
    }

    fn purge_after(&self, incoming: &Incoming, ride: Option<&KnownRide>) -> Result<i64, StoreError> {
        let of_message = incoming.handed_over.filter(|t| counts(*t, self.now));
        let of_ride = ride.map(|ride| one_number::handed_over(self.transaction, ride)).transpose()?.flatten();
        let start = [of_message, of_ride].into_iter().flatten().fold(self.now, DateTime::min);
        Ok((start + TimeDelta::days(i64::from(self.settings.retention_days))).timestamp())
    }
}
