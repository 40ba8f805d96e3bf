-- Schema 1 (DESIGN §5). Times are seconds since 1970 in UTC, days are days since 1970.
CREATE TABLE setting(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE secret(kind TEXT, number INTEGER, wrapped BLOB NOT NULL, PRIMARY KEY(kind, number)) WITHOUT ROWID;

-- Snapshots that were made: their keys are wrapped anew when the root secret is replaced.
CREATE TABLE snapshot(path TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
-- The last use of the recovery kit, by its audit entry, that a privacy officer was shown.
CREATE TABLE kit_use_shown(account INTEGER PRIMARY KEY, entry INTEGER NOT NULL);

-- The directory of public keys, authenticated under the directory key.
CREATE TABLE role_key(reader INTEGER, epoch INTEGER, public BLOB NOT NULL, mac BLOB NOT NULL, recovery BLOB, kit_voucher BLOB, PRIMARY KEY(reader, epoch)) WITHOUT ROWID;
CREATE TABLE role_member(account INTEGER, reader INTEGER, epoch INTEGER, sealed BLOB NOT NULL, since INTEGER, admitted_by INTEGER, PRIMARY KEY(account, reader, epoch)) WITHOUT ROWID;
-- Roles that a member left: a remaining member's session makes the next epoch.
CREATE TABLE epoch_pending(reader INTEGER PRIMARY KEY, since INTEGER NOT NULL);
-- Asked by a functional administrator, waiting for a privacy officer: the code that takes the place of all keys.
CREATE TABLE account_reset(account INTEGER PRIMARY KEY, asked INTEGER NOT NULL, asked_by INTEGER NOT NULL, activation BLOB NOT NULL, activation_public BLOB NOT NULL);
-- The privacy officers' signing keys: mac under the directory key; voucher by Routing's key or the epoch before.
CREATE TABLE officer_key(epoch INTEGER PRIMARY KEY, public BLOB NOT NULL, mac BLOB NOT NULL, voucher BLOB NOT NULL);
-- activation: role keys under the code, until the first sign-in; the code is good until activation_until.
-- activation_public: of the code, which signs the account's own public key: activation_proof.
-- activation_roles: roles whose keys stand under the code.
-- confirmation: a privacy officer's signature over number, staff number, roles and activation_public. made_by: whose account made it.
-- second_factor, personal_sheet: what the account has besides its passphrase. second_factor_step: the newest step a code was used of.
CREATE TABLE account(
  n INTEGER PRIMARY KEY, staff TEXT NOT NULL UNIQUE, name TEXT NOT NULL, roles INTEGER NOT NULL, made INTEGER NOT NULL DEFAULT 0, made_by INTEGER,
  confirmed INTEGER, confirmed_by INTEGER, confirmation BLOB, closed INTEGER,
  activated INTEGER, activation BLOB, activation_until INTEGER, activation_public BLOB, activation_proof BLOB, activation_roles INTEGER NOT NULL DEFAULT 0, public BLOB, public_mac BLOB, private_sealed BLOB,
  second_factor BLOB, second_factor_step INTEGER, personal_sheet BLOB, failures INTEGER NOT NULL DEFAULT 0, failed_at INTEGER);
-- What an account has typed and not yet sent, sealed to its own key; place: which form; about: of which item or reflection, with which it goes (0: of none).
CREATE TABLE draft(account INTEGER, place INTEGER, about INTEGER, at INTEGER NOT NULL, sealed BLOB NOT NULL,
  PRIMARY KEY(account, place, about)) WITHOUT ROWID;
-- What a professional wrote for himself, sealed to his own key under this number, which is never used again. message: the record that it is
-- about, NULL once that is gone. confirmed: when he said that it names no patient; without that it goes with the record. deleted: when he
-- deleted it: for some seconds it can be brought back. at: when it was written last; once the record is gone, noon of that day.
CREATE TABLE reflection(
  n INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, message INTEGER, at INTEGER NOT NULL, confirmed INTEGER, deleted INTEGER,
  sealed BLOB NOT NULL, CHECK (message IS NOT NULL OR confirmed IS NOT NULL));
CREATE INDEX reflection_account ON reflection(account);
CREATE INDEX reflection_message ON reflection(message) WHERE message IS NOT NULL;
CREATE INDEX reflection_deleted ON reflection(deleted) WHERE deleted IS NOT NULL;
-- What a person has chosen for himself. key: 1 when the outcome of his records opens, 2 whether his desktop tells that there is feedback.
CREATE TABLE person_setting(account INTEGER, key INTEGER, value INTEGER NOT NULL, PRIMARY KEY(account, key)) WITHOUT ROWID;
-- Tries at names that no account has, so that they wait as accounts do; name: a keyed hash.
CREATE TABLE unknown_entry(name INTEGER PRIMARY KEY, failures INTEGER NOT NULL, failed_at INTEGER NOT NULL);
-- One symmetric key per reader, process and day of making, sealed to the reader.
-- Numbers are never used again (AUTOINCREMENT): open sessions know keys by number.
-- receipt: of the medical manager's, the audit entry with its digest, since figures are opened by it without one of their own.
CREATE TABLE reader_key(n INTEGER PRIMARY KEY AUTOINCREMENT, reader INTEGER NOT NULL, made INTEGER NOT NULL, sealed BLOB NOT NULL, receipt INTEGER);

-- site: 0 the organisation as a whole, 1 a location, 2 a sending application; root and extension of the site beside it.
-- route: 1 own https over VPN, 2 integration platform, 3 LSP through a connected system's files, 4 folder; NULL: not known.
-- messages_since: day since which messages 8, 9 and 10 are in use there.
CREATE TABLE hospital(
  n INTEGER PRIMARY KEY, root TEXT NOT NULL, extension TEXT NOT NULL, site INTEGER NOT NULL DEFAULT 0, site_root TEXT NOT NULL DEFAULT '',
  site_extension TEXT NOT NULL DEFAULT '', name TEXT NOT NULL, status INTEGER NOT NULL, folder TEXT, contact TEXT, supplier TEXT,
  supplier_rav TEXT, route INTEGER, messages_since INTEGER, UNIQUE(root, extension, site, site_root, site_extension));
CREATE TABLE hospital_certificate(hospital INTEGER NOT NULL, fingerprint TEXT NOT NULL, PRIMARY KEY(hospital, fingerprint)) WITHOUT ROWID;
-- Certificates whose owner has proven to have the key (last: when last), or that were let in from a file (last: 0 until then); names: subject and issuer, as such a certificate is listed instead of by fingerprint.
CREATE TABLE certificate_seen(
  fingerprint TEXT PRIMARY KEY, names TEXT NOT NULL, common_name TEXT NOT NULL, ura TEXT, not_after INTEGER NOT NULL, last INTEGER NOT NULL);
-- root, extension: the organisation in the message, where the certificate may not speak for it; else empty.
CREATE TABLE refused_certificate(
  fingerprint TEXT NOT NULL, reason INTEGER NOT NULL, root TEXT NOT NULL, extension TEXT NOT NULL, since INTEGER NOT NULL, last INTEGER NOT NULL,
  count INTEGER NOT NULL, PRIMARY KEY(fingerprint, reason, root, extension)) WITHOUT ROWID;
-- Why senders were told to come again; since: without an hour in which none was.
CREATE TABLE receiving_trouble(kind INTEGER PRIMARY KEY, since INTEGER NOT NULL, last INTEGER NOT NULL, count INTEGER NOT NULL);
-- The pass of the program's own test message: which certificate may bring which bytes until when, once; one at a time. account: none from the
-- command line. heard: the receiving process has read it. over: it came, or was given up. entry: its line of the log, once it came.
CREATE TABLE self_test(
  one INTEGER PRIMARY KEY CHECK (one = 1), fingerprint TEXT NOT NULL, digest BLOB NOT NULL, account INTEGER, until INTEGER NOT NULL,
  heard INTEGER NOT NULL, over INTEGER NOT NULL, entry INTEGER);
-- What was agreed, version after version: none is changed or goes. delay_days: within which feedback is expected.
CREATE TABLE hospital_agreement(
  hospital INTEGER NOT NULL, version INTEGER NOT NULL, from_day INTEGER NOT NULL, identification INTEGER NOT NULL,
  description INTEGER NOT NULL, remarks_medical INTEGER NOT NULL, remarks_communication INTEGER NOT NULL, case_list INTEGER NOT NULL,
  delay_days INTEGER, reason TEXT, PRIMARY KEY(hospital, version)) WITHOUT ROWID;
-- The statuses that a hospital had, each from its day. by_file: set by connections import, where no sign-off is asked.
CREATE TABLE hospital_status(
  hospital INTEGER NOT NULL, n INTEGER NOT NULL, status INTEGER NOT NULL, from_day INTEGER NOT NULL, by_file INTEGER NOT NULL,
  PRIMARY KEY(hospital, n)) WITHOUT ROWID;
-- Functions rather than names.
CREATE TABLE hospital_contact(
  hospital INTEGER NOT NULL, place INTEGER NOT NULL, function TEXT NOT NULL, telephone TEXT, mail TEXT, PRIMARY KEY(hospital, place)) WITHOUT ROWID;
-- The eight steps of an implementation that were taken, or have somebody.
CREATE TABLE hospital_step(
  hospital INTEGER NOT NULL, step INTEGER NOT NULL, day INTEGER, function TEXT, PRIMARY KEY(hospital, step)) WITHOUT ROWID;
-- How a judgement comes about there: 1 unknown, 2 automatic, 3 by a member of staff. All but the first are proposed phases of its charts.
CREATE TABLE hospital_judgement(hospital INTEGER NOT NULL, from_day INTEGER NOT NULL, way INTEGER NOT NULL, PRIMARY KEY(hospital, from_day)) WITHOUT ROWID;
-- The cases of the test script that was made for a hospital. outcome: 1 taken in, 2 newer version, 3 repeated, 4 refused. digest: of the
-- message, by which one is known that names nobody. received: when it came.
CREATE TABLE hospital_case(
  hospital INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, ride TEXT, outcome INTEGER NOT NULL, rule TEXT, digest BLOB NOT NULL,
  received INTEGER, PRIMARY KEY(hospital, number)) WITHOUT ROWID;
CREATE INDEX hospital_case_digest ON hospital_case(digest) WHERE outcome = 4;
-- What a person says of a case.
CREATE TABLE hospital_check(
  hospital INTEGER NOT NULL, number INTEGER NOT NULL, checked TEXT NOT NULL, at INTEGER NOT NULL, by INTEGER NOT NULL,
  PRIMARY KEY(hospital, number, checked)) WITHOUT ROWID;
-- statuses: how many the hospital had had by then; a test among later ones asks for a sign-off of its own.
CREATE TABLE hospital_sign_off(
  n INTEGER PRIMARY KEY, hospital INTEGER NOT NULL, at INTEGER NOT NULL, by INTEGER NOT NULL, functions TEXT NOT NULL, open_points TEXT NOT NULL,
  cases INTEGER NOT NULL, checks INTEGER NOT NULL, destroyed INTEGER NOT NULL, statuses INTEGER NOT NULL);

-- What was taken from a watched folder that may not be altered: keyed hash of a file's place, size and time; seen: the day it last lay there.
CREATE TABLE folder_taken(mark BLOB PRIMARY KEY, seen INTEGER NOT NULL) WITHOUT ROWID;

-- Message profiles that were loaded; loaded_by: the account, NULL for the command line. A text never changes.
CREATE TABLE profile(
  name TEXT NOT NULL, version INTEGER NOT NULL, text TEXT NOT NULL, loaded INTEGER NOT NULL, loaded_by INTEGER,
  PRIMARY KEY(name, version)) WITHOUT ROWID;
-- Which version is in force from which day, in the order in which it was put so; undone: when, where it was rolled back.
CREATE TABLE profile_force(
  n INTEGER PRIMARY KEY, name TEXT NOT NULL, version INTEGER NOT NULL, from_day INTEGER NOT NULL, undone INTEGER);

-- Messages that no profile recognised, until their repeat is read by one. message: their record; NULL for one that was refused. hash: of
-- sender and id. root, extension: the message's id, where it may stand in the clear. structure: masked, of the last of each sender.
CREATE TABLE unrecognised(
  n INTEGER PRIMARY KEY, sender INTEGER NOT NULL, hash INTEGER NOT NULL UNIQUE, message INTEGER, root TEXT, extension TEXT,
  at INTEGER NOT NULL, structure TEXT);
CREATE INDEX unrecognised_sender ON unrecognised(sender, n);
CREATE INDEX unrecognised_message ON unrecognised(message) WHERE message IS NOT NULL;

-- In order of receipt; receipt = the audit entry that holds the digests of the sealed parts.
-- updated: it took the place of an earlier one. shown: the ride number as received, where that is not how it is compared.
-- ride_row: where its ride stood when they were last linked, to be held against its number.
-- flags: 1 another hospital's ride, 2 sender in test, 4 read without a profile, 8 ride not in the register, 16 vehicle or time
-- are not the ride's, 32 two rides have its number, 64 its ride was chosen by hand.
CREATE TABLE message(
  id INTEGER PRIMARY KEY, token BLOB NOT NULL, received INTEGER NOT NULL, purge_after INTEGER NOT NULL, sender INTEGER NOT NULL,
  ride TEXT NOT NULL, flags INTEGER NOT NULL, size INTEGER NOT NULL, version INTEGER, sent INTEGER, receipt INTEGER NOT NULL,
  holders BLOB NOT NULL, identities BLOB NOT NULL, version_set INTEGER, vehicle TEXT, profile TEXT, shown TEXT, ride_time INTEGER,
  updated INTEGER NOT NULL DEFAULT 0, ride_row INTEGER,
  ident BLOB, diagnosis BLOB, "case" BLOB, remarks BLOB, wraps BLOB NOT NULL);
-- Parts that were sealed anew since, without a passage that does not belong there: their receipt, in place of the record's.
CREATE TABLE resealed(message INTEGER, part INTEGER, receipt INTEGER NOT NULL, PRIMARY KEY(message, part)) WITHOUT ROWID;
-- Passages that do not belong in a text (*hoort hier niet*), sealed apart to the crew. text: 1 description, 2 and 3 remarks. state:
-- 1 reported, 2 to be joined again, 3 destroyed: only the row's figures are left.
CREATE TABLE misplaced(
  n INTEGER PRIMARY KEY, message INTEGER NOT NULL, text INTEGER NOT NULL, reason INTEGER NOT NULL, length INTEGER NOT NULL,
  by INTEGER NOT NULL, at INTEGER NOT NULL, state INTEGER NOT NULL, token BLOB NOT NULL, sealed BLOB, wraps BLOB);
-- How often what was reported of a hospital, whatever has become of the records; what its reporter took back is not in it.
CREATE TABLE misplaced_count(hospital INTEGER, reason INTEGER, n INTEGER NOT NULL, PRIMARY KEY(hospital, reason)) WITHOUT ROWID;
CREATE INDEX misplaced_message ON misplaced(message);
CREATE INDEX misplaced_kept ON misplaced(state) WHERE state <> 3;
CREATE INDEX message_ride ON message(ride);
CREATE INDEX message_unlinked ON message(received) WHERE flags & 8;
CREATE INDEX message_held ON message(received) WHERE flags & 1;
CREATE INDEX message_implausible ON message(received) WHERE flags & 16;
CREATE INDEX message_contested ON message(received) WHERE flags & 32;
-- message: the record, or the one that took its place; its column identities holds them, and a set it holds as the complement.
-- kind: 1 own id, 2 id of a message that was replaced, 3 named by a replacement before it came, 4 hash of what was recognised, 5 a set: the
-- newest version that came, and the identity that this has of its own.
-- hash, rest: of the id; of a set the complement. fingerprint: of what was recognised. No two rows have one hash; in order of arrival, by
-- numbers that are never used again.
CREATE TABLE identity(
  n INTEGER PRIMARY KEY, hash INTEGER NOT NULL, message INTEGER NOT NULL, kind INTEGER NOT NULL, at INTEGER NOT NULL, rest BLOB, fingerprint BLOB,
  version INTEGER, sent INTEGER, own INTEGER);
-- Where the row with a hash stands: of all but the latest (`first` of row 9999999, 0, 1 in counter; n is the next number).
CREATE TABLE identity_place(hash INTEGER PRIMARY KEY, n INTEGER NOT NULL);
-- Who has the record in his list: narrow, so that two of them seldom split a page. The wrap stands with the record.
-- remarks: 1 the wrap holds the key of the remarks, 2 it still does, and gives it no more. state: 1 delivered, 2 hidden, since the register
-- no longer gives it or it was said to be another's: the wrap is to be handed back; 3 withdrawn: the wrap is gone.
CREATE TABLE "grant"(reader INTEGER, message INTEGER, remarks INTEGER NOT NULL, read INTEGER, state INTEGER NOT NULL, PRIMARY KEY(reader, message)) WITHOUT ROWID;
CREATE INDEX grant_leaving ON "grant"(reader) WHERE state = 2 OR remarks = 2;
-- Who said of a ride that it is not theirs: nothing of it is delivered to them until the register's crew for it has changed.
CREATE TABLE withdrawn(ride TEXT, reader INTEGER, at INTEGER NOT NULL, purge_after INTEGER NOT NULL, PRIMARY KEY(ride, reader)) WITHOUT ROWID;
-- Records of whose crew somebody lacks a key that Routing has no more: the session of a holder wraps it for Routing again.
CREATE TABLE asked(message INTEGER PRIMARY KEY);
-- Who got a record by a corrected register after it came, and who lost it. kind: 1 got it, 2 lost it, 3 said that it is another's.
CREATE TABLE crew_change(
  n INTEGER PRIMARY KEY, ride TEXT NOT NULL, at INTEGER NOT NULL, staff TEXT NOT NULL, kind INTEGER NOT NULL, purge_after INTEGER NOT NULL);
CREATE INDEX crew_change_ride ON crew_change(ride);
CREATE INDEX crew_change_purge ON crew_change(purge_after);
-- What the medical manager counts, in narrow rows: 200,000 are read at once. The columns in clear stand in
-- message and ride too; ride is negative while the ride is not in the register.
CREATE TABLE figure(
  message INTEGER PRIMARY KEY, ride INTEGER NOT NULL, token BLOB NOT NULL, sender INTEGER NOT NULL, received INTEGER NOT NULL, sent INTEGER NOT NULL,
  flags INTEGER NOT NULL, purge_after INTEGER NOT NULL, sealed BLOB NOT NULL);
CREATE TABLE ride_figure(
  ride INTEGER PRIMARY KEY, token BLOB NOT NULL, handed_over INTEGER, urgency TEXT, post TEXT, crew TEXT NOT NULL, working_code BLOB);
-- What professionals ticked of a record (thanks, themes): sealed to the medical manager under the reader key `key`, and beside it to its
-- author, who alone can tell that place n is his. token: of the record that was ticked, which a newer version may have replaced since.
CREATE TABLE figure_add(
  message INTEGER, n INTEGER, token BLOB NOT NULL, key INTEGER NOT NULL, sealed BLOB NOT NULL, own BLOB NOT NULL,
  PRIMARY KEY(message, n)) WITHOUT ROWID;
CREATE INDEX figure_add_key ON figure_add(key);
-- Records whose content key is wrapped for Routing too; due = link or account has appeared; held = of a sender or for a ride that
-- nothing is delivered of; linked = the ride is in the register.
CREATE TABLE waiting(message INTEGER PRIMARY KEY, ride TEXT NOT NULL, due INTEGER NOT NULL, held INTEGER NOT NULL, linked INTEGER NOT NULL);
-- Of records that waited when they came or whose keys were handed back, for as long as they are there: the wraps of their crew and of Routing, and the holders,
-- apart from the record: narrow, so that ten thousand are delivered without reading and writing a page for each.
CREATE TABLE awaited(message INTEGER PRIMARY KEY, token BLOB NOT NULL, received INTEGER NOT NULL, holders BLOB NOT NULL, wraps BLOB NOT NULL);
CREATE INDEX waiting_due ON waiting(due) WHERE due = 1;
CREATE INDEX waiting_ride ON waiting(ride);

CREATE TABLE audit(n INTEGER PRIMARY KEY, at INTEGER NOT NULL, event INTEGER NOT NULL, user INTEGER, body BLOB NOT NULL, hash BLOB NOT NULL);
-- Where a segment of the log begins whose MACs start from a key of their own: after a restore.
CREATE TABLE mac_segment(number INTEGER PRIMARY KEY, first INTEGER NOT NULL);
CREATE INDEX audit_user ON audit(user) WHERE user IS NOT NULL;
CREATE INDEX audit_kit ON audit(n) WHERE event = 100;
-- The few entries that tell of a role's new epoch: the directory may not fall behind them.
CREATE INDEX audit_epoch ON audit(n) WHERE event = 92;
-- Counts by day, so that today's rows and the chain's MAC key (day 9999999) share a page. value: the MAC key, or when it last counted;
-- first: when it first did that day.
CREATE TABLE counter(day INTEGER, kind INTEGER, who INTEGER, n INTEGER NOT NULL, value BLOB, first INTEGER, PRIMARY KEY(day, kind, who)) WITHOUT ROWID;
-- Senders (0: not known) whose messages are all refused since the last that was accepted: since when, how many, by which rule last.
CREATE TABLE refusal(sender INTEGER PRIMARY KEY, since INTEGER NOT NULL, last INTEGER NOT NULL, n INTEGER NOT NULL, rule TEXT NOT NULL);
-- Masked structure of the last few refused messages of each sender, for two weeks; entry: of the refusal in the log.
CREATE TABLE refused_structure(entry INTEGER PRIMARY KEY, sender INTEGER NOT NULL, rule TEXT NOT NULL, at INTEGER NOT NULL, structure TEXT NOT NULL);
-- Alarms of *Ontvangst* that somebody has taken up, as far as mark: 1 silence, the last message; 2 no profile, how many messages.
CREATE TABLE alarm_taken(kind INTEGER, sender INTEGER, mark INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(kind, sender)) WITHOUT ROWID;
CREATE TABLE over_path(id INTEGER PRIMARY KEY, sender INTEGER NOT NULL, kind TEXT NOT NULL, path TEXT NOT NULL, UNIQUE(sender, kind, path));

-- line: hash of what stands here in clear; secret_line: keyed hash of announced BSN and working diagnosis, for 90 days.
-- service: the one within the RAV that drove. cancelled: nothing is delivered of it, and it is not awaited.
-- number: as compared; of a further ride of the same number with ~2, ~3 behind it. contested: such a one is there, and not cancelled.
-- role_wraps: of the working diagnosis, for the medical manager.
-- awaits: handed over without an announced BSN, and none has come back. receipt: the audit entry with the working diagnosis' digest.
CREATE TABLE ride(
  id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, shown TEXT NOT NULL, line BLOB NOT NULL, secret_line BLOB, vehicle TEXT,
  departed INTEGER, handed_over INTEGER, urgency TEXT, post TEXT, hospital INTEGER, sent_8_10 INTEGER NOT NULL, announced INTEGER NOT NULL,
  awaits INTEGER NOT NULL, contested INTEGER NOT NULL DEFAULT 0, bsn_hash BLOB, working_diagnosis BLOB, role_wraps BLOB NOT NULL, imported INTEGER NOT NULL, service TEXT, cancelled INTEGER NOT NULL,
  receipt INTEGER NOT NULL, purge_after INTEGER NOT NULL);
-- What delivering asks of a ride and changes of it, in narrow rows; token and wraps (of Routing, then of its crew) are those of the
-- working diagnosis; room: zeros that the wraps of its crew take the place of, so that the row stays on its page.
CREATE TABLE ride_wrap(ride INTEGER PRIMARY KEY, token BLOB NOT NULL, crew TEXT NOT NULL, wraps BLOB NOT NULL, room BLOB NOT NULL);
CREATE INDEX ride_purge ON ride(purge_after);
CREATE INDEX ride_imported ON ride(imported);
CREATE INDEX ride_contested ON ride(number) WHERE contested = 1;
-- By hospital, as *Wacht op SEH* lists them; with its name beside it no list is sorted.
CREATE INDEX ride_awaits ON ride(hospital, handed_over, purge_after) WHERE awaits = 1;
CREATE INDEX hospital_name ON hospital(name, n);
-- Rides whose working diagnosis was sealed anew while a record of theirs was delivered already.
CREATE TABLE ride_due(ride INTEGER PRIMARY KEY);
CREATE TABLE crew(staff TEXT, ride INTEGER, place INTEGER NOT NULL, PRIMARY KEY(staff, ride)) WITHOUT ROWID;
-- What a column of the crew gives from a day on; of one day the last row holds. by: NULL for the rights that a store begins with.
CREATE TABLE crew_right(
  n INTEGER PRIMARY KEY, place INTEGER NOT NULL, from_day INTEGER NOT NULL, diagnosis INTEGER NOT NULL, remarks INTEGER NOT NULL,
  reason TEXT NOT NULL, at INTEGER NOT NULL DEFAULT 0, by INTEGER);
CREATE INDEX crew_right_place ON crew_right(place, from_day, n);
INSERT INTO crew_right(place, from_day, diagnosis, remarks, reason) VALUES (1, 0, 1, 1, ''), (2, 0, 0, 0, ''), (3, 0, 0, 0, '');
-- How the ride files of a source are laid out (TOML).
CREATE TABLE ride_source(name TEXT PRIMARY KEY, layout TEXT NOT NULL, made INTEGER NOT NULL, by INTEGER) WITHOUT ROWID;

-- An item has the number of its record. reason 5: the ride is not in the register yet; these stand last. state 0: held, since the sender is
-- not the ride's hospital: nobody sees it. confirmed: when the register carried the same BSN. before: when an item of this record, or of one
-- that it replaced, was closed before; same: whether that had the same BSN, as far as it could still be compared.
CREATE TABLE work(
  message INTEGER PRIMARY KEY, ride TEXT NOT NULL, sender INTEGER NOT NULL, received INTEGER NOT NULL,
  reason INTEGER NOT NULL, state INTEGER NOT NULL, bsn_hash BLOB, claimed_by INTEGER, claimed_at INTEGER, closed_at INTEGER,
  closed_by INTEGER, ascertained INTEGER, destroy_after INTEGER, confirmed INTEGER, before INTEGER, same INTEGER);
-- What a clerk noted at an item, sealed to the administration; it goes with the item, and with the BSN.
CREATE TABLE work_note(message INTEGER PRIMARY KEY, sealed BLOB NOT NULL);
CREATE INDEX work_open ON work(state, reason = 5, received) WHERE state <> 3;
-- Rides without a BSN of which the hospital was rung (called: when last), or said that it has none either: none_by the clerk whom it told, or sender
-- the hospital whose message says so.
-- Of a ride's sender that is not its hospital a functional administrator said that it may bring feedback of that ride all the same.
CREATE TABLE asked_hospital(ride TEXT PRIMARY KEY, called INTEGER, called_by INTEGER, none INTEGER, none_by INTEGER, sender INTEGER) WITHOUT ROWID;
CREATE TABLE accepted_sender(ride TEXT, sender INTEGER, at INTEGER NOT NULL, by INTEGER NOT NULL, PRIMARY KEY(ride, sender)) WITHOUT ROWID;
CREATE INDEX work_closed ON work(closed_at) WHERE state = 3;
CREATE INDEX work_destroy ON work(destroy_after) WHERE destroy_after IS NOT NULL;
CREATE TABLE published(month INTEGER PRIMARY KEY, at INTEGER NOT NULL, by INTEGER NOT NULL, map INTEGER NOT NULL, tables BLOB NOT NULL);
