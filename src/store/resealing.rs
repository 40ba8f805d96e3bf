//! Sealing anew what changed in a text of a record, to the readers it had; with a description the case too.
//!
//! **Invariant:** a part that was sealed anew has a receipt of its own, whose entry holds its digest; wraps, receipts and entry are
//! one transaction. **Not here:** what changes (`misplaced`).

use access::Entry;
use chrono::{DateTime, Utc};
use domain::{
    AgeBand, Case, CaseContent, Diagnosis, DiagnosisContent, MessageId, MessageToken, Part, PartCode, ReaderId,
    Remarks, SehDiagnosis, Sensitive, Translation,
};
use rusqlite::{Transaction, params};
use seal::{Digest, Place};
use zeroize::Zeroizing;

use crate::{
    StoreError,
    archive::{OpenedParts, column},
    audit_trail,
    day_keys::DayKeys,
    faults,
    misplaced::TextOfRecord,
    store::Secrets,
    worklist::moment,
    wraps::Wraps,
};

fn case_of(diagnosis: &DiagnosisContent, day: chrono::NaiveDate) -> CaseContent {
    // REVEAL: the case has its own copy of what the diagnosis part holds; both are sealed.
    let copy = |text: &Sensitive| Sensitive::new(text.reveal().to_owned());
    let translation = |t: &Translation| Translation {
        code: copy(&t.code),
        system: t.system.clone(),
        display: t.display.as_ref().map(copy),
    };
    let diagnoses = diagnosis.diagnoses.iter().map(|d| SehDiagnosis {
        code: d.code.as_ref().map(copy),
        system: d.system.clone(),
        display: d.display.as_ref().map(copy),
        translations: d.translations.iter().map(translation).collect(),
    });
    CaseContent {
        agreement: diagnosis.agreement,
        diagnoses: diagnoses.collect(),
        description: diagnosis.description.as_ref().map(copy),
        gender: diagnosis.gender,
        age_band: diagnosis.birth_date.and_then(|date| date.age_on(day)).map(AgeBand::of),
        incomplete: diagnosis.incomplete,
    }
}

/// A record whose parts are sealed anew, in one transaction.
pub(crate) struct Resealing<'a> {
    transaction: &'a Transaction<'a>,
    secrets: &'a Secrets,
    pub(crate) keys: DayKeys,
    message: MessageId,
    token: MessageToken,
    /// Its crew's wraps stand apart.
    apart: bool,
    crew: Wraps,
    roles: Wraps,
    has_case: bool,
    /// Of the ride, for the age band of the case.
    day: chrono::NaiveDate,
    digests: Vec<(PartCode, Digest)>,
}

impl<'a> Resealing<'a> {
    pub(crate) fn of(
        transaction: &'a Transaction<'a>,
        secrets: &'a Secrets,
        message: MessageId,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let mut keys = DayKeys::default();
        keys.turn(now);
        keys.heed_directory(transaction, secrets)?;
        let (token, wraps, apart, has_case, at) = transaction
            .prepare_cached(
                "SELECT m.token, m.wraps, a.wraps, m.\"case\" IS NOT NULL, coalesce(r.handed_over, m.sent, m.received) FROM message m
                   LEFT JOIN awaited a ON a.message = m.id LEFT JOIN ride r ON r.number = m.ride WHERE m.id = ?1",
            )?
            .query_row([message.0], |row| {
                Ok((
                    MessageToken(row.get(0)?),
                    Zeroizing::new(row.get::<_, Vec<u8>>(1)?),
                    row.get::<_, Option<Vec<u8>>>(2)?.map(Zeroizing::new),
                    row.get(3)?,
                    moment(Some(row.get(4)?)).unwrap_or(now),
                ))
            })?;
        let mut crew = Wraps::decode(&wraps)?;
        let roles = crew.take_roles();
        let is_apart = apart.is_some();
        if let Some(apart) = apart {
            crew = Wraps::decode(&apart)?;
        }
        let day = at.with_timezone(&chrono_tz::Europe::Amsterdam).date_naive();
        let digests = Vec::new();
        Ok(Self { transaction, secrets, keys, message, token, apart: is_apart, crew, roles, has_case, day, digests })
    }

    /// The readers of a part among those who hold a wrap of the record; Routing as far as it holds the part.
    pub(crate) fn readers(&self, part: PartCode) -> Result<Vec<ReaderId>, StoreError> {
        let mut readers = Vec::new();
        for reader in self.crew.readers() {
            let remarks = if reader == ReaderId::ROUTING {
                self.crew.keys_of(reader)? > 1
            } else {
                let sql = "SELECT 1 FROM \"grant\" WHERE reader = ?1 AND message = ?2 AND remarks > 0";
                self.transaction.prepare_cached(sql)?.exists(params![reader.0, self.message.0])?
            };
            if part != PartCode::Remarks || remarks {
                readers.push(reader);
            }
        }
        Ok(readers)
    }

    /// Seals a part anew, to the readers it had.
    fn crew_part<P: Part>(&mut self, content: &P::Content) -> Result<(), StoreError> {
        let place = Place { token: self.token, part: P::CODE, schema: P::SCHEMA };
        let (key, bytes) = seal::seal_content(&place, &P::encode(content)?)?;
        for reader in self.readers(P::CODE)? {
            let reader_key = self.keys.of(self.transaction, self.secrets, reader)?;
            self.crew.add(reader, seal::wrap(reader_key, self.token, &[(P::CODE, &key)])?);
        }
        self.put::<P>(&bytes)
    }

    fn put<P: Part>(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        let column = column(P::CODE).ok_or(StoreError::Tampered)?;
        self.transaction
            .prepare_cached(&format!("UPDATE message SET {column} = ?2 WHERE id = ?1"))?
            .execute(params![self.message.0, bytes])?;
        self.digests.push((P::CODE, seal::digest(bytes)));
        faults::point();
        Ok(())
    }

    /// Seals what changed in one of its texts; with a description the case too.
    pub(crate) fn text(&mut self, text: TextOfRecord, parts: &OpenedParts) -> Result<(), StoreError> {
        match (text, &parts.remarks) {
            (TextOfRecord::Description, _) => {
                self.crew_part::<Diagnosis>(&parts.diagnosis)?;
                if self.has_case {
                    let place = Place { token: self.token, part: Case::CODE, schema: Case::SCHEMA };
                    let content = case_of(&parts.diagnosis, self.day);
                    let (key, bytes) = seal::seal_content(&place, &Case::encode(&content)?)?;
                    let manager = self.keys.of(self.transaction, self.secrets, ReaderId::MEDICAL_MANAGER)?;
                    self.roles.put(ReaderId::MEDICAL_MANAGER, seal::wrap(manager, self.token, &[(Case::CODE, &key)])?);
                    self.put::<Case>(&bytes)?;
                }
                Ok(())
            }
            (TextOfRecord::RemarksMedical | TextOfRecord::RemarksCommunication, Some(remarks)) => {
                self.crew_part::<Remarks>(remarks)
            }
            (TextOfRecord::RemarksMedical | TextOfRecord::RemarksCommunication, None) => Err(StoreError::NotYours),
        }
    }

    /// Writes wraps, receipts and the entry, which names the digests of what was sealed; gives its number.
    pub(crate) fn end(mut self, entry: Entry) -> Result<u64, StoreError> {
        let (message, apart) = (self.message.0, self.apart);
        if apart {
            self.transaction
                .prepare_cached("UPDATE awaited SET wraps = ?2 WHERE message = ?1")?
                .execute(params![message, self.crew.encode().as_slice()])?;
        } else {
            self.roles.extend(std::mem::take(&mut self.crew));
        }
        self.transaction
            .prepare_cached("UPDATE message SET wraps = ?2 WHERE id = ?1")?
            .execute(params![message, self.roles.encode().as_slice()])?;
        faults::point();
        let receipt = audit_trail::next_number(self.transaction)?;
        for (part, _) in &self.digests {
            self.transaction
                .prepare_cached("INSERT OR REPLACE INTO resealed(message, part, receipt) VALUES (?1, ?2, ?3)")?
                .execute(params![message, part.byte(), receipt])?;
        }
        let entry = Entry { digests: self.digests, ..entry };
        let mut entries = vec![entry];
        entries.extend(self.keys.log_made(self.transaction, &entries[0], receipt + 1)?);
        audit_trail::append_all(self.transaction, &entries)?;
        faults::point();
        Ok(receipt)
    }
}
